/* caller_file.c - a file that a caller named, opened once by the broker and given to the caller only if the caller's
 * own token may read that very file: links, junctions and renames in between change nothing. Where a path leads is
 * judged of what was opened, since it may be changed until then; that a link leads to a server that does not answer, or
 * that somebody keeps the file from being opened, is therefore another thread's to wait for (file_work.h).
 *
 * What a caller may learn of files that it may not read: "denied" and "missing" are told apart. Windows tells every
 * account the same that may pass through folders (as all may by default), whoever may list them; only that another
 * program keeps such a file locked is said here and would not be there. */
#include "caller.h"
#include <aclapi.h>
#include <stdlib.h>
#include <wchar.h>
#include "failpoint.h"
#include "file_work.h"
#include "rules/path_form.h"

static HRESULT refuse_kind(const WCHAR *path, const WCHAR *words, struct error *error)
{
    return error_set(error, error_attachment_kind, 2, path, words);
}

static HRESULT refuse_open(const struct caller *caller, const WCHAR *path, HRESULT code, struct error *error)
{
    static const HRESULT missing[] = {
        HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND),
        HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND),
        HRESULT_FROM_WIN32(ERROR_INVALID_NAME),
        HRESULT_FROM_WIN32(ERROR_BAD_PATHNAME),
        HRESULT_FROM_WIN32(ERROR_DIRECTORY),
        HRESULT_FROM_WIN32(ERROR_INVALID_DRIVE),
        HRESULT_FROM_WIN32(ERROR_NOT_READY),
        HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE),
    };
    WCHAR words[CODE_WORDS_SIZE];
    size_t i;

    code_words(code, words);
    for (i = 0; i < ARRAYSIZE(missing); i++)
        if (code == missing[i]) return error_set(error, error_attachment_missing, 2, path, words);
    /* Also where the broker itself is refused: through it the caller cannot have the file. */
    return error_set(error, error_attachment_open, 3, path, words, caller->name);
}

static HRESULT check_form(const WCHAR *path, struct error *error)
{
    enum path_form form = path_form(path);

    if (form == path_full) return S_OK;
    return error_set(error, error_attachment_form, 2, path, path_form_words(form));
}

/* A letter may stand for a share (mapped, or by subst), and then only for the broker's user. */
static HRESULT check_drive(const struct caller *caller, const WCHAR *path, struct error *error)
{
    const WCHAR root[] = {path[0], L':', L'\\', 0};

    switch (GetDriveTypeW(root))
    {
    case DRIVE_REMOTE:
        return refuse_kind(path, L"its drive letter stands for a network drive", error);
    case DRIVE_NO_ROOT_DIR:
        return refuse_open(caller, path, HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND), error);
    default:
        return S_OK;
    }
}

/* S_OK: where the file really lies, past all links, is a local volume. S_FALSE: elsewhere. */
static HRESULT place_check(HANDLE file)
{
    WCHAR usual[MAX_PATH], *path = usual;
    DWORD length = GetFinalPathNameByHandleW(file, usual, ARRAYSIZE(usual), FILE_NAME_NORMALIZED);
    HRESULT hr = S_OK;

    if (length >= ARRAYSIZE(usual))
    {
        DWORD size = length + 1;

        if (!(path = malloc(size * sizeof(*path)))) return E_OUTOFMEMORY;
        length = GetFinalPathNameByHandleW(file, path, size, FILE_NAME_NORMALIZED);
        if (length >= size) hr = HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER); /* renamed meanwhile */
    }
    if (!length) hr = last_error_hresult();
    if (SUCCEEDED(hr) && !path_final_is_local(path)) hr = S_FALSE;
    if (path != usual) free(path);
    return hr;
}

/* Windows answers this for a file that comes by a network protocol, and for no other. */
static bool protocol_is_remote(HANDLE file)
{
    FILE_REMOTE_PROTOCOL_INFO protocol;

    return GetFileInformationByHandleEx(file, FileRemoteProtocolInfo, &protocol, sizeof(protocol));
}

static HRESULT check_kind(const struct caller *caller, const WCHAR *path, HANDLE file, struct error *error)
{
    BY_HANDLE_FILE_INFORMATION information;
    HRESULT hr;

    if (GetFileType(file) != FILE_TYPE_DISK) return refuse_kind(path, L"it is a device, not a file", error);
    if (!GetFileInformationByHandle(file, &information)) return refuse_open(caller, path, last_error_hresult(), error);
    if (information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) return refuse_kind(path, L"it is a folder", error);
    if (FAILED(hr = place_check(file))) return refuse_open(caller, path, hr, error);
    if (hr == S_FALSE || protocol_is_remote(file)) return refuse_kind(path, L"it leads to another machine", error);
    /* The broker would decrypt it with its user's key, which no access right of the caller's stands for. */
    if (information.dwFileAttributes & FILE_ATTRIBUTE_ENCRYPTED && (!caller->facts.is_user || caller->facts.is_low))
        return refuse_kind(path, L"it is encrypted, and only its owner's account may send it", error);
    return S_OK;
}

/* Owner, group, access list and integrity label of the opened file; let go of with LocalFree. */
static HRESULT file_descriptor(HANDLE file, PSECURITY_DESCRIPTOR *descriptor)
{
    const SECURITY_INFORMATION plain =
        OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    DWORD code;

    code =
        GetSecurityInfo(file, SE_FILE_OBJECT, plain | LABEL_SECURITY_INFORMATION, NULL, NULL, NULL, NULL, descriptor);
#ifdef OB_WINE
    if (code) code = GetSecurityInfo(file, SE_FILE_OBJECT, plain, NULL, NULL, NULL, NULL, descriptor);
#endif
    return code ? HRESULT_FROM_WIN32(code) : S_OK;
}

static HRESULT check_rights(const struct caller *caller, const WCHAR *path, HANDLE file, struct error *error)
{
    GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS};
    BYTE privileges[sizeof(PRIVILEGE_SET) + 8 * sizeof(LUID_AND_ATTRIBUTES)];
    DWORD size = sizeof(privileges), granted = 0;
    PSECURITY_DESCRIPTOR descriptor;
    BOOL allowed = FALSE;
    HRESULT hr;

    if (FAILED(hr = file_descriptor(file, &descriptor))) return refuse_open(caller, path, hr, error);
    if (!AccessCheck(descriptor, caller->token, FILE_READ_DATA, &mapping, (PRIVILEGE_SET *)(void *)privileges, &size,
            &granted, &allowed))
        hr = last_error_hresult();
    LocalFree(descriptor);
    if (FAILED(hr)) return refuse_open(caller, path, hr, error);
    return allowed ? S_OK : error_set(error, error_attachment_denied, 2, path, caller->name);
}

/* What the opening of a file owns, whoever waits for it. */
struct opening
{
    struct caller caller; /* with a token of its own */
    WCHAR *path;
    HANDLE file;
    ULONGLONG size;
    HRESULT hr;
    struct error error;
};

static void opening_free(void *context)
{
    struct opening *opening = context;

    if (opening->file) CloseHandle(opening->file);
    caller_clear(&opening->caller);
    error_clear(&opening->error);
    free(opening->path);
    free(opening);
}

/* NULL: *hr and error say why. */
static struct opening *opening_make(const struct caller *caller, const WCHAR *path, HRESULT *hr, struct error *error)
{
    struct opening *opening = calloc(1, sizeof(*opening));

    *hr = S_OK;
    if (opening)
    {
        opening->caller = *caller;
        opening->caller.token = NULL;
    }
    if (!opening || !(opening->path = _wcsdup(path)))
        *hr = error_set(error, error_no_memory, 0);
    else if (caller->token && !DuplicateHandle(GetCurrentProcess(), caller->token, GetCurrentProcess(),
                                  &opening->caller.token, 0, FALSE, DUPLICATE_SAME_ACCESS))
        *hr = refuse_open(caller, path, last_error_hresult(), error);
    if (SUCCEEDED(*hr)) return opening;
    if (opening) opening_free(opening);
    return NULL;
}

static HRESULT open_checked(struct opening *opening, struct file_work *work)
{
    /* Shared with all: a log that is being written may be sent. A folder opens too, so that it can be named as one.
     * Should the path lead to a pipe after all, its server may learn who the broker is, and no more. */
    const DWORD flags =
        FILE_FLAG_SEQUENTIAL_SCAN | FILE_FLAG_BACKUP_SEMANTICS | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION;
    const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    const HRESULT left = HRESULT_FROM_WIN32(ERROR_TIMEOUT); /* nobody reads it */
    const struct caller *caller = &opening->caller;
    LARGE_INTEGER length;
    HANDLE file;
    HRESULT hr;

    if (FAILED(hr = check_drive(caller, opening->path, &opening->error))) return hr;
    if (!file_work_wanted(work)) return left;
    FAILPOINT("file-opening");
    file = CreateFileW(opening->path, GENERIC_READ, share, NULL, OPEN_EXISTING, flags, NULL);
    if (file == INVALID_HANDLE_VALUE) return refuse_open(caller, opening->path, last_error_hresult(), &opening->error);
    opening->file = file;
    if (!file_work_wanted(work)) return left;
    if (FAILED(hr = check_kind(caller, opening->path, file, &opening->error))) return hr;
    if (!file_work_wanted(work)) return left;
    if (FAILED(hr = check_rights(caller, opening->path, file, &opening->error))) return hr;
    if (!GetFileSizeEx(file, &length)) return refuse_open(caller, opening->path, last_error_hresult(), &opening->error);
    opening->size = (ULONGLONG)length.QuadPart;
    return S_OK;
}

static void open_run(void *context, struct file_work *work)
{
    struct opening *opening = context;

    opening->hr = open_checked(opening, work);
}

HRESULT caller_open_file(
    const struct caller *caller, const WCHAR *path, deadline until, HANDLE *file, ULONGLONG *size, struct error *error)
{
    struct opening *opening;
    HRESULT hr;

    *file = NULL;
    *size = 0;
    if (FAILED(hr = check_form(path, error))) return hr;
    if (!(opening = opening_make(caller, path, &hr, error))) return hr;
    if (FAILED(hr = file_work_do(open_run, opening_free, opening, until, error))) return hr;
    if (FAILED(hr = opening->hr))
        error_move(error, &opening->error);
    else
    {
        *file = opening->file;
        *size = opening->size;
        opening->file = NULL;
    }
    opening_free(opening);
    return hr;
}
