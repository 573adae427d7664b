/* accepting.c - see accepting.h. The job's object is made before anything is accepted: a caller must never be told of a
 * failure when the mail is on disk. */

#include "accepting.h"
#include "host/client_process.h"
#include "host/log.h"

static HRESULT spool_files(
    struct outbox *outbox, struct call *call, const struct text_list *paths, struct spool **spool)
{
    HRESULT hr = S_OK;

    *spool = NULL;
    if (!paths->count) return S_OK;
    if (FAILED(hr = spool_begin(outbox, client_process(), spool, &call->error))) return hr;
    for (size_t i = 0; i < paths->count && SUCCEEDED(hr); i++)
    {
        HANDLE file;
        ULONGLONG size;

        hr = caller_open_file(&call->caller, paths->texts[i], call->until, &file, &size, &call->error);
        if (hr == HRESULT_FROM_WIN32(ERROR_TIMEOUT)) hr = spool_timeout(i, paths->texts[i], &call->error);
        if (FAILED(hr)) break;
        hr = spool_add(*spool, file, size, paths->texts[i], NULL, NULL, call->until, &call->error);
        CloseHandle(file);
    }
    return hr;
}

/* Whether the file still holds what the job's attachment does. One that cannot be read, or not in time, is no
 * difference: the mail was accepted, and who asks again is told so. */
static HRESULT compare_file(
    struct outbox *outbox, struct call *call, const WCHAR *key, const WCHAR *id, size_t index, const WCHAR *path)
{
    struct error unread = {0};
    HANDLE file;
    ULONGLONG size;
    HRESULT hr;

    hr = caller_open_file(&call->caller, path, call->until, &file, &size, &unread);
    if (hr == (HRESULT)OB_E_ATTACHMENT || hr == (HRESULT)OB_E_BUSY || hr == HRESULT_FROM_WIN32(ERROR_TIMEOUT))
    {
        error_clear(&unread);
        return S_OK;
    }
    error_move(&call->error, &unread);
    if (FAILED(hr)) return hr;
    hr = outbox_same_file(outbox, id, index, file, call->until, &call->error);
    CloseHandle(file);
    return hr == S_FALSE ? error_set(&call->error, error_key_reused, 3, key, id, path) : hr;
}

/* S_FALSE: the key is new. S_OK: id is the job that it has, with the same content as far as that can still be told. */
static HRESULT find_by_key(struct outbox *outbox, struct call *call, const struct outbox_text *text,
    const struct text_list *paths, WCHAR id[JOB_ID_SIZE])
{
    enum key_answer answer;
    HRESULT hr;

    if (!text->key[0]) return S_FALSE;
    hr = outbox_find_key(
        outbox, text, (const WCHAR *const *)paths->texts, paths->count, call->until, &answer, id, &call->error);
    if (FAILED(hr)) return hr;
    if (answer == key_reused) return (HRESULT)OB_E_KEY_REUSED;
    if (answer == key_new) return S_FALSE;
    for (size_t i = 0; i < paths->count && SUCCEEDED(hr) && deadline_left(call->until); i++)
        hr = compare_file(outbox, call, text->key, id, i, paths->texts[i]);
    return hr;
}

/* Hands the spool to the outbox, or drops it. */
static HRESULT append(struct outbox *outbox, struct call *call, const struct outbox_text *text, struct spool *spool,
    size_t attachments, WCHAR id[JOB_ID_SIZE])
{
    HRESULT hr = outbox_accept(outbox, text, spool, call->until, id, &call->error);

    spool_drop(spool);
    if (hr != S_OK) return hr;
    log_event("accepted", id, call->caller.name, L"%u attachments", (unsigned)attachments);
    broker_mail_accepted(call->broker);
    return S_OK;
}

static HRESULT accept_files(struct outbox *outbox, struct call *call, const struct outbox_text *text,
    const struct text_list *paths, WCHAR id[JOB_ID_SIZE])
{
    struct spool *spool;
    HRESULT hr = find_by_key(outbox, call, text, paths, id);

    if (hr != S_FALSE) return hr;
    if (SUCCEEDED(hr = spool_files(outbox, call, paths, &spool)))
        return append(outbox, call, text, spool, paths->count, id);
    spool_drop(spool);
    return hr;
}

static HRESULT accept_spooled(struct outbox *outbox, struct call *call, const struct outbox_text *text,
    const struct spool *spool, WCHAR id[JOB_ID_SIZE])
{
    enum key_answer answer = key_new;
    struct spool *copy;
    HRESULT hr = S_OK;

    if (text->key[0]) hr = outbox_find_key_spooled(outbox, text, spool, call->until, &answer, id, &call->error);
    if (FAILED(hr) || answer == key_same) return hr;
    if (answer == key_reused) return (HRESULT)OB_E_KEY_REUSED;
    if (FAILED(hr = spool_copy(spool, call->until, &copy, &call->error))) return hr;
    return append(outbox, call, text, copy, spool ? spool_count(spool) : 0, id);
}

static HRESULT begin_job(struct call *call, struct outbox_text *text, IObJob **job)
{
    text->caller_sid = call->caller.sid;
    text->caller_name = call->caller.name;
    return job_create(call->broker, call->timeout, call->caller.sid, job);
}

static HRESULT finish_job(struct call *call, HRESULT hr, const WCHAR *id, IObJob **job)
{
    if (SUCCEEDED(hr))
    {
        job_set_id(*job, id);
        return S_OK;
    }
    log_event("not accepted", NULL, call->caller.name, L"0x%08lX", (ULONG)hr);
    IObJob_Release(*job);
    *job = NULL;
    return hr;
}

HRESULT accept_with_files(struct call *call, struct outbox_text *text, const struct text_list *paths, IObJob **job)
{
    WCHAR id[JOB_ID_SIZE] = L"";
    HRESULT hr = begin_job(call, text, job);

    if (FAILED(hr)) return hr;
    return finish_job(call, accept_files(broker_outbox(call->broker), call, text, paths, id), id, job);
}

HRESULT accept_with_spool(struct call *call, struct outbox_text *text, const struct spool *spool, IObJob **job)
{
    WCHAR id[JOB_ID_SIZE] = L"";
    HRESULT hr = begin_job(call, text, job);

    if (FAILED(hr)) return hr;
    return finish_job(call, accept_spooled(broker_outbox(call->broker), call, text, spool, id), id, job);
}
