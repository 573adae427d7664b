/* owners.c - see owners.h. Who is admitted is decided in rules/owners.h. */
#include "owners.h"
#include <stdlib.h>
#include <wchar.h>
#include "account.h"
#include "rules/owners.h"
#include "user.h"

#define NAMES_SIZE 2048

static const WCHAR *const places[] = {OWNERS_POLICY_KEY, OWNERS_KEY};

struct owner_list
{
    BOOL is_there;
    const WCHAR *key; /* where it stands */
    size_t count;
    struct owner *owners;
    struct
    {
        WCHAR sid[SID_TEXT_SIZE], name[ACCOUNT_NAME_SIZE];
    } * texts; /* what owners point to */
};

/* The value of one key, with two zeros at its end; NULL and *there FALSE if there is none, NULL and *there TRUE if it
 * cannot be read. */
static WCHAR *read_value(const WCHAR *key, BOOL *there)
{
    const DWORD flags = RRF_RT_REG_MULTI_SZ | RRF_RT_REG_SZ;
    DWORD size = 0;
    LSTATUS status = RegGetValueW(HKEY_LOCAL_MACHINE, key, OWNERS_VALUE, RRF_RT_ANY, NULL, NULL, &size);
    WCHAR *value;

    *there = status != ERROR_FILE_NOT_FOUND;
    if (status || !(value = calloc(1, size + 2 * sizeof(*value)))) return NULL;
    if (!RegGetValueW(HKEY_LOCAL_MACHINE, key, OWNERS_VALUE, flags, NULL, value, &size)) return value;
    free(value);
    return NULL;
}

static void read_entry(struct owner_list *list, const WCHAR *entry)
{
    size_t at = list->count++;
    WCHAR *sid = list->texts[at].sid, *name = list->texts[at].name;

    if (SUCCEEDED(account_sid(entry, sid, NULL)) && SUCCEEDED(account_name(sid, name, ACCOUNT_NAME_SIZE)))
    {
        list->owners[at] = (struct owner){sid, name};
        return;
    }
    wcsncpy(name, entry, ACCOUNT_NAME_SIZE - 1);
    list->owners[at] = (struct owner){NULL, name};
}

static void read_entries(struct owner_list *list, const WCHAR *value)
{
    size_t count = 0;

    for (const WCHAR *entry = value; *entry; entry += wcslen(entry) + 1)
        count++;
    list->owners = calloc(count + 1, sizeof(*list->owners));
    list->texts = calloc(count + 1, sizeof(*list->texts));
    if (!list->owners || !list->texts) return;
    for (const WCHAR *entry = value; *entry; entry += wcslen(entry) + 1)
        read_entry(list, entry);
}

/* What cannot be read leaves a list without entries, which admits nobody. */
static void list_read(struct owner_list *list)
{
    *list = (struct owner_list){0};
    for (size_t i = 0; i < ARRAYSIZE(places) && !list->is_there; i++)
    {
        WCHAR *value = read_value(places[i], &list->is_there);

        list->key = places[i];
        if (value) read_entries(list, value);
        free(value);
    }
}

static void list_clear(struct owner_list *list)
{
    free(list->owners);
    free(list->texts);
}

HRESULT owners_check(struct error *error)
{
    const struct user *self = user_self();
    WCHAR names[NAMES_SIZE], place[ACCOUNT_NAME_SIZE];
    struct owner_list list;
    HRESULT hr = S_OK;

    list_read(&list);
    if (list.is_there && !owners_admit(list.owners, list.count, self ? self->sid : NULL))
    {
        owners_text(names, NAMES_SIZE, list.owners, list.count);
        _snwprintf(place, ACCOUNT_NAME_SIZE - 1, L"HKLM\\%ls, %ls", list.key, OWNERS_VALUE);
        place[ACCOUNT_NAME_SIZE - 1] = 0;
        hr = error_set(error, error_wrong_user, 3, self ? self->name : L"?", names, place);
    }
    list_clear(&list);
    return hr;
}

BOOL owners_include(const WCHAR *sid)
{
    const struct user *self = user_self();
    struct owner_list list;
    BOOL included;

    list_read(&list);
    included = list.is_there ? owners_admit(list.owners, list.count, sid) : self && !wcscmp(self->sid, sid);
    list_clear(&list);
    return included;
}

void owners_names(WCHAR *out, size_t size)
{
    struct owner_list list;

    list_read(&list);
    out[0] = 0;
    if (list.is_there) owners_text(out, size, list.owners, list.count);
    list_clear(&list);
}
