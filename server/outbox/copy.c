/* copy.c - an attachment's bytes on their way to a file of the spool, hashed and flushed, or hashed alone. Files are
 * read and written by another thread (file_work.h), which owns the handles and what else it touches: a disk that does
 * not answer ends no call late. What was left behind takes away the file that it has made, since to delete a file may
 * wait for what is under way with it. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>
#include "host/file_work.h"

struct copy
{
    HANDLE from; /* NULL: bytes instead */
    WCHAR *from_path, *to_path;
    BYTE *bytes;
    HANDLE to;
    BYTE *piece;
    struct hash *hash;
    ULONGLONG whole;
    struct copied came; /* of it */
    bool waited_for;    /* to its end: the file is the caller's */
};

/* The file and its folder, which holds no other. */
static void take_away(struct copy *copy, bool made)
{
    if (made) DeleteFileW(copy->to_path);
    *wcsrchr(copy->to_path, L'\\') = 0;
    RemoveDirectoryW(copy->to_path);
}

static void copy_free(void *context)
{
    struct copy *copy = context;

    if (copy->from) CloseHandle(copy->from);
    if (copy->to) CloseHandle(copy->to);
    if (copy->to_path && !copy->waited_for) take_away(copy, copy->to != NULL);
    if (copy->hash) hash_drop(copy->hash);
    free(copy->from_path);
    free(copy->to_path);
    free(copy->bytes);
    free(copy->piece);
    free(copy);
}

static enum copy_end ended(struct copy *copy, enum copy_end end, HRESULT code)
{
    copy->came.code = code;
    return copy->came.end = end;
}

static enum copy_end not_wanted(struct copy *copy)
{
    return ended(copy, copy_unread, HRESULT_FROM_WIN32(ERROR_TIMEOUT));
}

static HRESULT next_piece(const struct copy *copy, ULONGLONG at, DWORD wanted, DWORD *got)
{
    if (copy->from) return ReadFile(copy->from, copy->piece, wanted, got, NULL) ? S_OK : last_error_hresult();
    memcpy(copy->piece, copy->bytes + at, wanted);
    *got = wanted;
    return S_OK;
}

static enum copy_end write_piece(struct copy *copy, DWORD size)
{
    DWORD put;

    if (!WriteFile(copy->to, copy->piece, size, &put, NULL)) return ended(copy, copy_unwritten, last_error_hresult());
    if (put != size) return ended(copy, copy_unwritten, HRESULT_FROM_WIN32(ERROR_DISK_FULL));
    return copy_whole;
}

/* Copies what the file held when it was opened and no more: of a log that is being written that is its beginning at one
 * moment, and a file that grows as fast as it is read comes to an end. */
static enum copy_end copy_pieces(struct copy *copy, struct file_work *work)
{
    ULONGLONG at;
    DWORD got;
    HRESULT hr;

    for (at = 0; at < copy->whole; at += got)
    {
        ULONGLONG left = copy->whole - at;
        DWORD wanted = left < copy_piece_bytes ? (DWORD)left : copy_piece_bytes;

        if (!file_work_wanted(work)) return not_wanted(copy);
        FAILPOINT("file-reading");
        if (FAILED(hr = next_piece(copy, at, wanted, &got))) return ended(copy, copy_unread, hr);
        if (!got) return ended(copy, copy_unread, HRESULT_FROM_WIN32(ERROR_HANDLE_EOF));
        if (FAILED(hr = hash_add(copy->hash, copy->piece, got))) return ended(copy, copy_unhashed, hr);
        if (!copy->to) continue;
        if (!file_work_wanted(work)) return not_wanted(copy);
        if (write_piece(copy, got)) return copy->came.end;
    }
    return copy_whole;
}

static enum copy_end open_both(struct copy *copy, struct file_work *work)
{
    HRESULT hr;

    if (!file_work_wanted(work)) return not_wanted(copy);
    if (!(copy->piece = malloc(copy_piece_bytes))) return ended(copy, copy_unhashed, E_OUTOFMEMORY);
    if (FAILED(hr = hash_begin(&copy->hash))) return ended(copy, copy_unhashed, hr);
    if (copy->from_path && (copy->from = open_spooled(copy->from_path)) == INVALID_HANDLE_VALUE)
    {
        copy->from = NULL;
        return ended(copy, copy_unread, last_error_hresult());
    }
    if (!copy->to_path) return copy_whole;
    if (!file_work_wanted(work)) return not_wanted(copy);
    copy->to = CreateFileW(copy->to_path, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    if (copy->to != INVALID_HANDLE_VALUE) return copy_whole;
    copy->to = NULL;
    return ended(copy, copy_unwritten, last_error_hresult());
}

static void copy_run(void *context, struct file_work *work)
{
    struct copy *copy = context;
    struct hash *hash;
    HRESULT hr;

    if (open_both(copy, work) || copy_pieces(copy, work)) return;
    if (copy->to && file_work_wanted(work))
    {
        FAILPOINT("file-flushing");
        if (!FlushFileBuffers(copy->to))
        {
            ended(copy, copy_unwritten, last_error_hresult());
            return;
        }
    }
    hash = copy->hash;
    copy->hash = NULL;
    if (FAILED(hr = hash_end(hash, copy->came.sha256))) ended(copy, copy_unhashed, hr);
}

/* The work's own of what the source only lends. */
static HRESULT own_source(struct copy *copy, const struct copy_source *source)
{
    if (source->path) return (copy->from_path = wide_copy(source->path)) ? S_OK : E_OUTOFMEMORY;
    if (source->file)
    {
        if (DuplicateHandle(
                GetCurrentProcess(), source->file, GetCurrentProcess(), &copy->from, 0, FALSE, DUPLICATE_SAME_ACCESS))
            return S_OK;
        copy->from = NULL;
        return last_error_hresult();
    }
    if (!source->size) return S_OK;
    if (!(copy->bytes = malloc(source->size))) return E_OUTOFMEMORY;
    memcpy(copy->bytes, source->bytes, source->size);
    return S_OK;
}

HRESULT copy_file(
    const struct copy_source *source, const WCHAR *to, deadline until, struct copied *came, struct error *error)
{
    struct copy *copy = calloc(1, sizeof(*copy));
    HRESULT hr;

    if (!copy) return error_set(error, error_no_memory, 0);
    copy->whole = source->size;
    hr = to && !(copy->to_path = wide_copy(to)) ? E_OUTOFMEMORY : own_source(copy, source);
    if (FAILED(hr))
    {
        copy_free(copy);
        if (hr == E_OUTOFMEMORY) return error_set(error, error_no_memory, 0);
        return error_unexpected_windows(error, L"taking over an attachment's handle", hr);
    }
    if (FAILED(hr = file_work_do(copy_run, copy_free, copy, until, error))) return hr;
    *came = copy->came;
    copy->waited_for = true;
    copy_free(copy);
    return S_OK;
}
