/* send.c - obctl send: a mail from the command line. Session.SendMail is used where it can say it all, because it looks
 * the key up before it reads a file; else Session.CreateMail. */
#include "answer.h"
#include <limits.h>
#include <oleauto.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "call.h"
#include "fields.h"

#define READ_AT_ONCE 65536
#define LONGEST_PATH 32767

static const struct option options[] = {
    {.name = L"to", .value = L"ADDRESSES", .kind = option_text, .meaning = L"recipients, divided by semicolons"},
    {.name = L"cc", .value = L"ADDRESSES", .kind = option_text, .meaning = L"who gets a copy"},
    {.name = L"bcc", .value = L"ADDRESSES", .kind = option_text, .meaning = L"who gets a copy unseen"},
    {.name = L"subject", .value = L"TEXT", .kind = option_text, .meaning = L"the subject"},
    {.name = L"body",
        .value = L"TEXT",
        .kind = option_text,
        .meaning = L"the text; - reads it from standard input, in UTF-8"},
    {.name = L"html",
        .value = L"TEXT",
        .kind = option_text,
        .meaning = L"the text as HTML, which wins over --body; - reads it from standard input"},
    {.name = L"attach",
        .value = L"PATH",
        .kind = option_text,
        .many = TRUE,
        .meaning = L"a file, read before the command ends; may be given many times"},
    {.name = L"key",
        .value = L"TEXT",
        .kind = option_text,
        .meaning = L"sent again with the same key and content, it is the same job"},
    {.name = L"account",
        .value = L"NAME",
        .kind = option_text,
        .meaning = L"the account to send from, by display name or address"},
    {.name = L"reply-to", .value = L"ADDRESSES", .kind = option_text, .meaning = L"where answers go"},
    {.name = L"on-behalf-of", .value = L"NAME", .kind = option_text, .meaning = L"for whom the mail is sent"},
    {.name = L"categories", .value = L"NAMES", .kind = option_text, .meaning = L"categories, divided by commas"},
    {.name = L"importance",
        .value = L"WORD",
        .kind = option_choice,
        .choices = L"low|normal|high",
        .meaning = L"low, normal or high"},
    {.name = L"sensitivity",
        .value = L"WORD",
        .kind = option_choice,
        .choices = L"normal|personal|private|confidential",
        .meaning = L"normal, personal, private or confidential"},
    {.name = L"receipt", .kind = option_flag, .meaning = L"ask for a receipt when the mail is read"},
    {.name = L"at",
        .value = L"TIME",
        .kind = option_text,
        .meaning = L"hold the mail until then: local time, such as \"2026-12-24 08:00\""},
    {.name = L"expires", .value = L"TIME", .kind = option_text, .meaning = L"when the mail loses its worth"},
    {.name = L"wait",
        .value = L"SECONDS",
        .kind = option_maybe_number,
        .lowest = 0,
        .highest = 600,
        .standard = 60,
        .meaning = L"wait until it is sent or has failed; 60 seconds if none are given"},
};

/* --- what the command line gives, as the broker takes it */

/* All of standard input as a text; the caller frees it. NULL if it is not UTF-8 or cannot be read. */
static BSTR read_input(void)
{
    HANDLE in = GetStdHandle(STD_INPUT_HANDLE);
    char *bytes = NULL, *more;
    const char *begin;
    BSTR text = NULL;
    DWORD got = 0;
    int size = 0, length;

    do
    {
        if (size > INT_MAX - READ_AT_ONCE || !(more = realloc(bytes, (size_t)size + READ_AT_ONCE)))
        {
            free(bytes);
            return NULL;
        }
        bytes = more;
        if (!ReadFile(in, bytes + size, READ_AT_ONCE, &got, NULL))
        {
            if (GetLastError() != ERROR_BROKEN_PIPE)
            {
                free(bytes);
                return NULL;
            }
            got = 0;
        }
        size += (int)got;
    } while (got);
    begin = bytes;
    if (size >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3)) begin += 3, size -= 3;
    length = size ? MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, begin, size, NULL, 0) : 0;
    if (length || !size) text = SysAllocStringLen(NULL, (UINT)length);
    if (text && length) MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, begin, size, text, length);
    free(bytes);
    return text;
}

struct given_texts
{
    BSTR body, html;
};

static HRESULT read_texts(
    const struct arguments *arguments, struct given_texts *texts, int *exit_code, struct failure *failure)
{
    const WCHAR *body = given_text(arguments, L"body"), *html = given_text(arguments, L"html");
    BOOL body_in = body && !wcscmp(body, L"-"), html_in = html && !wcscmp(html, L"-");

    if (body_in && html_in)
        return refuse_usage(failure, exit_code, L"--body and --html cannot both be read from standard input.", NULL);
    texts->body = body_in ? read_input() : SysAllocString(body ? body : L"");
    texts->html = html_in ? read_input() : SysAllocString(html ? html : L"");
    if (!texts->body || !texts->html)
        return refuse_usage(failure, exit_code, L"Standard input cannot be read as UTF-8 text.", NULL);
    return S_OK;
}

/* A relative path means the console's folder, of which the broker knows nothing. */
static VARIANT full_path(const WCHAR *path)
{
    static WCHAR full[LONGEST_PATH];
    DWORD length = GetFullPathNameW(path, LONGEST_PATH, full, NULL);

    return text_argument(length && length < LONGEST_PATH ? full : path);
}

/* All paths as the array that SendMail takes; Empty's place is taken by "left out" where there are none. */
static VARIANT all_paths(const struct arguments *arguments)
{
    ULONG count = 0;
    SAFEARRAY *array;
    VARIANT value;

    while (given_at(arguments, L"attach", count))
        count++;
    if (!count || !(array = SafeArrayCreateVector(VT_VARIANT, 0, count))) return missing_argument();
    for (LONG i = 0; i < (LONG)count; i++)
    {
        VARIANT path = full_path(given_at(arguments, L"attach", (size_t)i));

        SafeArrayPutElement(array, &i, &path);
        VariantClear(&path);
    }
    V_VT(&value) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(&value) = array;
    return value;
}

/* --- the two ways */

/* Whole, with zeros that it may hold: the broker refuses those in words. */
static VARIANT read_argument(BSTR text)
{
    VARIANT value;

    if (!text) return text_argument(NULL);
    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = SysAllocStringLen(text, SysStringLen(text));
    return value;
}

static HRESULT send_at_once(
    const struct request *request, const struct given_texts *texts, IObJob **job, struct failure *failure)
{
    const struct arguments *arguments = request->arguments;
    VARIANT values[] = {
        text_argument(given_text(arguments, L"to")),
        text_argument(given_text(arguments, L"subject")),
        read_argument(texts->body),
        read_argument(texts->html),
        all_paths(arguments),
        text_argument(given_text(arguments, L"cc")),
        text_argument(given_text(arguments, L"bcc")),
        text_argument(given_text(arguments, L"key")),
    };
    HRESULT hr = call_for(request->session, L"SendMail", values, ARRAYSIZE(values), &IID_IObJob, (void **)job, failure);

    for (size_t i = 0; i < ARRAYSIZE(values); i++)
        VariantClear(&values[i]);
    return hr;
}

/* Options that are properties of IObMail by another name. */
static const struct
{
    const WCHAR *option, *property;
} properties[] = {
    {L"to", L"To"},
    {L"cc", L"CC"},
    {L"bcc", L"BCC"},
    {L"subject", L"Subject"},
    {L"account", L"Account"},
    {L"reply-to", L"ReplyTo"},
    {L"on-behalf-of", L"SentOnBehalfOfName"},
    {L"categories", L"Categories"},
    {L"importance", L"Importance"},
    {L"sensitivity", L"Sensitivity"},
    {L"receipt", L"ReadReceiptRequested"},
    {L"at", L"DeferredDeliveryTime"},
    {L"expires", L"ExpiryTime"},
};
#define PROPERTIES_OF_SEND_MAIL 4 /* the first ones: arguments of SendMail too */

static BOOL wants_mail(const struct arguments *arguments)
{
    for (size_t i = PROPERTIES_OF_SEND_MAIL; i < ARRAYSIZE(properties); i++)
        if (given_flag(arguments, properties[i].option)) return TRUE;
    return FALSE;
}

static const struct option *option_of(const WCHAR *name)
{
    for (size_t i = 0; i < ARRAYSIZE(options); i++)
        if (!wcscmp(options[i].name, name)) return &options[i];
    abort();
}

static BOOL is_time(const WCHAR *name)
{
    return !wcscmp(name, L"at") || !wcscmp(name, L"expires");
}

static HRESULT property_value(
    const struct arguments *arguments, const WCHAR *name, VARIANT *value, int *exit_code, struct failure *failure)
{
    const WCHAR *given = given_text(arguments, name);

    VariantInit(value);
    switch (option_of(name)->kind)
    {
    case option_flag:
        V_VT(value) = VT_BOOL;
        V_BOOL(value) = VARIANT_TRUE;
        return S_OK;
    case option_choice:
        *value = number_argument(given_number(arguments, name, 0));
        return S_OK;
    default:
        break;
    }
    if (!is_time(name))
        *value = text_argument(given);
    else if (!time_from_text(given, value))
        return refuse_usage(failure, exit_code,
            L"\"%ls\" is no time. Write local time as in \"2026-12-24 08:00\", seconds if needed.", given);
    return S_OK;
}

static HRESULT fill_mail(const struct arguments *arguments, IObMail *mail, int *exit_code, struct failure *failure)
{
    HRESULT hr = S_OK;

    for (size_t i = 0; i < ARRAYSIZE(properties) && SUCCEEDED(hr); i++)
    {
        VARIANT value;

        if (!given_flag(arguments, properties[i].option)) continue;
        hr = property_value(arguments, properties[i].option, &value, exit_code, failure);
        if (SUCCEEDED(hr)) hr = call_put(mail, properties[i].property, &value, failure);
        VariantClear(&value);
    }
    return hr;
}

static HRESULT put_text(IObMail *mail, const WCHAR *property, BSTR text, struct failure *failure)
{
    VARIANT value;

    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = text;
    return call_put(mail, property, &value, failure);
}

static HRESULT attach_files(const struct arguments *arguments, IObMail *mail, struct failure *failure)
{
    HRESULT hr = S_OK;

    for (size_t i = 0; given_at(arguments, L"attach", i) && SUCCEEDED(hr); i++)
    {
        VARIANT path = full_path(given_at(arguments, L"attach", i));

        hr = call_method(mail, L"Attach", &path, 1, NULL, failure);
        VariantClear(&path);
    }
    return hr;
}

static HRESULT send_mail_object(const struct request *request, const struct given_texts *texts, IObJob **job,
    int *exit_code, struct failure *failure)
{
    VARIANT key = text_argument(given_text(request->arguments, L"key"));
    IObMail *mail;
    HRESULT hr = call_for(request->session, L"CreateMail", NULL, 0, &IID_IObMail, (void **)&mail, failure);

    if (SUCCEEDED(hr))
    {
        hr = fill_mail(request->arguments, mail, exit_code, failure);
        if (SUCCEEDED(hr)) hr = put_text(mail, L"Body", texts->body, failure);
        if (SUCCEEDED(hr) && SysStringLen(texts->html)) hr = put_text(mail, L"HTMLBody", texts->html, failure);
        if (SUCCEEDED(hr)) hr = attach_files(request->arguments, mail, failure);
        if (SUCCEEDED(hr)) hr = call_for(mail, L"Send", &key, 1, &IID_IObJob, (void **)job, failure);
        IObMail_Release(mail);
    }
    VariantClear(&key);
    return hr;
}

static HRESULT send_mail(const struct request *request, IObJob **job, int *exit_code, struct failure *failure)
{
    struct given_texts texts = {NULL, NULL};
    HRESULT hr = read_texts(request->arguments, &texts, exit_code, failure);

    if (SUCCEEDED(hr))
        hr = wants_mail(request->arguments) ? send_mail_object(request, &texts, job, exit_code, failure)
                                            : send_at_once(request, &texts, job, failure);
    SysFreeString(texts.body);
    SysFreeString(texts.html);
    return hr;
}

static HRESULT run(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    LONG seconds = given_number(request->arguments, L"wait", -1);
    ObJobState state = obJobSent;
    IObJob *job;
    HRESULT hr = send_mail(request, &job, exit_code, failure);

    if (FAILED(hr)) return hr;
    if (seconds >= 0) hr = wait_for_job(job, seconds, &state, failure);
    if (SUCCEEDED(hr)) hr = answer_job(request, job, out, failure);
    if (SUCCEEDED(hr)) *exit_code = state == obJobSent ? exit_fine : exit_waits;
    IObJob_Release(job);
    return hr;
}

const struct command command_send = {
    .name = L"send",
    .meaning = L"send a mail",
    .more = L"The mail is durable on disk when the command ends, whether or not Outlook runs.\n\n"
            L"exit codes: 0 accepted, with --wait: sent; 1 accepted, but not sent in time, or failed;\n"
            L"  2 not accepted, or the broker cannot be reached; 3 usage\n",
    .options = options,
    .option_count = ARRAYSIZE(options),
    .needs = needs_session,
    .run = run,
};
