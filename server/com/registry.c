/* registry.c - see registry.h. In the test build the environment variable OB_FAIL_REGISTRY_ROW=n makes the n-th row
 * that is written, or the n-th tree or value that is removed, fail: the key of a row that is written has been made by
 * then. */

#include "registry.h"
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define KEY_SIZE 512

/* What stood in a row's place before it was written. */
struct undo
{
    const struct registry_row *row;
    WCHAR key[KEY_SIZE];
    WCHAR topmost_made[KEY_SIZE]; /* the first key of the path that was not there; "" if all were */
    BOOL had_value;
    DWORD type, size;
    BYTE *data;
};

static DWORD injected_row(void)
{
#ifdef OB_WINE
    WCHAR number[16] = L"";

    if (GetEnvironmentVariableW(L"OB_FAIL_REGISTRY_ROW", number, ARRAYSIZE(number))) return wcstoul(number, NULL, 10);
#endif
    return 0;
}

static REGSAM view_of(const struct registry_row *row)
{
    return row->view_32 ? KEY_WOW64_32KEY : KEY_WOW64_64KEY;
}

static BOOL join(WCHAR out[KEY_SIZE], const WCHAR *base, const WCHAR *own, const WCHAR *key)
{
    int length = _snwprintf(out, KEY_SIZE, L"%ls%ls%ls%ls%ls", base, own ? L"\\" : L"", own ? own : L"",
        key ? L"\\" : L"", key ? key : L"");

    if (length > 0 && length < KEY_SIZE) return TRUE;
    out[KEY_SIZE - 1] = 0;
    return FALSE;
}

static HRESULT failed(
    struct error *error, enum error_id id, const struct registry_row *row, const WCHAR *key, LSTATUS status)
{
    const WCHAR *hive = row->hive == HKEY_CURRENT_USER ? L"HKCU" : L"HKLM";
    WCHAR where[KEY_SIZE + 32], words[CODE_WORDS_SIZE];

    _snwprintf(where, ARRAYSIZE(where) - 1, L"%ls\\%ls%ls", hive, key, row->view_32 ? L" (32-bit view)" : L"");
    where[ARRAYSIZE(where) - 1] = 0;
    code_words(HRESULT_FROM_WIN32(status), words);
    return error_set_code(error, HRESULT_FROM_WIN32(status), id, 2, where, words);
}

static LSTATUS not_there_is_fine(LSTATUS status)
{
    return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status;
}

static BOOL key_there(const struct registry_row *row, const WCHAR *key)
{
    HKEY opened;

    if (RegOpenKeyExW(row->hive, key, 0, KEY_READ | view_of(row), &opened)) return FALSE;
    RegCloseKey(opened);
    return TRUE;
}

/* Finds the first key of undo->key's path that is not there. */
static void find_topmost_made(struct undo *undo)
{
    for (const WCHAR *end = undo->key; end; end = wcschr(end + 1, L'\\'))
    {
        size_t length = end == undo->key ? 0 : (size_t)(end - undo->key);

        wmemcpy(undo->topmost_made, undo->key, length);
        undo->topmost_made[length] = 0;
        if (length && !key_there(undo->row, undo->topmost_made)) return;
    }
    wcscpy(undo->topmost_made, undo->key);
    if (key_there(undo->row, undo->key)) undo->topmost_made[0] = 0;
}

static LSTATUS remember_value(struct undo *undo)
{
    const WCHAR *name = undo->row->name;
    LSTATUS status;
    HKEY key;

    if ((status = RegOpenKeyExW(undo->row->hive, undo->key, 0, KEY_READ | view_of(undo->row), &key))) return status;
    status = RegQueryValueExW(key, name, NULL, &undo->type, NULL, &undo->size);
    undo->had_value = !status;
    if (undo->had_value && !(undo->data = malloc(undo->size + 1)))
        status = ERROR_NOT_ENOUGH_MEMORY;
    else if (undo->had_value)
        status = RegQueryValueExW(key, name, NULL, &undo->type, undo->data, &undo->size);
    RegCloseKey(key);
    return not_there_is_fine(status);
}

/* Remembers what is there before the row is written. */
static LSTATUS remember(struct undo *undo)
{
    find_topmost_made(undo);
    return undo->topmost_made[0] ? ERROR_SUCCESS : remember_value(undo);
}

static LSTATUS set_text(HKEY key, const struct registry_row *row)
{
    DWORD size = (DWORD)((wcslen(row->text) + 1) * sizeof(WCHAR));

    return RegSetValueExW(key, row->name, 0, REG_SZ, (const BYTE *)row->text, size);
}

static LSTATUS set_texts(HKEY key, const struct registry_row *row)
{
    size_t length = wcslen(row->text);
    WCHAR *texts = calloc(length + 2, sizeof(*texts));
    LSTATUS status;

    if (!texts) return ERROR_NOT_ENOUGH_MEMORY;
    for (size_t i = 0; i < length; i++)
        texts[i] = row->text[i] == L'\n' ? 0 : row->text[i];
    status =
        RegSetValueExW(key, row->name, 0, REG_MULTI_SZ, (const BYTE *)texts, (DWORD)((length + 2) * sizeof(*texts)));
    free(texts);
    return status;
}

static LSTATUS set_number(HKEY key, const struct registry_row *row)
{
    return RegSetValueExW(key, row->name, 0, REG_DWORD, (const BYTE *)&row->number, sizeof(row->number));
}

static LSTATUS set_descriptor(HKEY key, const struct registry_row *row)
{
    PSECURITY_DESCRIPTOR descriptor;
    ULONG size;
    LSTATUS status;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(row->text, SDDL_REVISION_1, &descriptor, &size))
        return (LSTATUS)GetLastError();
    status = RegSetValueExW(key, row->name, 0, REG_BINARY, descriptor, size);
    LocalFree(descriptor);
    return status;
}

static LSTATUS set_nothing(HKEY key, const struct registry_row *row)
{
    return not_there_is_fine(RegDeleteValueW(key, row->name));
}

static LSTATUS set_value(HKEY key, const struct registry_row *row)
{
    static LSTATUS (*const setters[])(HKEY key, const struct registry_row *row) = {
        [registry_key] = NULL,
        [registry_text] = set_text,
        [registry_texts] = set_texts,
        [registry_number] = set_number,
        [registry_descriptor] = set_descriptor,
        [registry_nothing] = set_nothing,
    };

    return setters[row->kind] ? setters[row->kind](key, row) : ERROR_SUCCESS;
}

/* undo->row is set before anything is changed. */
static LSTATUS write_row(const struct registry_row *row, BOOL inject, struct undo *undo)
{
    struct undo before = {.row = row};
    LSTATUS status;
    HKEY key;

    if (!join(before.key, row->base, row->own, row->key))
        status = ERROR_FILENAME_EXCED_RANGE;
    else
        status = remember(&before);
    wcscpy(undo->key, before.key);
    if (status || (row->kind == registry_nothing && before.topmost_made[0]))
    {
        free(before.data);
        return status ? status : inject ? ERROR_WRITE_FAULT : ERROR_SUCCESS;
    }
    *undo = before;
    if ((status = RegCreateKeyExW(row->hive, undo->key, 0, NULL, 0, KEY_WRITE | view_of(row), NULL, &key, NULL)))
        return status;
    status = inject ? ERROR_WRITE_FAULT : set_value(key, row);
    RegCloseKey(key);
    return status;
}

/* RegDeleteTree does not know of views, so it is given the opened key, and that goes afterwards. */
static LSTATUS delete_tree(const struct registry_row *row, const WCHAR *name)
{
    const REGSAM rights = DELETE | KEY_ENUMERATE_SUB_KEYS | KEY_QUERY_VALUE | KEY_SET_VALUE;
    LSTATUS status;
    HKEY key;

    if ((status = RegOpenKeyExW(row->hive, name, 0, rights | view_of(row), &key))) return status;
    status = RegDeleteTreeW(key, NULL);
    RegCloseKey(key);
    return status ? status : RegDeleteKeyExW(row->hive, name, view_of(row), 0);
}

static LSTATUS take_back(const struct undo *undo)
{
    const struct registry_row *row = undo->row;
    LSTATUS status;
    HKEY key;

    if (!row) return ERROR_SUCCESS;
    if (undo->topmost_made[0]) return not_there_is_fine(delete_tree(row, undo->topmost_made));
    if ((status = RegOpenKeyExW(row->hive, undo->key, 0, KEY_WRITE | view_of(row), &key))) return status;
    if (undo->had_value)
        status = RegSetValueExW(key, row->name, 0, undo->type, undo->data, undo->size);
    else
        status = not_there_is_fine(RegDeleteValueW(key, row->name));
    RegCloseKey(key);
    return status;
}

HRESULT registry_write(const struct registry_row *rows, size_t count, struct error *error)
{
    struct undo *undo = calloc(count, sizeof(*undo));
    DWORD injected = injected_row();
    LSTATUS status = ERROR_SUCCESS, left = ERROR_SUCCESS;
    HRESULT hr = S_OK;
    size_t done = 0;

    if (!undo) return error_set(error, error_no_memory, 0);
    while (done < count && !status)
    {
        status = write_row(&rows[done], injected == done + 1, &undo[done]);
        done++;
    }
    for (size_t i = status ? done : 0; i-- > 0;)
    {
        LSTATUS one = take_back(&undo[i]);

        if (!left) left = one;
    }
    if (status)
        hr = failed(
            error, left ? error_registry_left : error_registry_write, &rows[done - 1], undo[done - 1].key, status);
    for (size_t i = 0; i < count; i++)
        free(undo[i].data);
    free(undo);
    return hr;
}

static BOOL key_empty(const struct registry_row *row, const WCHAR *name)
{
    DWORD keys = 1, values = 1;
    LSTATUS status;
    HKEY key;

    if (RegOpenKeyExW(row->hive, name, 0, KEY_READ | view_of(row), &key)) return FALSE;
    status = RegQueryInfoKeyW(key, NULL, NULL, NULL, &keys, NULL, NULL, &values, NULL, NULL, NULL, NULL);
    RegCloseKey(key);
    return !status && !keys && !values;
}

/* Removes the keys above name that are left empty, up to base. */
static void prune(const struct registry_row *row, WCHAR name[KEY_SIZE])
{
    size_t base_length = wcslen(row->base);
    WCHAR *end;

    while ((end = wcsrchr(name, L'\\')) && (size_t)(end - name) > base_length)
    {
        *end = 0;
        if (!key_empty(row, name) || RegDeleteKeyExW(row->hive, name, view_of(row), 0)) return;
    }
}

static LSTATUS remove_value(const struct registry_row *row, const WCHAR *name)
{
    LSTATUS status;
    HKEY key;

    if ((status = RegOpenKeyExW(row->hive, name, 0, KEY_SET_VALUE | view_of(row), &key))) return status;
    status = RegDeleteValueW(key, row->name);
    RegCloseKey(key);
    return status;
}

static BOOL same_tree(const struct registry_row *a, const struct registry_row *b)
{
    return a->own && b->own && a->hive == b->hive && a->view_32 == b->view_32 && !_wcsicmp(a->base, b->base) &&
           !_wcsicmp(a->own, b->own);
}

/* Rows of one tree name it more than once; the last one stands for all. */
static BOOL is_tree_of_a_later_row(const struct registry_row *rows, size_t count, size_t at)
{
    for (size_t i = at + 1; i < count; i++)
        if (same_tree(&rows[at], &rows[i])) return TRUE;
    return FALSE;
}

HRESULT registry_remove(const struct registry_row *rows, size_t count, struct error *error)
{
    DWORD injected = injected_row(), number = 0;
    HRESULT hr = S_OK;

    for (size_t i = count; i-- > 0;)
    {
        const struct registry_row *row = &rows[i];
        WCHAR name[KEY_SIZE];
        LSTATUS status;

        if (is_tree_of_a_later_row(rows, count, i)) continue;
        if (!join(name, row->base, row->own, row->own ? NULL : row->key))
            status = ERROR_FILENAME_EXCED_RANGE;
        else if (++number == injected)
            status = ERROR_WRITE_FAULT;
        else
            status = row->own ? delete_tree(row, name) : remove_value(row, name);
        if (not_there_is_fine(status))
        {
            if (SUCCEEDED(hr)) hr = failed(error, error_registry_remove, row, name, status);
        }
        else if (row->own)
            prune(row, name);
    }
    return hr;
}
