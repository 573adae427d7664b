/* doctor.h - the looks that obctl doctor takes. Each fills the facts and has rules/doctor.h judge them; none starts
 * Outlook or the broker, writes anything, or needs rights: what cannot be read is told as such. */
#ifndef OB_OBCTL_DOCTOR_H
#define OB_OBCTL_DOCTOR_H

#include <windows.h>
#include "rules/doctor.h"

struct examination
{
    const WCHAR *account; /* whose rights are asked for; NULL: nobody's */
    BOOL start;           /* the broker may be started to be asked */
    struct outlook_install install;
    BOOL broker_runs; /* in this Windows session */
};

typedef void look(struct doctor_row *row, const struct examination *examination);

/* doctor_outlook.c */
look look_at_outlook, look_at_profile, look_at_guard, look_at_integrity, look_at_starts, look_at_outlook_libraries,
    look_at_office_libraries;
/* doctor_registration.c */
look look_at_class, look_at_appid, look_at_type_library, look_at_marshalers, look_at_run_key, look_at_event_source;
/* doctor_rights.c */
look look_at_launch, look_at_access, look_at_account, look_at_dcom, look_at_owners;
/* doctor_machine.c */
look look_at_sessions, look_at_autologon, look_at_own_place, look_at_lock, look_at_outbox, look_at_log, look_at_broker;

/* --- values.c: the registry and files, as a look needs them */

/* A text value (environment names in it expanded), or FALSE and "". */
BOOL value_text(HKEY root, const WCHAR *path, const WCHAR *name, REGSAM view, WCHAR *out, DWORD count);
BOOL value_number(HKEY root, const WCHAR *path, const WCHAR *name, REGSAM view, DWORD *number);
/* The bytes of a value, allocated with malloc; NULL if there is none or it may not be read: *there tells which. */
void *value_bytes(HKEY root, const WCHAR *path, const WCHAR *name, DWORD *size, BOOL *there);
BOOL key_there(HKEY root, const WCHAR *path, REGSAM view);

/* True if the file is there, or if it cannot be told. A resource's number behind its name (x.exe\2) does not count. */
BOOL file_there(const WCHAR *path);

/* A path put together as by wsprintf, in one of four places that are used in turn. */
const WCHAR *path_of(const WCHAR *format, ...);

#endif
