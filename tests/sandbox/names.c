/* names.c - the address book and the accounts. See names.h. */
#include "names.h"
#include <stdlib.h>
#include <wchar.h>

struct entry
{
    WCHAR *name, *address;
    WCHAR *user_name, *store; /* of accounts */
    long type;
};

struct list
{
    const WCHAR *file_name;
    const char *at_first;
    WCHAR *path;
    WIN32_FILE_ATTRIBUTE_DATA seen;
    struct entry *entries;
    size_t count;
};

static struct list address_book = {.file_name = L"addressbook.txt",
    .at_first = "J\xC3\xBCrgen M\xC3\xBC\xC3\x9Fig\tjuergen.muessig@example.com\r\n"
                "Anna Schmidt\tanna.schmidt@example.com\r\n"
                "Anna Schulz\tanna.schulz@example.com\r\n"
                "\xD0\x9E\xD0\xBB\xD1\x8C\xD0\xB3\xD0\xB0 \xD0\x9F\xD0\xB5\xD1\x82\xD1\x80\xD0\xBE\xD0\xB2\xD0\xB0"
                "\tolga.petrova@example.com\r\n"
                "\xE5\xB1\xB1\xE7\x94\xB0 \xE5\xA4\xAA\xE9\x83\x8E\ttaro.yamada@example.com\r\n"
                "Orders, Incoming\torders@example.com\r\n"};

static struct list accounts = {.file_name = L"accounts.txt",
    .at_first = "Sandbox User\tsandbox@example.com\r\n"
                "B\xC3\xBCro\toffice@example.com\r\n"};

/* Cuts the line at its next tab; "" at its end. */
static WCHAR *next_part(WCHAR **line)
{
    size_t length = wcscspn(*line, L"\t");
    WCHAR *part = text_trim(*line, length, L"");

    *line += (*line)[length] ? length + 1 : length;
    return part;
}

static void add_line(void *context, WCHAR *line)
{
    const long pop3 = 2;
    struct list *list = context;
    struct entry *entry;
    WCHAR *type;

    if (!wcschr(line, L'\t')) return;
    list->entries = memory_resize(list->entries, (list->count + 1) * sizeof(*list->entries));
    entry = &list->entries[list->count++];
    entry->name = next_part(&line);
    entry->address = next_part(&line);
    entry->user_name = next_part(&line);
    type = next_part(&line);
    entry->store = next_part(&line);
    if (!*entry->user_name) text_set(&entry->user_name, entry->address);
    entry->type = *type ? wcstol(type, NULL, 10) : pop3;
    free(type);
}

static void refresh(struct list *list)
{
    WIN32_FILE_ATTRIBUTE_DATA now = {0};

    if (!GetFileAttributesExW(list->path, GetFileExInfoStandard, &now)) memset(&now, 0, sizeof(now));
    if (list->entries && !CompareFileTime(&now.ftLastWriteTime, &list->seen.ftLastWriteTime) &&
        now.nFileSizeLow == list->seen.nFileSizeLow)
        return;
    list->seen = now;
    while (list->count)
    {
        free(list->entries[--list->count].name);
        free(list->entries[list->count].address);
        free(list->entries[list->count].user_name);
        free(list->entries[list->count].store);
    }
    file_each_line(list->path, add_line, list);
}

static void open_list(struct list *list, const WCHAR *store_path)
{
    list->path = text_format(L"%s\\%s", store_path, list->file_name);
    if (!file_exists(list->path)) file_write(list->path, list->at_first, strlen(list->at_first));
}

void names_open(const WCHAR *store_path)
{
    open_list(&address_book, store_path);
    open_list(&accounts, store_path);
}

static bool is_smtp(const WCHAR *text, size_t length)
{
    const WCHAR *at = wmemchr(text, L'@', length);

    if (!at || at == text || at + 1 == text + length) return false;
    for (size_t i = 0; i < length; i++)
        if (iswspace(text[i]) || iswcntrl(text[i]) || wcschr(L",;:<>()[]\"\\", text[i]) ||
            (text[i] == L'@' && text + i != at))
            return false;
    return true;
}

static bool resolve_address(const WCHAR *text, WCHAR **name, WCHAR **address)
{
    const WCHAR *open = wcsrchr(text, L'<');
    size_t length = wcslen(text);

    if (is_smtp(text, length))
    {
        *name = text_copy(text);
        *address = text_copy(text);
        return true;
    }
    if (!open || text[length - 1] != L'>' || !is_smtp(open + 1, length - (size_t)(open - text) - 2)) return false;
    *address = text_copy_part(open + 1, length - (size_t)(open - text) - 2);
    *name = text_trim(text, (size_t)(open - text), L"\"'");
    if (!**name) text_set(name, *address);
    return true;
}

static bool begins_with(const WCHAR *text, const WCHAR *beginning)
{
    size_t length = wcslen(beginning);
    WCHAR *part = text_copy_part(text, min(length, wcslen(text)));
    bool same = length && text_same(part, beginning);

    free(part);
    return same;
}

bool names_resolve(const WCHAR *text, WCHAR **name, WCHAR **address)
{
    const struct entry *found = NULL;
    size_t beginning = 0;

    if (resolve_address(text, name, address)) return true;
    refresh(&address_book);
    for (size_t i = 0; i < address_book.count; i++)
    {
        const struct entry *entry = &address_book.entries[i];

        if (text_same(entry->name, text))
        {
            found = entry;
            beginning = 1;
            break;
        }
        if (!begins_with(entry->name, text)) continue;
        found = entry;
        beginning++;
    }
    if (beginning != 1) return false;
    *name = text_copy(found->name);
    *address = text_copy(found->address);
    return true;
}

size_t names_account_count(void)
{
    refresh(&accounts);
    return accounts.count;
}

const WCHAR *names_account_name(size_t index)
{
    return accounts.entries[index].name;
}

const WCHAR *names_account_address(size_t index)
{
    return accounts.entries[index].address;
}

const WCHAR *names_account_user_name(size_t index)
{
    return accounts.entries[index].user_name;
}

long names_account_type(size_t index)
{
    return accounts.entries[index].type;
}

const WCHAR *names_account_store(size_t index)
{
    return accounts.entries[index].store;
}

size_t names_account_find(const WCHAR *address)
{
    size_t index = 0;

    refresh(&accounts);
    while (index < accounts.count && !text_same(accounts.entries[index].address, address))
        index++;
    return index;
}
