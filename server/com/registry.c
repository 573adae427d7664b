/* registry.c - see registry.h. */

#include "registry.h"
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define KEY_SIZE 512

/* What stood in a row's place before it was written. */
struct undo
{
    WCHAR key[KEY_SIZE];
    WCHAR topmost_made[KEY_SIZE]; /* the first key of the path that was not there; "" if all were */
    const WCHAR *name;
    BOOL wrote, had_value;
    DWORD type, size;
    BYTE *data;
};

static void expand(WCHAR *out, size_t size, const WCHAR *text, const struct registry_inserts *inserts)
{
    size_t used = 0;

    for (; *text && used + 1 < size; text++)
    {
        const WCHAR *insert = text[0] == '%' && text[1] >= '1' && text[1] <= '9' ? inserts->texts[text[1] - '1'] : NULL;

        if (!insert)
        {
            out[used++] = *text;
            continue;
        }
        while (*insert && used + 1 < size)
            out[used++] = *insert++;
        text++;
    }
    out[used] = 0;
}

static BOOL key_there(const WCHAR *key)
{
    HKEY opened;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_READ, &opened)) return FALSE;
    RegCloseKey(opened);
    return TRUE;
}

/* Remembers what is there before the row is written. */
static LSTATUS remember(struct undo *undo)
{
    LSTATUS status;

    for (const WCHAR *end = undo->key; end; end = wcschr(end + 1, '\\'))
    {
        size_t length = end == undo->key ? 0 : (size_t)(end - undo->key);

        if (!length) continue;
        wmemcpy(undo->topmost_made, undo->key, length);
        undo->topmost_made[length] = 0;
        if (!key_there(undo->topmost_made)) return ERROR_SUCCESS;
    }
    wcscpy(undo->topmost_made, undo->key);
    if (!key_there(undo->key)) return ERROR_SUCCESS;
    undo->topmost_made[0] = 0;
    status = RegGetValueW(
        HKEY_LOCAL_MACHINE, undo->key, undo->name, RRF_RT_ANY | RRF_NOEXPAND, &undo->type, NULL, &undo->size);
    if (status) return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status;
    if (!(undo->data = malloc(undo->size + 4))) return ERROR_NOT_ENOUGH_MEMORY;
    undo->had_value = TRUE;
    return RegGetValueW(
        HKEY_LOCAL_MACHINE, undo->key, undo->name, RRF_RT_ANY | RRF_NOEXPAND, &undo->type, undo->data, &undo->size);
}

static LSTATUS write_descriptor(HKEY key, const WCHAR *name, const WCHAR *sddl)
{
    PSECURITY_DESCRIPTOR descriptor;
    ULONG size;
    LSTATUS status;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor, &size))
        return (LSTATUS)GetLastError();
    status = RegSetValueExW(key, name, 0, REG_BINARY, descriptor, size);
    LocalFree(descriptor);
    return status;
}

static LSTATUS write_row(const struct registry_row *row, const struct registry_inserts *inserts, struct undo *undo)
{
    WCHAR text[1024];
    HKEY key;
    LSTATUS status;

    expand(undo->key, ARRAYSIZE(undo->key), row->key, inserts);
    undo->name = row->name;
    if ((status = remember(undo))) return status;
    undo->wrote = TRUE;
    if ((status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, undo->key, 0, NULL, 0, KEY_WRITE, NULL, &key, NULL)))
        return status;
    if (row->text)
    {
        expand(text, ARRAYSIZE(text), row->text, inserts);
        status =
            RegSetValueExW(key, row->name, 0, REG_SZ, (const BYTE *)text, (DWORD)((wcslen(text) + 1) * sizeof(WCHAR)));
    }
    else if (row->sddl)
        status = write_descriptor(key, row->name, row->sddl);
    else if (row->is_number)
        status = RegSetValueExW(key, row->name, 0, REG_DWORD, (const BYTE *)&row->number, sizeof(row->number));
    RegCloseKey(key);
    return status;
}

static void take_back(const struct undo *undo)
{
    HKEY key;

    if (!undo->wrote) return;
    if (undo->topmost_made[0])
    {
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, undo->topmost_made);
        return;
    }
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, undo->key, 0, KEY_WRITE, &key)) return;
    if (undo->had_value)
        RegSetValueExW(key, undo->name, 0, undo->type, undo->data, undo->size);
    else
        RegDeleteValueW(key, undo->name);
    RegCloseKey(key);
}

HRESULT registry_write(
    const struct registry_row *rows, size_t count, const struct registry_inserts *inserts, struct error *error)
{
    struct undo *undo = calloc(count, sizeof(*undo));
    LSTATUS status = ERROR_SUCCESS;
    HRESULT hr = S_OK;
    size_t done = 0;

    if (!undo) return error_set(error, error_no_memory, 0);
    while (done < count && !status)
    {
        status = write_row(&rows[done], inserts, &undo[done]);
        done++;
    }
    if (status)
    {
        WCHAR words[KEY_SIZE + 32];

        swprintf(words, ARRAYSIZE(words), L"writing HKLM\\%ls", undo[done - 1].key);
        hr = error_unexpected_windows(error, words, HRESULT_FROM_WIN32(status));
        while (done)
            take_back(&undo[--done]);
    }
    for (size_t i = 0; i < count; i++)
        free(undo[i].data);
    free(undo);
    return hr;
}

HRESULT registry_remove(
    const WCHAR *const *keys, size_t count, const struct registry_inserts *inserts, struct error *error)
{
    HRESULT hr = S_OK;

    for (size_t i = 0; i < count; i++)
    {
        WCHAR key[KEY_SIZE], words[KEY_SIZE + 32];
        LSTATUS status;

        expand(key, ARRAYSIZE(key), keys[i], inserts);
        status = RegDeleteTreeW(HKEY_LOCAL_MACHINE, key);
        if (!status || status == ERROR_FILE_NOT_FOUND || FAILED(hr)) continue;
        swprintf(words, ARRAYSIZE(words), L"removing HKLM\\%ls", key);
        hr = error_unexpected_windows(error, words, HRESULT_FROM_WIN32(status));
    }
    return hr;
}
