/* keys.c - a mail's texts as they go to disk, their fingerprint, and what a caller's key led to.
 *
 * The fingerprint covers the texts and the attachment list as the caller wrote them, each with its length before it, so
 * that no two mails share one by where a text ends. It is taken of the UTF-16 that came in. What few mails have comes
 * after a mark that is no length, and only if there is any of it: so the fingerprints of mails without are those that
 * the first brokers wrote. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

static const struct
{
    size_t offset;
    const WCHAR *words; /* for error_key_reused */
} parts[part_count] = {
    [part_to] = {offsetof(struct outbox_text, to), L"the recipients (To)"},
    [part_cc] = {offsetof(struct outbox_text, cc), L"the recipients (CC)"},
    [part_bcc] = {offsetof(struct outbox_text, bcc), L"the recipients (BCC)"},
    [part_subject] = {offsetof(struct outbox_text, subject), L"the subject"},
    [part_body] = {offsetof(struct outbox_text, body), L"the text"},
    [part_html_body] = {offsetof(struct outbox_text, html_body), L"the HTML text"},
    [part_categories] = {offsetof(struct outbox_text, categories), L"the categories"},
    [part_reply_to] = {offsetof(struct outbox_text, reply_to), L"the addresses for replies (ReplyTo)"},
    [part_on_behalf_of] = {offsetof(struct outbox_text, on_behalf_of), L"the sender (SentOnBehalfOfName)"},
    [part_account] = {offsetof(struct outbox_text, account), L"the account"},
    [part_key] = {offsetof(struct outbox_text, key), NULL},
    [part_caller_sid] = {offsetof(struct outbox_text, caller_sid), NULL},
    [part_caller_name] = {offsetof(struct outbox_text, caller_name), NULL},
};

static const WCHAR *part_of(const struct outbox_text *text, size_t part)
{
    const WCHAR *value;

    memcpy(&value, (const char *)text + parts[part].offset, sizeof(value));
    return value ? value : L"";
}

static const WCHAR *const number_words[number_count] = {
    [number_importance] = L"the importance",
    [number_sensitivity] = L"the sensitivity",
    [number_read_receipt] = L"whether a read receipt is asked for",
    [number_deferred_until] = L"the time until which it is held (DeferredDeliveryTime)",
    [number_expires_at] = L"the time at which it expires",
};

static void take_numbers(LONGLONG numbers[number_count], const struct outbox_text *text)
{
    numbers[number_importance] = text->importance;
    numbers[number_sensitivity] = text->sensitivity;
    numbers[number_read_receipt] = text->read_receipt != FALSE;
    numbers[number_deferred_until] = text->deferred_until;
    numbers[number_expires_at] = text->expires_at;
}

ULONGLONG text_bytes(const struct outbox_text *text)
{
    ULONGLONG length = 0;

    for (size_t i = 0; i <= part_account; i++)
        length += wcslen(part_of(text, i));
    return length * sizeof(WCHAR);
}

static HRESULT hash_text(struct hash *hash, const WCHAR *text)
{
    ULONGLONG size = wcslen(text) * sizeof(*text);
    HRESULT hr = hash_add(hash, &size, sizeof(size));

    return FAILED(hr) ? hr : hash_add(hash, text, (size_t)size);
}

/* True if there is anything that the first brokers did not know. */
static bool has_extras(const struct texts *texts, const struct spool *spool)
{
    bool any = texts->numbers[number_importance] != OUTBOX_IMPORTANCE_NORMAL;

    for (size_t i = number_importance + 1; i < number_count; i++)
        any = any || texts->numbers[i];
    for (size_t i = part_categories; i <= part_account; i++)
        any = any || texts->bytes[i];
    for (size_t i = 0; spool && i < spool->count; i++)
        any = any || *spool->files[i].display_name || *spool->files[i].content_id;
    return any;
}

static HRESULT hash_extras(
    struct hash *hash, const struct texts *texts, const struct outbox_text *text, const struct spool *spool)
{
    const ULONGLONG mark = ~0ull;
    HRESULT hr = hash_add(hash, &mark, sizeof(mark));

    if (SUCCEEDED(hr)) hr = hash_add(hash, texts->numbers, sizeof(texts->numbers));
    for (size_t i = part_categories; i <= part_account && SUCCEEDED(hr); i++)
        hr = hash_text(hash, part_of(text, i));
    for (size_t i = 0; spool && i < spool->count && SUCCEEDED(hr); i++)
    {
        hr = hash_text(hash, spool->files[i].display_name);
        if (SUCCEEDED(hr)) hr = hash_text(hash, spool->files[i].content_id);
    }
    return hr;
}

static HRESULT fingerprint(struct texts *texts, const struct outbox_text *text, const struct spool *spool,
    const WCHAR *const *paths, size_t count)
{
    struct hash *hash;
    HRESULT hr = hash_begin(&hash);

    if (FAILED(hr)) return hr;
    for (size_t i = 0; i <= part_html_body && SUCCEEDED(hr); i++)
        hr = hash_text(hash, part_of(text, i));
    for (size_t i = 0; i < (spool ? spool->count : count) && SUCCEEDED(hr); i++)
        hr = hash_text(hash, spool ? spool->files[i].given : paths[i]);
    if (SUCCEEDED(hr) && has_extras(texts, spool)) hr = hash_extras(hash, texts, text, spool);
    if (FAILED(hr))
    {
        hash_drop(hash);
        return hr;
    }
    return hash_end(hash, texts->fingerprint);
}

HRESULT texts_make(struct texts *texts, const struct outbox_text *text, const struct spool *spool,
    const WCHAR *const *paths, size_t count, struct error *error)
{
    HRESULT hr;

    memset(texts, 0, sizeof(*texts));
    take_numbers(texts->numbers, text);
    for (size_t i = 0; i < part_count; i++)
    {
        texts->utf8[i] = utf8_of(part_of(text, i), &texts->bytes[i]);
        if (!texts->utf8[i])
        {
            texts_clear(texts);
            return error_set(error, error_no_memory, 0);
        }
    }
    if (FAILED(hr = fingerprint(texts, text, spool, paths, count)))
    {
        texts_clear(texts);
        return error_unexpected_windows(error, L"hashing a mail's texts", hr);
    }
    return S_OK;
}

void texts_clear(struct texts *texts)
{
    for (size_t i = 0; i < part_count; i++)
    {
        free(texts->utf8[i]);
        texts->utf8[i] = NULL;
    }
}

/* Where the texts are all the same, the list of attachments is what differs. */
static int first_difference(struct connection *connection, LONGLONG seq, const struct texts *texts, const WCHAR **words)
{
    sqlite3_stmt *statement = connection_statement(connection, statement_key_texts);
    int rc;

    if (!statement) return sqlite3_errcode(connection->db);
    *words = L"the list of attachments";
    sqlite3_bind_int64(statement, 1, seq);
    rc = sqlite3_step(statement);
    for (int i = number_count - 1; i >= 0 && rc == SQLITE_ROW; i--)
        if (sqlite3_column_int64(statement, part_account + 1 + i) != texts->numbers[i]) *words = number_words[i];
    for (int i = part_account; i >= 0 && rc == SQLITE_ROW; i--)
    {
        const void *old = sqlite3_column_blob(statement, i);
        int bytes = sqlite3_column_bytes(statement, i);

        if (bytes != texts->bytes[i] || (bytes && memcmp(old, texts->utf8[i], (size_t)bytes))) *words = parts[i].words;
    }
    statement_done(statement);
    return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int compare_files(struct connection *connection, const struct spool *spool, const WCHAR *job_id, bool *same)
{
    sqlite3_stmt *statement = connection_statement(connection, statement_attachments);
    int rc;

    if (!statement) return sqlite3_errcode(connection->db);
    bind_job_id(statement, 1, job_id);
    *same = true;
    for (size_t i = 0; (rc = sqlite3_step(statement)) == SQLITE_ROW; i++)
    {
        const void *sha256 = sqlite3_column_blob(statement, 3);

        if (i >= spool->count || !sha256 || sqlite3_column_bytes(statement, 3) != HASH_SIZE ||
            (ULONGLONG)sqlite3_column_int64(statement, 2) != spool->files[i].size ||
            memcmp(sha256, spool->files[i].sha256, HASH_SIZE))
            *same = false;
    }
    statement_done(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static WCHAR *key_wide(const struct texts *texts)
{
    int length = MultiByteToWideChar(CP_UTF8, 0, texts->utf8[part_key], -1, NULL, 0);
    WCHAR *key = malloc(((size_t)length + 1) * sizeof(*key));

    if (key && !MultiByteToWideChar(CP_UTF8, 0, texts->utf8[part_key], -1, key, length)) key[0] = 0;
    return key;
}

int key_look(struct connection *connection, const struct texts *texts, const struct spool *spool,
    enum key_answer *answer, WCHAR job_id[JOB_ID_SIZE], struct error *error)
{
    sqlite3_stmt *statement = connection_statement(connection, statement_find_key);
    const WCHAR *words = NULL;
    LONGLONG seq = 0;
    bool same = false;
    int rc;

    *answer = key_new;
    if (!statement) return sqlite3_errcode(connection->db);
    sqlite3_bind_text(statement, 1, texts->utf8[part_caller_sid], texts->bytes[part_caller_sid], SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, texts->utf8[part_key], texts->bytes[part_key], SQLITE_STATIC);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
    {
        const void *old = sqlite3_column_blob(statement, 2);

        seq = sqlite3_column_int64(statement, 0);
        column_job_id(statement, 1, job_id);
        same = old && sqlite3_column_bytes(statement, 2) == HASH_SIZE && !memcmp(old, texts->fingerprint, HASH_SIZE);
    }
    statement_done(statement);
    if (rc != SQLITE_ROW) return rc == SQLITE_DONE ? SQLITE_OK : rc;
    if (!same)
        rc = first_difference(connection, seq, texts, &words);
    else
    {
        rc = spool ? compare_files(connection, spool, job_id, &same) : SQLITE_OK;
        words = L"what the attachments hold";
    }
    if (rc != SQLITE_OK) return rc;
    *answer = same ? key_same : key_reused;
    if (!same)
    {
        WCHAR *key = key_wide(texts);

        error_set(error, error_key_reused, 3, key ? key : L"", job_id, words);
        free(key);
    }
    return SQLITE_OK;
}

static HRESULT find_key(struct outbox *outbox, const struct texts *texts, const struct spool *spool, deadline until,
    enum key_answer *answer, WCHAR job_id[JOB_ID_SIZE], struct error *error)
{
    struct connection *reader;
    HRESULT hr;
    int rc;

    if (FAILED(hr = reader_take(outbox, until, &reader, error))) return hr;
    rc = key_look(reader, texts, spool, answer, job_id, error);
    if (rc != SQLITE_OK) hr = read_failed(outbox, reader, rc, error);
    reader_give(outbox, reader);
    return hr;
}

HRESULT outbox_find_key(struct outbox *outbox, const struct outbox_text *text, const WCHAR *const *paths, size_t count,
    deadline until, enum key_answer *answer, WCHAR job_id[JOB_ID_SIZE], struct error *error)
{
    struct texts texts;
    HRESULT hr;

    *answer = key_new;
    job_id[0] = 0;
    if (!*text->key) return S_OK;
    if (FAILED(hr = texts_make(&texts, text, NULL, paths, count, error))) return hr;
    hr = find_key(outbox, &texts, NULL, until, answer, job_id, error);
    texts_clear(&texts);
    return hr;
}

HRESULT outbox_find_key_spooled(struct outbox *outbox, const struct outbox_text *text, const struct spool *spool,
    deadline until, enum key_answer *answer, WCHAR job_id[JOB_ID_SIZE], struct error *error)
{
    struct texts texts;
    HRESULT hr;

    *answer = key_new;
    job_id[0] = 0;
    if (!*text->key) return S_OK;
    if (FAILED(hr = texts_make(&texts, text, spool, NULL, 0, error))) return hr;
    hr = find_key(outbox, &texts, spool, until, answer, job_id, error);
    texts_clear(&texts);
    return hr;
}

/* Whether file holds what the attachment held: outbox_same_file. */
static HRESULT compare_content(
    const struct outbox_attachment *attachment, HANDLE file, deadline until, struct error *error)
{
    const struct copy_source source = {.file = file, .size = attachment->size};
    struct copied came;
    LARGE_INTEGER now;
    HRESULT hr;

    if (GetFileSizeEx(file, &now) && (ULONGLONG)now.QuadPart != attachment->size) return S_FALSE;
    if (!SetFilePointerEx(file, (LARGE_INTEGER){0}, NULL, FILE_BEGIN)) return S_OK;
    hr = copy_file(&source, NULL, until, &came, error);
    if (hr == CODE_OF(error_busy_files) || hr == HRESULT_FROM_WIN32(ERROR_TIMEOUT))
    {
        error_clear(error);
        return S_OK; /* it gives no answer: as with a file that is gone */
    }
    if (FAILED(hr)) return hr;
    if (came.end == copy_unhashed) return error_unexpected_windows(error, L"hashing an attachment again", came.code);
    if (came.code == HRESULT_FROM_WIN32(ERROR_HANDLE_EOF)) return S_FALSE; /* cut meanwhile */
    if (came.end != copy_whole) return S_OK;                               /* the key still answers */
    return memcmp(came.sha256, attachment->sha256, HASH_SIZE) ? S_FALSE : S_OK;
}

HRESULT outbox_same_file(
    struct outbox *outbox, const WCHAR *job_id, size_t index, HANDLE file, deadline until, struct error *error)
{
    struct outbox_attachment *attachments = NULL;
    struct connection *reader;
    size_t count = 0;
    HRESULT hr;
    int rc;

    if (FAILED(hr = reader_take(outbox, until, &reader, error))) return hr;
    rc = read_attachments(outbox, reader, job_id, &attachments, &count);
    hr = rc == SQLITE_OK ? S_OK : read_failed(outbox, reader, rc, error);
    reader_give(outbox, reader);
    if (SUCCEEDED(hr) && index >= count) hr = S_FALSE;
    if (hr == S_OK) hr = compare_content(&attachments[index], file, until, error);
    free_attachments(attachments, count);
    return hr;
}
