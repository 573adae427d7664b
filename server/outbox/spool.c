/* spool.c - attachments as flushed files, one folder for each: spool\<32 hex digits of the job's id>-<number>\<name>.
 *
 * A file is whole and flushed before outbox_accept can name it in a row. A folder without a row, or whose job was sent
 * or cancelled, is an orphan of a crash, and the next opening removes it. Files of failed and unknown jobs stay: a
 * person may have them tried again. Nothing but folders of this form is ever removed. */
#include "internal.h"
#include "rules/path_form.h"
#include <objbase.h>
#include <stdlib.h>
#include <string.h>

enum
{
    id_digits = 32,
    number_digits_max = 6,
    timeout_unit_ms = 50
};

static void digits_of(const WCHAR *job_id, WCHAR digits[id_digits + 1])
{
    size_t length = 0;

    for (; *job_id && length < id_digits; job_id++)
        if (*job_id != L'{' && *job_id != L'}' && *job_id != L'-') digits[length++] = *job_id;
    digits[length] = 0;
}

/* The job that a folder of the spool is named after; false if the name is none of ours. */
static bool job_of_folder(const WCHAR *leaf, WCHAR job_id[JOB_ID_SIZE])
{
    WCHAR id[JOB_ID_SIZE];
    size_t length = wcslen(leaf), at = 0;

    if (length < id_digits + 2 || length > id_digits + 1 + number_digits_max || leaf[id_digits] != L'-') return false;
    for (size_t i = id_digits + 1; i < length; i++)
        if (leaf[i] < L'0' || leaf[i] > L'9') return false;
    id[at++] = L'{';
    for (size_t i = 0; i < id_digits; i++)
    {
        if (i == 8 || i == 12 || i == 16 || i == 20) id[at++] = L'-';
        id[at++] = leaf[i];
    }
    id[at++] = L'}';
    id[at] = 0;
    return job_id_normal(id, job_id);
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

HRESULT spool_begin(struct outbox *outbox, struct spool **out, struct error *error)
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
    spool->begun_ms = clock_now_ms();
    *out = spool;
    return S_OK;
}

/* A piece of the file in, hashed and written out. */
struct copy
{
    HANDLE from, to;
    struct hash *hash;
    BYTE *piece;
    ULONGLONG size;  /* how much was copied */
    ULONGLONG whole; /* how much is to be */
};

static HRESULT write_failed(const WCHAR *path, HRESULT code, struct error *error)
{
    WCHAR words[CODE_WORDS_SIZE];

    code_words(code, words);
    return error_set(error, error_spool_write, 2, path, words);
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

static HRESULT read_error(const WCHAR *given, HRESULT code, struct error *error)
{
    WCHAR words[CODE_WORDS_SIZE];

    code_words(code, words);
    return error_set(error, error_attachment_read, 2, given, words);
}

/* Copies what the file held when it was opened and no more: of a log that is being written that is its beginning at one
 * moment, and a file that grows as fast as it is read comes to an end. */
static HRESULT copy_pieces(
    struct spool *spool, struct copy *copy, const WCHAR *given, const WCHAR *path, deadline until, struct error *error)
{
    DWORD got, put;
    HRESULT hr;

    for (; copy->size < copy->whole; copy->size += got)
    {
        ULONGLONG left = copy->whole - copy->size;
        DWORD wanted = left < copy_piece_bytes ? (DWORD)left : copy_piece_bytes;

        if (!deadline_left(until)) return spool_timeout(spool->count, given, error);
        if (!ReadFile(copy->from, copy->piece, wanted, &got, NULL))
            return read_error(given, last_error_hresult(), error);
        if (!got) return read_error(given, HRESULT_FROM_WIN32(ERROR_HANDLE_EOF), error);
        if (FAILED(hr = hash_add(copy->hash, copy->piece, got)))
            return error_unexpected_windows(error, L"hashing an attachment", hr);
        if (!WriteFile(copy->to, copy->piece, got, &put, NULL)) return write_failed(path, last_error_hresult(), error);
        if (put != got) return write_failed(path, HRESULT_FROM_WIN32(ERROR_DISK_FULL), error);
    }
    if (!FlushFileBuffers(copy->to)) return write_failed(path, last_error_hresult(), error);
    return S_OK;
}

/* Copies file->size bytes of from into a new file at path; the hash goes to file. */
static HRESULT copy_file(
    struct spool *spool, HANDLE from, struct spool_file *file, const WCHAR *path, deadline until, struct error *error)
{
    struct copy copy = {.from = from, .whole = file->size};
    HRESULT hr;

    if (!(copy.piece = malloc(copy_piece_bytes))) return error_set(error, error_no_memory, 0);
    copy.to = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    if (copy.to == INVALID_HANDLE_VALUE)
        hr = write_failed(path, last_error_hresult(), error);
    else if (FAILED(hr = hash_begin(&copy.hash)))
        error_unexpected_windows(error, L"hashing an attachment", hr);
    else if (FAILED(hr = copy_pieces(spool, &copy, file->given, path, until, error)))
        hash_drop(copy.hash);
    else if (FAILED(hr = hash_end(copy.hash, file->sha256)))
        error_unexpected_windows(error, L"hashing an attachment", hr);
    if (copy.to != INVALID_HANDLE_VALUE) CloseHandle(copy.to);
    free(copy.piece);
    return hr;
}

static void file_clear(struct spool_file *file)
{
    free(file->given);
    free(file->relative);
    free(file->name);
    memset(file, 0, sizeof(*file));
}

/* Names the file below the spool, short enough for Outlook, and makes its folder. */
static HRESULT place_file(const struct spool *spool, struct spool_file *file, const WCHAR *given, struct error *error)
{
    WCHAR relative[outbox_path_size], path[outbox_path_size], digits[id_digits + 1];
    const WCHAR *leaf = path_leaf(given);
    size_t used;

    digits_of(spool->job_id, digits);
    used = (size_t)_snwprintf(relative, outbox_path_size - 1, L"%ls-%lu", digits, (unsigned long)spool->count);
    spool_path(spool->outbox, relative, path);
    if (!CreateDirectoryW(path, NULL)) return write_failed(path, last_error_hresult(), error);
    relative[used++] = L'\\';
    path_short_leaf(relative + used, path_length_max - wcslen(path) - 1, *leaf ? leaf : L"attachment");
    file->given = wide_copy(given);
    file->relative = wide_copy(relative);
    file->name = wide_copy(*leaf ? leaf : L"attachment");
    if (file->given && file->relative && file->name) return S_OK;
    RemoveDirectoryW(path);
    return error_set(error, error_no_memory, 0);
}

HRESULT spool_add(
    struct spool *spool, HANDLE from, ULONGLONG size, const WCHAR *given, deadline until, struct error *error)
{
    struct spool_file *files = realloc(spool->files, (spool->count + 1) * sizeof(*files));
    struct spool_file *file;
    WCHAR path[outbox_path_size];
    HRESULT hr;

    if (!files) return error_set(error, error_no_memory, 0);
    spool->files = files;
    file = &files[spool->count];
    memset(file, 0, sizeof(*file));
    if (!SetFilePointerEx(from, (LARGE_INTEGER){0}, NULL, FILE_BEGIN))
        return read_error(given, last_error_hresult(), error);
    if (!fits(spool, size)) return too_large(spool, size, error);
    file->size = size;
    hr = place_file(spool, file, given, error);
    if (SUCCEEDED(hr))
    {
        spool_path(spool->outbox, file->relative, path);
        if (FAILED(hr = copy_file(spool, from, file, path, until, error))) spool_remove(spool->outbox, file->relative);
    }
    if (FAILED(hr))
    {
        file_clear(file);
        return hr;
    }
    spool->bytes += file->size;
    spool->count++;
    return S_OK;
}

void spool_drop(struct spool *spool)
{
    if (!spool) return;
    for (size_t i = 0; i < spool->count; i++)
    {
        if (!spool->accepted) spool_remove(spool->outbox, spool->files[i].relative);
        file_clear(&spool->files[i]);
    }
    free(spool->files);
    free(spool);
}

void spool_remove(const struct outbox *outbox, const WCHAR *relative)
{
    WCHAR path[outbox_path_size];
    WCHAR *leaf;

    spool_path(outbox, relative, path);
    DeleteFileW(path);
    if (!(leaf = wcsrchr(path, L'\\'))) return;
    *leaf = 0;
    RemoveDirectoryW(path);
}

/* Removes a folder of the spool with its files. What somebody holds open stays until the next opening. */
static void remove_folder(const struct outbox *outbox, const WCHAR *leaf)
{
    WCHAR pattern[outbox_path_size], relative[outbox_path_size], path[outbox_path_size];
    WIN32_FIND_DATAW found;
    HANDLE find;

    _snwprintf(relative, outbox_path_size - 1, L"%ls\\*", leaf);
    spool_path(outbox, relative, pattern);
    find = FindFirstFileW(pattern, &found);
    if (find != INVALID_HANDLE_VALUE)
    {
        do
        {
            if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) continue;
            _snwprintf(relative, outbox_path_size - 1, L"%ls\\%ls", leaf, found.cFileName);
            spool_path(outbox, relative, path);
            DeleteFileW(path);
        } while (FindNextFileW(find, &found));
        FindClose(find);
    }
    spool_path(outbox, leaf, path);
    RemoveDirectoryW(path);
}

static int is_orphan(struct connection *connection, const WCHAR *job_id, bool *orphan)
{
    sqlite3_stmt *statement = connection_statement(connection, statement_state_of);
    int rc;

    if (!statement) return sqlite3_errcode(connection->db);
    bind_job_id(statement, 1, job_id);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
    {
        int state = sqlite3_column_int(statement, 0);

        *orphan = state == job_sent || state == job_cancelled;
    }
    else
        *orphan = rc == SQLITE_DONE;
    statement_done(statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int spool_sweep(struct outbox *outbox, struct connection *connection)
{
    WCHAR pattern[outbox_path_size], job_id[JOB_ID_SIZE];
    WIN32_FIND_DATAW found;
    HANDLE find;
    int rc = SQLITE_OK;

    spool_path(outbox, L"*", pattern);
    find = FindFirstFileW(pattern, &found);
    if (find == INVALID_HANDLE_VALUE) return SQLITE_OK;
    do
    {
        bool orphan = false;

        if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) || !job_of_folder(found.cFileName, job_id)) continue;
        rc = is_orphan(connection, job_id, &orphan);
        if (rc == SQLITE_OK && orphan) remove_folder(outbox, found.cFileName);
    } while (rc == SQLITE_OK && FindNextFileW(find, &found));
    FindClose(find);
    return rc;
}

HRESULT file_hash(HANDLE file, deadline until, BYTE digest[HASH_SIZE], ULONGLONG *size)
{
    struct hash *hash = NULL;
    BYTE *piece = malloc(copy_piece_bytes);
    DWORD got = 0;
    HRESULT hr = piece ? hash_begin(&hash) : E_OUTOFMEMORY;

    *size = 0;
    if (SUCCEEDED(hr) && !SetFilePointerEx(file, (LARGE_INTEGER){0}, NULL, FILE_BEGIN)) hr = S_FALSE;
    while (hr == S_OK)
    {
        if (!deadline_left(until))
            hr = HRESULT_FROM_WIN32(ERROR_TIMEOUT);
        else if (!ReadFile(file, piece, copy_piece_bytes, &got, NULL))
            hr = S_FALSE;
        else if (!got)
            break;
        else
            hr = hash_add(hash, piece, got);
        if (hr == S_OK) *size += got;
    }
    free(piece);
    if (hr == S_OK) return hash_end(hash, digest);
    if (hash) hash_drop(hash);
    return hr;
}

HRESULT outbox_check_attachment(const struct outbox_attachment *attachment, struct error *error)
{
    HANDLE file =
        CreateFileW(attachment->path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    BYTE sha256[HASH_SIZE];
    ULONGLONG size = 0;
    bool same = false;

    if (file != INVALID_HANDLE_VALUE)
    {
        same = file_hash(file, deadline_never, sha256, &size) == S_OK && size == attachment->size &&
               !memcmp(sha256, attachment->sha256, HASH_SIZE);
        CloseHandle(file);
    }
    return same ? S_OK : error_set(error, error_spool_damaged, 1, attachment->path);
}
