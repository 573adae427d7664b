/* expected.c - the sentences of tests/expected/bad_input.txt, word for word; see support.h. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define TEXT_SIZE 4096

static WCHAR *load(void)
{
    size_t size;
    char *bytes = ob_read_file(ob_source_path(L"tests\\expected\\bad_input.txt"), &size);
    int length;
    WCHAR *text;

    assert_non_null(bytes);
    length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes, -1, NULL, 0);
    assert_true(length > 0);
    text = malloc((size_t)length * sizeof(*text));
    assert_non_null(text);
    MultiByteToWideChar(CP_UTF8, 0, bytes, -1, text, length);
    free(bytes);
    return text;
}

/* Replaces every mark in text, which has TEXT_SIZE places, by what it stands for. */
static void fill_in(WCHAR *text, const WCHAR *mark, const WCHAR *value)
{
    WCHAR rest[TEXT_SIZE], *at = text;

    while ((at = wcsstr(at, mark)))
    {
        wcscpy(rest, at + wcslen(mark));
        ob_require(wcslen(text) + wcslen(value) < TEXT_SIZE, "the text under %s is too long", ob_utf8(mark));
        wcscpy(at, value);
        at += wcslen(value);
        wcscpy(at, rest);
    }
}

static const WCHAR *caller(void)
{
    static WCHAR name[256];
    IObSession *session;
    BSTR text = NULL;

    if (*name) return name;
    session = ob_session();
    ob_assert_ok(IObSession_get_Caller(session, &text));
    wcsncpy(name, text, ARRAYSIZE(name) - 1);
    SysFreeString(text);
    IObSession_Release(session);
    return name;
}

HRESULT ob_expected(const WCHAR *name, WCHAR **text)
{
    WCHAR *whole = load(), heading[200], data[500], *at, *line;
    unsigned long code = 0;

    swprintf(heading, ARRAYSIZE(heading), L"\n[%ls] ", name);
    at = wcsstr(whole, heading);
    ob_require(at != NULL, "tests/expected/bad_input.txt has no [%s]", ob_utf8(name));
    at += wcslen(heading);
    code = wcstoul(at, NULL, 16);
    line = wcschr(at, L'\n') + 1;
    *text = calloc(TEXT_SIZE, sizeof(**text));
    assert_non_null(*text);
    wcsncpy(*text, line, wcscspn(line, L"\n"));
    free(whole);
    fill_in(*text, L"{CALLER}", caller());
    fill_in(*text, L"{FILES}", ob_file_path(L""));
    swprintf(data, ARRAYSIZE(data), L"%ls\\OutlookBroker", _wgetenv(L"LOCALAPPDATA"));
    fill_in(*text, L"{DATA}", data);
    return (HRESULT)code;
}
