/* sweep.c - removes what is left in the spool. A folder without a row, or whose job was sent or cancelled, is an orphan
 * of a crash or of a mail that was never sent. Files of failed and unknown jobs stay as long as these: a person may
 * have them tried again. Nothing but folders that bear a job's name is ever removed.
 *
 * What somebody has open when it is to go, such as Outlook or a virus scanner, is kept in a list and tried again. */
#include "internal.h"
#include <stdlib.h>

enum
{
    number_digits_max = 10 /* of a DWORD */
};

struct leftover
{
    struct leftover *next;
    WCHAR *relative;
};

/* True if file and folder are gone. */
static bool try_remove(const struct outbox *outbox, const WCHAR *relative)
{
    WCHAR path[outbox_path_size];
    WCHAR *leaf;
    DWORD code;

    spool_path(outbox, relative, path);
    DeleteFileW(path);
    if (!(leaf = wcsrchr(path, L'\\'))) return true;
    *leaf = 0;
    if (RemoveDirectoryW(path)) return true;
    code = GetLastError();
    return code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND;
}

static void leftover_add(struct outbox *outbox, struct leftover *leftover)
{
    bool kept;

    leftover->next = NULL;
    AcquireSRWLockExclusive(&outbox->leftovers_lock);
    kept = outbox->leftovers < leftovers_max;
    if (kept)
    {
        *outbox->leftovers_end = leftover;
        outbox->leftovers_end = &leftover->next;
        outbox->leftovers++;
    }
    ReleaseSRWLockExclusive(&outbox->leftovers_lock);
    if (kept) return;
    free(leftover->relative);
    free(leftover);
}

static struct leftover *leftover_take(struct outbox *outbox)
{
    struct leftover *leftover;

    AcquireSRWLockExclusive(&outbox->leftovers_lock);
    if ((leftover = outbox->leftovers_first))
    {
        outbox->leftovers_first = leftover->next;
        if (!leftover->next) outbox->leftovers_end = &outbox->leftovers_first;
        outbox->leftovers--;
    }
    ReleaseSRWLockExclusive(&outbox->leftovers_lock);
    return leftover;
}

/* The oldest few; what still cannot go comes last from then on. */
static void leftovers_try(struct outbox *outbox)
{
    struct leftover *leftover;
    struct leftover *again[leftovers_at_once];
    size_t count = 0;

    for (size_t i = 0; i < leftovers_at_once && (leftover = leftover_take(outbox)); i++)
    {
        if (!try_remove(outbox, leftover->relative))
        {
            again[count++] = leftover;
            continue;
        }
        free(leftover->relative);
        free(leftover);
    }
    for (size_t i = 0; i < count; i++)
        leftover_add(outbox, again[i]);
}

void leftovers_end(struct outbox *outbox)
{
    struct leftover *leftover;

    while ((leftover = leftover_take(outbox)))
    {
        try_remove(outbox, leftover->relative);
        free(leftover->relative);
        free(leftover);
    }
}

void spool_remove(struct outbox *outbox, const WCHAR *relative)
{
    struct leftover *leftover;

    leftovers_try(outbox);
    if (try_remove(outbox, relative) || !(leftover = malloc(sizeof(*leftover)))) return;
    if ((leftover->relative = wide_copy(relative)))
        leftover_add(outbox, leftover);
    else
        free(leftover);
}

/* The job that a folder of the spool is named after; false if the name is none of ours. */
static bool job_of_folder(const WCHAR *leaf, WCHAR job_id[JOB_ID_SIZE])
{
    WCHAR id[JOB_ID_SIZE];
    size_t length = wcslen(leaf), at = 0;

    if (length < spool_id_digits + 2 || length > spool_id_digits + 1 + number_digits_max ||
        leaf[spool_id_digits] != L'-')
        return false;
    for (size_t i = spool_id_digits + 1; i < length; i++)
        if (leaf[i] < L'0' || leaf[i] > L'9') return false;
    id[at++] = L'{';
    for (size_t i = 0; i < spool_id_digits; i++)
    {
        if (i == 8 || i == 12 || i == 16 || i == 20) id[at++] = L'-';
        id[at++] = leaf[i];
    }
    id[at++] = L'}';
    id[at] = 0;
    return job_id_normal(id, job_id);
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

void spool_remove_job(const struct outbox *outbox, const WCHAR *job_id)
{
    WCHAR pattern[outbox_path_size], leaf[spool_id_digits + 3];
    WIN32_FIND_DATAW found;
    size_t at = 0;
    HANDLE find;

    for (; *job_id && at < spool_id_digits; job_id++)
        if (iswxdigit(*job_id)) leaf[at++] = *job_id;
    leaf[at++] = L'-';
    leaf[at++] = L'*';
    leaf[at] = 0;
    spool_path(outbox, leaf, pattern);
    find = FindFirstFileW(pattern, &found);
    if (find == INVALID_HANDLE_VALUE) return;
    do
        remove_folder(outbox, found.cFileName);
    while (FindNextFileW(find, &found));
    FindClose(find);
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
