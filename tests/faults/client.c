/* client.c - the clients that put load on the broker, and what each writes down.
 *
 * A sender's journal is what the broker is held to: `try KEY KIND SIZE` before the first call for a mail, `accepted KEY
 * ID` after the call that succeeded, each on disk before it goes on. Whoever starts with the same number afterwards
 * repeats what was tried and not accepted, with the same key and content. Any call that fails ends the client, as a
 * program would that knows no better. */
#include "faults.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum kind
{
    kind_plain,
    kind_html,
    kind_file,
    kind_big_file,
    kind_data,
    kind_count
};

static const char *const kind_names[kind_count] = {"plain", "html", "file", "big-file", "data"};
/* Of a hundred mails. */
static const unsigned kind_shares[kind_count] = {58, 7, 16, 2, 17};

#define QUEUE_ENOUGH 40 /* jobs: more would only make the end longer */
#define DRAIN_MS 90000

struct sender
{
    unsigned seed, environment, number;
    HANDLE journal;
    unsigned last; /* the mail that was tried last, from 1 */
    bool pending;  /* and is not known to be accepted */
    IObSession *session;
};

struct letter
{
    WCHAR key[40];
    enum kind kind;
    unsigned size; /* of the attachment, in bytes */
};

/* Counts the VARIANTs and the objects of a call. Passes its result on. */
static HRESULT count_call(HRESULT hr, LONG variants, LONG objects)
{
    static volatile struct given *given;
    HANDLE section;

    if (!given && (section = OpenFileMappingW(FILE_MAP_WRITE, FALSE, GIVEN_SECTION)))
        given = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof(*given));
    if (!given) return hr;
    InterlockedExchangeAdd(&given->variants, variants);
    if (SUCCEEDED(hr)) InterlockedExchangeAdd(&given->objects, objects);
    return hr;
}

/* A call that passed so many VARIANTs. */
static HRESULT passed(HRESULT hr, LONG variants)
{
    return count_call(hr, variants, 0);
}

/* One that gave an object too. */
static HRESULT had(HRESULT hr, LONG variants)
{
    return count_call(hr, variants, 1);
}

/* --- the journal */

static void write_line(HANDLE journal, const char *format, ...) __attribute__((format(__printf__, 2, 3)));
static void write_line(HANDLE journal, const char *format, ...)
{
    char line[300];
    DWORD written;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof(line) - 1, format, arguments);
    va_end(arguments);
    line[length++] = '\n';
    ob_require(WriteFile(journal, line, (DWORD)length, &written, NULL) && FlushFileBuffers(journal), "the journal: %lu",
        GetLastError());
}

/* Its last whole lines tell where the client of before was. */
static void open_journal(struct sender *sender)
{
    WCHAR leaf[40], path[MAX_PATH];
    char *text;

    swprintf(leaf, ARRAYSIZE(leaf), L"journal-%u.txt", sender->number);
    wcscpy(path, ob_file_path(leaf));
    text = ob_read_file(path, NULL);
    for (char *line = text, *end; line && (end = strchr(line, '\n')); line = end + 1)
    {
        if (!strncmp(line, "try ", 4))
        {
            sender->last++;
            sender->pending = true;
        }
        else if (!strncmp(line, "accepted ", 9))
            sender->pending = false;
    }
    free(text);
    sender->journal = CreateFileW(
        path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    ob_require(sender->journal != INVALID_HANDLE_VALUE, "the journal: %lu", GetLastError());
}

/* --- mails */

/* Mail number n of this client is the same whoever asks. */
static struct letter make_letter(const struct sender *sender, unsigned n)
{
    struct letter letter = {.size = 0};
    struct dice dice;
    unsigned share;

    dice_shake(&dice, sender->seed, (uint64_t)sender->environment << 32 | sender->number, n);
    swprintf(letter.key, ARRAYSIZE(letter.key), L"%u-%u-%u-%u", sender->seed, sender->environment, sender->number, n);
    share = dice_roll(&dice, 100);
    while (share >= kind_shares[letter.kind])
        share -= kind_shares[letter.kind++];
    if (letter.kind == kind_file || letter.kind == kind_data) letter.size = 1 + dice_roll(&dice, 20000);
    if (letter.kind == kind_big_file) letter.size = 1048576;
    return letter;
}

/* The key again and again, each on a line. The caller frees it. */
static char *make_bytes(const struct letter *letter)
{
    char *bytes = malloc(letter->size + 1), key[41];
    int length = snprintf(key, sizeof(key), "%ls\n", letter->key);

    assert_non_null(bytes);
    for (unsigned i = 0; i < letter->size; i++)
        bytes[i] = key[i % (unsigned)length];
    return bytes;
}

static const WCHAR *letter_file(const struct letter *letter)
{
    WCHAR leaf[60];

    swprintf(leaf, ARRAYSIZE(leaf), L"%ls.txt", letter->key);
    return ob_file_path(leaf);
}

static HRESULT send_whole(struct sender *sender, const struct letter *letter, IObJob **job)
{
    const WCHAR *html = letter->kind == kind_html ? L"<p>hello</p>" : NULL;
    VARIANT attachments = ob_missing();
    struct ob_mail mail = {.to = L"a@example.com",
        .subject = letter->key,
        .body = letter->key,
        .html = html,
        .key = letter->key,
        .attachments = &attachments};
    HRESULT hr;

    if (letter->size)
    {
        char *bytes = make_bytes(letter);

        attachments = ob_text(ob_write_file(letter_file(letter), bytes, letter->size));
        free(bytes);
    }
    hr = had(ob_try_send(sender->session, &mail, job), 1);
    if (letter->size && hr == S_OK) DeleteFileW(letter_file(letter));
    VariantClear(&attachments);
    return hr;
}

static VARIANT bytes_argument(const struct letter *letter)
{
    VARIANT argument = {.vt = VT_ARRAY | VT_UI1};
    SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, 0, letter->size);
    char *bytes = make_bytes(letter);

    assert_non_null(array);
    memcpy(array->pvData, bytes, letter->size);
    free(bytes);
    V_ARRAY(&argument) = array;
    return argument;
}

static HRESULT send_in_parts(struct sender *sender, const struct letter *letter, IObJob **job)
{
    BSTR key = SysAllocString(letter->key), to = SysAllocString(L"a@example.com"), leaf = SysAllocString(L"data.txt");
    VARIANT bytes = bytes_argument(letter);
    IObMail *mail = NULL;
    HRESULT hr = had(IObSession_CreateMail(sender->session, &mail), 0);

    if (hr == S_OK) hr = IObMail_put_To(mail, to);
    if (hr == S_OK) hr = IObMail_put_Subject(mail, key);
    if (hr == S_OK) hr = IObMail_put_Body(mail, key);
    if (hr == S_OK) hr = passed(IObMail_AttachData(mail, leaf, bytes, NULL), 1);
    if (hr == S_OK) hr = had(IObMail_Send(mail, key, job), 0);
    if (mail) IObMail_Release(mail);
    VariantClear(&bytes);
    SysFreeString(key);
    SysFreeString(to);
    SysFreeString(leaf);
    return hr;
}

/* One call, or one set of calls, for the mail that was tried last. */
static HRESULT send_letter(struct sender *sender)
{
    struct letter letter = make_letter(sender, sender->last);
    IObJob *job = NULL;
    BSTR id = NULL;
    HRESULT hr;

    if (!sender->pending)
        write_line(sender->journal, "try %ls %s %u", letter.key, kind_names[letter.kind], letter.size);
    sender->pending = true;
    hr = letter.kind == kind_data ? send_in_parts(sender, &letter, &job) : send_whole(sender, &letter, &job);
    if (hr == S_OK) hr = IObJob_get_Id(job, &id);
    if (hr == S_OK)
    {
        write_line(sender->journal, "accepted %ls %ls", letter.key, id);
        sender->pending = false;
    }
    else
        write_line(sender->journal, "error %ls %08lX", letter.key, (unsigned long)hr);
    SysFreeString(id);
    if (job) IObJob_Release(job);
    return hr;
}

/* --- the clients */

static bool is_finished(void)
{
    return ob_exists(ob_file_path(FINISH_FILE));
}

static HRESULT open_session(IObSession **session)
{
    *session = NULL;
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    return had(CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)session), 0);
}

static int close_session(IObSession *session, int code)
{
    IObSession_Release(session);
    CoUninitialize();
    return code;
}

static HRESULT read_counts(IObSession *session, LONG *queued, LONG *submitted)
{
    IObStatus *status;
    HRESULT hr = had(IObSession_get_Status(session, &status), 0);

    if (FAILED(hr)) return hr;
    hr = IObStatus_get_Queued(status, queued);
    if (SUCCEEDED(hr)) hr = IObStatus_get_Submitted(status, submitted);
    IObStatus_Release(status);
    return hr;
}

/* There is not so much in the queue that one more mail would only make it longer. */
static HRESULT wait_for_room(const struct sender *sender)
{
    LONG queued = 0, submitted = 0;
    HRESULT hr;

    while (SUCCEEDED(hr = read_counts(sender->session, &queued, &submitted)) && queued > QUEUE_ENOUGH && !is_finished())
        Sleep(100);
    return hr;
}

int client_send(unsigned seed, unsigned environment, unsigned number)
{
    struct sender sender = {.seed = seed, .environment = environment, .number = number};
    struct dice dice;
    HRESULT hr;

    open_journal(&sender);
    if (!sender.pending && is_finished()) return client_done;
    dice_shake(&dice, seed, environment, (uint64_t)number << 32 | sender.last);
    hr = open_session(&sender.session);
    while (SUCCEEDED(hr))
    {
        if (!sender.pending)
        {
            if (is_finished()) return close_session(sender.session, client_done);
            if (!dice_roll(&dice, 6)) Sleep(dice_roll(&dice, 600));
            if (FAILED(hr = wait_for_room(&sender))) break;
            sender.last++;
        }
        hr = send_letter(&sender);
    }
    return client_lost;
}

/* Reads some of the newest jobs, and waits for one. */
static HRESULT read_jobs(IObSession *session, struct dice *dice)
{
    IObJobs *jobs = NULL;
    IObJob *job = NULL;
    LONG count = 0;
    ObJobState state;
    BSTR text = NULL;
    HRESULT hr = had(IObSession_Jobs(session, ob_missing(), ob_long(1 + (LONG)dice_roll(dice, 20)), &jobs), 2);

    if (SUCCEEDED(hr)) hr = IObJobs_get_Count(jobs, &count);
    if (SUCCEEDED(hr) && count) hr = had(IObJobs_get_Item(jobs, 1 + (LONG)dice_roll(dice, (unsigned)count), &job), 0);
    if (SUCCEEDED(hr) && job) hr = IObJob_get_LastErrorText(job, &text);
    if (SUCCEEDED(hr) && job) hr = passed(IObJob_Wait(job, ob_long((LONG)dice_roll(dice, 1000)), &state), 1);
    SysFreeString(text);
    if (job) IObJob_Release(job);
    if (jobs) IObJobs_Release(jobs);
    return hr;
}

int client_read(unsigned seed, unsigned environment)
{
    IObSession *session;
    LONG queued, submitted;
    struct dice dice;
    HRESULT hr;

    dice_shake(&dice, seed, environment, GetTickCount64());
    hr = open_session(&session);
    while (SUCCEEDED(hr) && !is_finished())
    {
        hr = dice_roll(&dice, 3) ? read_jobs(session, &dice) : read_counts(session, &queued, &submitted);
        Sleep(dice_roll(&dice, 100));
    }
    return FAILED(hr) ? client_lost : close_session(session, client_done);
}

static HRESULT count_state(IObSession *session, ObJobState state, LONG *count)
{
    IObJobs *jobs;
    HRESULT hr = had(IObSession_Jobs(session, ob_long(state), ob_long(1), &jobs), 2);

    if (FAILED(hr)) return hr;
    hr = IObJobs_get_Count(jobs, count);
    IObJobs_Release(jobs);
    return hr;
}

int client_drain(void)
{
    static const ObJobState unfinished[] = {obJobQueued, obJobSending, obJobSubmitted};
    ULONGLONG end = GetTickCount64() + DRAIN_MS;
    unsigned empty = 0; /* looks: a job that goes back to the queue may be missed by one */
    IObSession *session;
    HRESULT hr = open_session(&session);

    while (SUCCEEDED(hr))
    {
        LONG left = 0;

        for (size_t i = 0; SUCCEEDED(hr) && !left && i < ARRAYSIZE(unfinished); i++)
            hr = count_state(session, unfinished[i], &left);
        empty = left ? 0 : empty + 1;
        if (SUCCEEDED(hr) && empty == 4) return close_session(session, client_done);
        if (GetTickCount64() >= end) return close_session(session, client_slow);
        Sleep(100);
    }
    return client_lost;
}
