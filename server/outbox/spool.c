/* spool.c - attachments as flushed files, one folder for each: spool\<32 hex digits of the job's id>-<number>\<name>.
 *
 * A file is whole and flushed before outbox_accept can name it in a row; what is left without a row, sweep.c removes.
 */
#include "internal.h"
#include "rules/path_form.h"
#include <objbase.h>
#include <stdlib.h>
#include <string.h>

enum
{
    timeout_unit_ms = 50
};

static void digits_of(const WCHAR *job_id, WCHAR digits[spool_id_digits + 1])
{
    size_t length = 0;

    for (; *job_id && length < spool_id_digits; job_id++)
        if (*job_id != L'{' && *job_id != L'}' && *job_id != L'-') digits[length++] = *job_id;
    digits[length] = 0;
}

HRESULT job_id_make(WCHAR job_id[JOB_ID_SIZE], struct error *error)
{
    WCHAR text[JOB_ID_SIZE];
    GUID guid;
    HRESULT hr = CoCreateGuid(&guid);

    if (FAILED(hr)) return error_unexpected_windows(error, L"making a job's id", hr);
    if (!StringFromGUID2(&guid, text, JOB_ID_SIZE) || !job_id_normal(text, job_id))
        return error_unexpected_windows(error, L"writing a job's id", E_UNEXPECTED);
    return S_OK;
}

/* What the caller set is known only as a moment, and some ms went by before this room was reached: rounded up to what
 * people set. */
HRESULT timeout_accept(struct error *error, ULONGLONG begun_ms, deadline until)
{
    ULONGLONG had = until > begun_ms ? until - begun_ms : 0;
    WCHAR text[NUMBER_TEXT_SIZE];

    had = (had + timeout_unit_ms - 1) / timeout_unit_ms * timeout_unit_ms;
    return error_set(error, error_timeout_accept, 1, number_text(had, text));
}

void spool_path(const struct outbox *outbox, const WCHAR *relative, WCHAR out[outbox_path_size])
{
    _snwprintf(out, outbox_path_size - 1, L"%ls\\" SPOOL_LEAF L"\\%ls", outbox->folder, relative);
    out[outbox_path_size - 1] = 0;
}

HRESULT spool_begin(struct outbox *outbox, DWORD client, struct spool **out, struct error *error)
{
    struct spool *spool = calloc(1, sizeof(*spool));
    HRESULT hr;

    *out = NULL;
    if (!spool) return error_set(error, error_no_memory, 0);
    if (FAILED(hr = job_id_make(spool->job_id, error)))
    {
        free(spool);
        return hr;
    }
    spool->outbox = outbox;
    spool->client = client;
    spool->begun_ms = clock_now_ms();
    *out = spool;
    return S_OK;
}

/* One attachment to come. */
struct spool_source
{
    struct copy_source from;
    const WCHAR *given, *display_name, *content_id; /* the last two may be NULL */
    const struct spool_file *same;                  /* it is a copy of this one; NULL: it comes from a caller */
};

static HRESULT write_failed(const struct spool *spool, const WCHAR *path, HRESULT code, struct error *error)
{
    WCHAR words[CODE_WORDS_SIZE];
    HRESULT hr;

    code_words(code, words);
    hr = error_set(error, error_spool_write, 2, path, words);
    outbox_report(spool->outbox, trouble_spool, code, error);
    return hr;
}

static HRESULT too_large(const struct spool *spool, ULONGLONG size, struct error *error)
{
    WCHAR bytes[NUMBER_TEXT_SIZE], limit[NUMBER_TEXT_SIZE];

    return error_set(error, error_too_large, 2, number_text(spool->bytes + size, bytes),
        number_text(spool->outbox->limits.max_mail_bytes, limit));
}

static bool fits(const struct spool *spool, ULONGLONG size)
{
    return size <= spool->outbox->limits.max_mail_bytes && spool->bytes <= spool->outbox->limits.max_mail_bytes - size;
}

HRESULT spool_timeout(size_t index, const WCHAR *path, struct error *error)
{
    WCHAR number[NUMBER_TEXT_SIZE];

    return error_set(error, error_timeout_spool, 2, number_text(index + 1, number), path);
}

/* Why a spooled file could not be opened or read. *lasting, which may be NULL: it is gone or cut, which no waiting
 * mends. */
static HRESULT spooled_error(const WCHAR *path, HRESULT code, BOOL *lasting, struct error *error)
{
    static const DWORD gone[] = {ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_HANDLE_EOF};
    WCHAR words[CODE_WORDS_SIZE];

    for (size_t i = 0; i < ARRAYSIZE(gone); i++)
    {
        if (code != HRESULT_FROM_WIN32(gone[i])) continue;
        if (lasting) *lasting = TRUE;
        return error_set(error, error_spool_damaged, 1, path);
    }
    code_words(code, words);
    return error_set(error, error_spool_unread, 2, path, words);
}

static HRESULT read_error(const WCHAR *given, HRESULT code, struct error *error)
{
    WCHAR words[CODE_WORDS_SIZE];

    code_words(code, words);
    return error_set(error, error_attachment_read, 2, given, words);
}

/* What came of a copy, as the error that it is; path: the new file's. */
static HRESULT copy_error(const struct spool *spool, const struct spool_source *source, const struct copied *came,
    const WCHAR *path, struct error *error)
{
    switch (came->end)
    {
    case copy_unread:
        return source->same ? spooled_error(source->from.path, came->code, NULL, error)
                            : read_error(source->given, came->code, error);
    case copy_unwritten:
        return write_failed(spool, path, came->code, error);
    case copy_unhashed:
        if (came->code == E_OUTOFMEMORY) return error_set(error, error_no_memory, 0);
        return error_unexpected_windows(error, L"hashing an attachment", came->code);
    default:
        return S_OK;
    }
}

/* Copies into a new file at path; the hash goes to file. On failure there is no file, or will be none. */
static HRESULT put_file(struct spool *spool, const struct spool_source *source, struct spool_file *file,
    const WCHAR *path, deadline until, struct error *error)
{
    struct copied came;
    HRESULT hr = copy_file(&source->from, path, until, &came, error);

    if (hr == HRESULT_FROM_WIN32(ERROR_TIMEOUT)) return spool_timeout(spool->count, source->given, error);
    if (FAILED(hr)) return hr;
    hr = copy_error(spool, source, &came, path, error);
    if (SUCCEEDED(hr) && source->same && memcmp(came.sha256, source->same->sha256, HASH_SIZE))
        hr = error_set(error, error_spool_damaged, 1, source->from.path);
    if (FAILED(hr)) spool_remove(spool->outbox, file->relative);
    memcpy(file->sha256, came.sha256, HASH_SIZE);
    return hr;
}

static void file_clear(struct spool_file *file)
{
    free(file->given);
    free(file->relative);
    free(file->name);
    free(file->display_name);
    free(file->content_id);
    memset(file, 0, sizeof(*file));
}

/* Names the file below the spool, short enough for Outlook, and makes its folder: never one that was there before,
 * which may still stand, since somebody has the file open that was given up in it. */
static HRESULT place_file(
    struct spool *spool, struct spool_file *file, const struct spool_source *source, struct error *error)
{
    WCHAR relative[outbox_path_size], path[outbox_path_size], digits[spool_id_digits + 1];
    const WCHAR *leaf = path_leaf(source->given);
    WCHAR shown[SHOWN_LEAF_SIZE];
    size_t used;

    if (!*leaf) leaf = L"attachment";
    if (source->display_name && *source->display_name)
    {
        path_shown_leaf(shown, source->display_name, leaf);
        leaf = shown;
    }

    digits_of(spool->job_id, digits);
    used = (size_t)_snwprintf(relative, outbox_path_size - 1, L"%ls-%lu", digits, (unsigned long)spool->places++);
    spool_path(spool->outbox, relative, path);
    if (!CreateDirectoryW(path, NULL)) return write_failed(spool, path, last_error_hresult(), error);
    relative[used++] = L'\\';
    path_short_leaf(relative + used, path_length_max - wcslen(path) - 1, leaf);
    file->given = wide_copy(source->given);
    file->relative = wide_copy(relative);
    file->name = wide_copy(leaf);
    file->display_name = wide_copy(source->display_name ? source->display_name : L"");
    file->content_id = wide_copy(source->content_id ? source->content_id : L"");
    if (file->given && file->relative && file->name && file->display_name && file->content_id) return S_OK;
    RemoveDirectoryW(path);
    return error_set(error, error_no_memory, 0);
}

/* The place of the next file, empty. */
static struct spool_file *next_file(struct spool *spool)
{
    struct spool_file *files = realloc(spool->files, (spool->count + 1) * sizeof(*files));

    if (!files) return NULL;
    spool->files = files;
    return memset(&files[spool->count], 0, sizeof(*files));
}

/* Has put fill the file's place on disk; it counts only if that succeeds. */
static HRESULT add_file(struct spool *spool, const struct spool_source *source, deadline until, struct error *error)
{
    struct spool_file *file = next_file(spool);
    const ULONGLONG cost = unsent_cost(source->from.size);
    WCHAR path[outbox_path_size];
    HRESULT hr;

    if (!file) return error_set(error, error_no_memory, 0);
    if (!fits(spool, source->from.size)) return too_large(spool, source->from.size, error);
    if (FAILED(hr = unsent_take(spool->outbox, spool->client, cost, error))) return hr;
    file->size = source->from.size;
    hr = place_file(spool, file, source, error);
    if (SUCCEEDED(hr))
    {
        spool_path(spool->outbox, file->relative, path);
        hr = put_file(spool, source, file, path, until, error);
    }
    if (FAILED(hr))
    {
        unsent_give(spool->outbox, spool->client, cost);
        file_clear(file);
        return hr;
    }
    spool->bytes += file->size;
    spool->unsent += cost;
    spool->count++;
    return S_OK;
}

HRESULT spool_add(struct spool *spool, HANDLE file, ULONGLONG size, const WCHAR *path, const WCHAR *display_name,
    const WCHAR *content_id, deadline until, struct error *error)
{
    const struct spool_source source = {
        .from = {.file = file, .size = size},
        .given = path,
        .display_name = display_name,
        .content_id = content_id,
    };

    if (!SetFilePointerEx(file, (LARGE_INTEGER){0}, NULL, FILE_BEGIN))
        return read_error(path, last_error_hresult(), error);
    return add_file(spool, &source, until, error);
}

HRESULT spool_add_bytes(struct spool *spool, const WCHAR *file_name, const void *bytes, size_t size,
    const WCHAR *display_name, const WCHAR *content_id, deadline until, struct error *error)
{
    const struct spool_source source = {
        .from = {.bytes = bytes, .size = size},
        .given = file_name,
        .display_name = display_name,
        .content_id = content_id,
    };

    return add_file(spool, &source, until, error);
}

/* --- a spool of another's files */

/* Nothing of a spooled file is anybody's to keep from others: the broker itself, Outlook and a virus scanner may all
 * have it open. */
HANDLE open_spooled(const WCHAR *path)
{
    return CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
        FILE_ATTRIBUTE_NORMAL, NULL);
}

/* Copies and no hard links, although that costs its time: sharing modes and content belong to a file and not to its
 * names, so whoever holds or changes one job's attachment would hold or change those of all jobs of the same mail. */
HRESULT spool_copy(const struct spool *from, deadline until, struct spool **to, struct error *error)
{
    HRESULT hr;

    *to = NULL;
    if (!from || !from->count) return S_OK;
    hr = spool_begin(from->outbox, from->client, to, error);
    for (size_t i = 0; SUCCEEDED(hr) && i < from->count; i++)
    {
        const struct spool_file *file = &from->files[i];
        WCHAR path[outbox_path_size];
        const struct spool_source source = {
            .from = {.path = path, .size = file->size},
            .given = file->given,
            .display_name = file->display_name,
            .content_id = file->content_id,
            .same = file,
        };

        spool_path(from->outbox, file->relative, path);
        hr = deadline_left(until) ? add_file(*to, &source, until, error) : spool_timeout(i, file->given, error);
    }
    if (SUCCEEDED(hr)) return S_OK;
    spool_drop(*to);
    *to = NULL;
    return hr;
}

size_t spool_count(const struct spool *spool)
{
    return spool ? spool->count : 0;
}

void spool_read(const struct spool *spool, size_t index, struct spool_entry *entry)
{
    const struct spool_file *file = &spool->files[index];

    spool_path(spool->outbox, file->relative, entry->path);
    entry->display_name = file->display_name;
    entry->content_id = file->content_id;
}

void spool_drop(struct spool *spool)
{
    if (!spool) return;
    for (size_t i = 0; i < spool->count; i++)
    {
        if (!spool->accepted) spool_remove(spool->outbox, spool->files[i].relative);
        file_clear(&spool->files[i]);
    }
    unsent_give(spool->outbox, spool->client, spool->unsent);
    free(spool->files);
    free(spool);
}

/* S_FALSE: it cannot be read, GetLastError says why. */
static HRESULT file_hash(HANDLE file, BYTE digest[HASH_SIZE], ULONGLONG *size)
{
    struct hash *hash = NULL;
    BYTE *piece = malloc(copy_piece_bytes);
    DWORD got = 0, unread = ERROR_SUCCESS;
    HRESULT hr = piece ? hash_begin(&hash) : E_OUTOFMEMORY;

    *size = 0;
    while (hr == S_OK && !unread)
    {
        if (!ReadFile(file, piece, copy_piece_bytes, &got, NULL))
            unread = GetLastError();
        else if (!got)
            break;
        else
            hr = hash_add(hash, piece, got);
        if (hr == S_OK && !unread) *size += got;
    }
    free(piece);
    if (hr == S_OK && !unread) return hash_end(hash, digest);
    if (hash) hash_drop(hash);
    SetLastError(unread);
    return FAILED(hr) ? hr : S_FALSE;
}

HRESULT outbox_check_attachment(const struct outbox_attachment *attachment, BOOL *lasting, struct error *error)
{
    HANDLE file = open_spooled(attachment->path);
    BYTE sha256[HASH_SIZE];
    ULONGLONG size = 0;
    HRESULT hr;

    *lasting = FALSE;
    if (file == INVALID_HANDLE_VALUE) return spooled_error(attachment->path, last_error_hresult(), lasting, error);
    hr = file_hash(file, sha256, &size);
    if (hr == S_FALSE)
        hr = spooled_error(attachment->path, last_error_hresult(), lasting, error);
    else if (hr == E_OUTOFMEMORY)
        error_set(error, error_no_memory, 0);
    else if (FAILED(hr))
        error_unexpected_windows(error, L"hashing an attachment", hr);
    else if (size != attachment->size || memcmp(sha256, attachment->sha256, HASH_SIZE))
    {
        *lasting = TRUE;
        hr = error_set(error, error_spool_damaged, 1, attachment->path);
    }
    CloseHandle(file);
    return hr;
}
