/* locks.c - how long a connection waits for another program's lock: until the deadline of who uses it, or until the
 * outbox is about to be closed.
 *
 * Where a lock is held SQLite asks a busy handler, but for one case: where another program has the marks of all the
 * WAL's readers, it tries a hundred times by itself, and sleeps for ten seconds in all between them in the VFS's
 * xSleep. So the VFS here is the default one with a sleep that ends with the deadline of the connection that its thread
 * uses.
 *
 * Where Windows refuses to read or write a file, since a backup program has locked bytes of it or a scanner has it
 * open, the VFS tries ten times more, for 1.4 s in all, and asks nobody. That is as it should be while an outbox is
 * opened. Later it is made short: who may wait longer (a write that has not begun) tries again himself. */
#include "internal.h"

#define VFS_NAME "outlook-broker"

static INIT_ONCE vfs_made = INIT_ONCE_STATIC_INIT;
static DWORD used_slot; /* the connection that a thread uses */

static DWORD may_wait(const struct connection *connection)
{
    return connection->hurried && *connection->hurried ? 0 : deadline_left(connection->until);
}

static int sleep_in_time(sqlite3_vfs *vfs, int microseconds)
{
    const struct connection *connection = TlsGetValue(used_slot);
    DWORD milliseconds = (DWORD)(microseconds + 999) / 1000;

    (void)vfs;
    if (connection) milliseconds = min(milliseconds, may_wait(connection));
    Sleep(milliseconds);
    return (int)milliseconds * 1000;
}

static BOOL CALLBACK make_vfs(INIT_ONCE *once, void *context, void **result)
{
    static sqlite3_vfs vfs;

    (void)once, (void)context, (void)result;
    if ((used_slot = TlsAlloc()) == TLS_OUT_OF_INDEXES) return FALSE;
    vfs = *sqlite3_vfs_find(NULL);
    vfs.zName = VFS_NAME;
    vfs.xSleep = sleep_in_time;
    return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
}

const char *connection_vfs(void)
{
    return InitOnceExecuteOnce(&vfs_made, make_vfs, NULL, NULL) ? VFS_NAME : NULL;
}

static int wait_for_lock(void *context, int tries)
{
    DWORD left = may_wait(context);

    if (!left) return 0;
    Sleep(min(left, (DWORD)min(1 + tries * 5, lock_pause_ms)));
    return 1;
}

static int too_late(void *context)
{
    const struct connection *connection = context;

    return connection->cut_off && !may_wait(connection);
}

void connection_obey(struct connection *connection, const volatile LONG *hurried)
{
    int patience[] = {file_tries, file_pause_ms};

    connection->hurried = hurried;
    connection->until = deadline_never;
    sqlite3_busy_handler(connection->db, wait_for_lock, connection);
    sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_WIN32_AV_RETRY, patience);
    sqlite3_progress_handler(connection->db, steps_between_looks, too_late, connection);
}

void connection_use(struct connection *connection, deadline until)
{
    connection->until = until;
    TlsSetValue(used_slot, connection);
}

void connection_leave(void)
{
    TlsSetValue(used_slot, NULL);
}

bool lock_kept_us(int rc, int system)
{
    if ((rc & 0xFF) == SQLITE_IOERR) return system == ERROR_LOCK_VIOLATION;
    return (rc & 0xFF) == SQLITE_BUSY || rc == SQLITE_PROTOCOL;
}
