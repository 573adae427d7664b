/* asp.h - the parts of the host: the page as a script, the engine that runs it, and the objects that it finds. */
#pragma once

#include <windows.h>
#include <oleauto.h>
#include <stdbool.h>
#include <stddef.h>

/* --- page.c: a page as a script */

struct page
{
    WCHAR *script;
    unsigned *lines; /* the page's line, from 1, for each line of the script, from 0 */
    unsigned line_count;
    WCHAR **blocks; /* what stands between the script's parts */
    unsigned block_count;
};

/* Translates the text, which is cut into pieces. Says what is wrong, and in which line, if the page is none.
 * The page lives as long as the process. */
bool page_translate(struct page *page, WCHAR *text, const WCHAR **problem, unsigned *line);

/* --- request.c */

struct request
{
    const WCHAR *method, *query, *body; /* query and body as browsers encode them */
};

IDispatch *request_create(const struct request *request);

/* --- response.c */

/* page and its blocks are borrowed. */
IDispatch *response_create(const struct page *page);
/* Writes status, headers and page to standard output. */
void response_send(void);

/* --- server.c */

IDispatch *server_create(void);

/* --- engine.c */

struct named_object
{
    const WCHAR *name;
    IDispatch *object;
};

struct script_error
{
    unsigned line; /* of the script, from 0 */
    HRESULT code;
    BSTR text;
};

/* Runs a VBScript to its end; objects ends with an empty row. Fails with error filled, whose text is the caller's. */
HRESULT engine_run(const WCHAR *script, const struct named_object *objects, struct script_error *error);
