/* main.c - asp-host.exe: runs one page of classic ASP for one request, as far as the sample pages need it, so that they
 * can be tested without IIS. The answer goes to standard output, an error of the script with its line to standard
 * error.
 *
 *     asp-host PAGE [METHOD [QUERY [BODY]]]     query and body as browsers encode them (UTF-8)
 *
 * Exit codes: 0 the page ran to its end, or to Response.End; 1 it did not; 2 usage. */
#include "asp.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* The file's text, which has to be UTF-8; NULL if it cannot be had. */
static WCHAR *read_page(const WCHAR *path)
{
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    LARGE_INTEGER size = {.QuadPart = 0};
    char *bytes = NULL;
    WCHAR *text = NULL;
    DWORD got = 0;
    int length;

    if (file == INVALID_HANDLE_VALUE) return NULL;
    if (GetFileSizeEx(file, &size)) bytes = calloc((size_t)size.QuadPart + 1, 1);
    if (bytes && ReadFile(file, bytes, (DWORD)size.QuadPart, &got, NULL))
    {
        length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes, -1, NULL, 0);
        if (length) text = calloc((size_t)length, sizeof(*text));
        if (text) MultiByteToWideChar(CP_UTF8, 0, bytes, -1, text, length);
    }
    free(bytes);
    CloseHandle(file);
    return text;
}

static int run_page(const struct page *page, const struct request *request)
{
    const struct named_object objects[] = {
        {L"Request", request_create(request)},
        {L"Response", response_create(page)},
        {L"Server", server_create()},
        {NULL, NULL},
    };
    struct script_error error;
    HRESULT hr = engine_run(page->script, objects, &error);

    response_send();
    if (SUCCEEDED(hr)) return 0;
    fwprintf(stderr, L"line %u: %ls (0x%08lX)\n", error.line < page->line_count ? page->lines[error.line] : 0,
        error.text ? error.text : L"", (unsigned long)error.code);
    return 1;
}

int wmain(int argc, WCHAR **argv)
{
    struct request request = {argc > 2 ? argv[2] : L"GET", argc > 3 ? argv[3] : L"", argc > 4 ? argv[4] : L""};
    const WCHAR *problem;
    struct page page;
    unsigned line;
    WCHAR *text;

    if (argc < 2 || argc > 5)
    {
        fwprintf(stderr, L"usage: asp-host PAGE [METHOD [QUERY [BODY]]]\n");
        return 2;
    }
    text = read_page(argv[1]);
    if (!text)
    {
        fwprintf(stderr, L"%ls cannot be read as UTF-8\n", argv[1]);
        return 1;
    }
    if (!page_translate(&page, text, &problem, &line))
    {
        fwprintf(stderr, L"line %u: %ls\n", line, problem);
        return 1;
    }
    /* As IIS runs pages: in a single-threaded apartment. */
    if (FAILED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED))) return 1;
    return run_page(&page, &request);
}
