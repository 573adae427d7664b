/* doctor.h - what a look at the machine comes to, one row a check: the facts are gathered in obctl, here they are
 * judged and put in an administrator's words. What could not be read is told as such and never taken for well. */
#ifndef OB_RULES_DOCTOR_H
#define OB_RULES_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include "finding.h"
#include "guard.h"
#include "outlook_install.h"
#include "profile.h"

enum doctor_verdict /* the worse the higher */
{
    doctor_ok,
    doctor_unknown, /* it could not be told */
    doctor_warning,
    doctor_problem,
    doctor_verdict_count
};

enum
{
    doctor_found_size = 2048,
    doctor_next_size = 768,
    doctor_path_size = 520,
    doctor_name_size = 128,
    doctor_texts = 10 /* a pattern and what may be put into it */
};

struct doctor_row
{
    enum doctor_verdict verdict;
    wchar_t found[doctor_found_size];
    wchar_t next[doctor_next_size]; /* "" where there is nothing to do */
};

/* "ok", "unknown", "warning", "problem". */
const wchar_t *doctor_verdict_name(enum doctor_verdict verdict);

/* Exit code of doctor for its worst row: 0 all is well, 1 warnings or what could not be told, 2 problems. */
int doctor_exit_code(enum doctor_verdict worst);

/* The tools that the judging functions are made of. doctor_add(row, pattern, ...) adds the pattern to found, with %1 to
 * %9 replaced by the texts that follow it (const wchar_t *); where there is none, or NULL, by nothing. */
#define doctor_add(row, ...) doctor_add_texts((row), (const wchar_t *const[doctor_texts]){__VA_ARGS__})
void doctor_add_texts(struct doctor_row *row, const wchar_t *const texts[doctor_texts]);
/* Makes the row that bad, with its next step (NULL: none), unless it is as bad already. */
void doctor_judge(struct doctor_row *row, enum doctor_verdict verdict, const wchar_t *next);
/* A finding's text, as found and next step. */
void doctor_add_finding(struct doctor_row *row, enum doctor_verdict verdict, const struct finding *finding);
/* An error's text ("What Checked: ... Next: ..."), the same. */
void doctor_add_error(struct doctor_row *row, enum doctor_verdict verdict, const wchar_t *text);

#define DOCTOR_NUMBER_SIZE 24
const wchar_t *doctor_number(uint64_t number, wchar_t out[DOCTOR_NUMBER_SIZE]);
/* "3.5 MB": with a unit that leaves few digits. */
const wchar_t *doctor_bytes(uint64_t bytes, wchar_t out[DOCTOR_NUMBER_SIZE]);

/* --- Outlook */

void doctor_outlook(struct doctor_row *row, const struct outlook_install *install);
void doctor_profile(struct doctor_row *row, const struct outlook_install *install, const struct profile_facts *facts,
    bool running, const wchar_t *user);
void doctor_guard(struct doctor_row *row, const struct outlook_install *install, const struct guard_values *values);

struct doctor_levels /* integrity levels as in integrity.h */
{
    uint32_t own;
    bool outlook_runs, broker_runs;
    uint32_t outlook, broker;
};
void doctor_integrity(struct doctor_row *row, const struct doctor_levels *levels);

struct doctor_starts /* of Outlook, by the broker, in the last ten minutes */
{
    unsigned failed;
    bool left_alone;      /* the circuit is open */
    wchar_t until[64];    /* until then; "": that time is over, and the next start is tried */
    wchar_t reason[1024]; /* of the last failure */
    bool outlook_runs;
};
void doctor_starts(struct doctor_row *row, const struct doctor_starts *starts);

/* One file that a type library's key names. */
struct doctor_library
{
    wchar_t key[doctor_path_size]; /* below HKEY_CLASSES_ROOT: TypeLib\{...}\9.6\0\win64 */
    wchar_t file[doctor_path_size];
    bool there;
};
void doctor_libraries(struct doctor_row *row, const struct doctor_library *libraries, size_t count);

/* --- the broker's registration */

struct doctor_class /* in one view */
{
    bool machine, user; /* in HKLM, in HKCU */
    wchar_t program[doctor_path_size];
    bool there;                       /* its file */
    wchar_t progid[doctor_name_size]; /* what the CLSID says, "" for nothing */
    bool progid_leads_back;           /* OutlookBroker.Session leads to this class */
};
void doctor_class(struct doctor_row *row, const struct doctor_class *of_64, const struct doctor_class *of_32);

struct doctor_appid
{
    bool there;
    wchar_t run_as[doctor_name_size];
    bool has_level;
    uint32_t level; /* AuthenticationLevel */
    bool per_user;  /* the broker is registered for one user alone */
};
void doctor_appid(struct doctor_row *row, const struct doctor_appid *appid);

struct doctor_type_library
{
    struct doctor_library views[outlook_views]; /* an empty key: none registered */
};
void doctor_type_library(struct doctor_row *row, const struct doctor_type_library *library);

struct doctor_marshaler /* of the broker's interfaces in one view */
{
    unsigned interfaces, registered; /* how many there are, how many have a ProxyStubClsid32 */
    unsigned by_proxy;               /* how many by the broker's own proxy DLL, the others by type library */
    wchar_t file[doctor_path_size];  /* that DLL; "" if its class is not registered */
    bool there;
};
void doctor_marshalers(struct doctor_row *row, const struct doctor_marshaler views[outlook_views]);

struct doctor_file /* a value that names a file */
{
    bool set, readable;
    wchar_t value[doctor_path_size];
    bool there;
};
void doctor_run_key(struct doctor_row *row, const struct doctor_file *machine, const struct doctor_file *user);
void doctor_event_source(struct doctor_row *row, const struct doctor_file *source);

/* --- who may */

struct doctor_permission
{
    bool registered;      /* there is an AppID */
    bool there, readable; /* the value */
    wchar_t names[1024];  /* whom it admits */
    bool everybody;       /* one of them stands for whoever is there */
    bool for_access;      /* AccessPermission, else LaunchPermission */
};
void doctor_permission(struct doctor_row *row, const struct doctor_permission *permission);

struct doctor_account
{
    wchar_t name[doctor_path_size];
    bool known;      /* there is such an account */
    bool registered; /* there are permissions to hold it against */
    bool groups_looked_at;
    bool launch, access;
    bool owner; /* of a mailbox here: INTERACTIVE and SELF admit him, which no token has that is made of a SID */
};
void doctor_account(struct doctor_row *row, const struct doctor_account *account);

struct doctor_dcom
{
    wchar_t enabled[8];                    /* EnableDCOM; "" if it is not set */
    bool limits_launch, limits_access;     /* the machine-wide limits are set */
    bool launch_everyone, access_everyone; /* and leave local use to everyone */
};
void doctor_dcom(struct doctor_row *row, const struct doctor_dcom *dcom);

/* --- where it runs */

struct doctor_session
{
    uint32_t id;
    bool active, disconnected;
    wchar_t user[doctor_name_size]; /* DOMAIN\name; "" if nobody is logged on there */
};
struct doctor_sessions
{
    bool known;
    uint32_t console; /* 0xFFFFFFFF: none */
    size_t count;
    struct doctor_session all[16];
};
void doctor_sessions(struct doctor_row *row, const struct doctor_sessions *sessions);

struct doctor_autologon
{
    bool on;
    wchar_t user[doctor_name_size];
};
void doctor_autologon(struct doctor_row *row, const struct doctor_autologon *autologon);

/* --- the broker's files */

struct doctor_outbox
{
    wchar_t path[doctor_path_size];
    bool there, readable, is_database; /* the file; it could be opened; it begins as SQLite's files do */
    uint64_t size, log_size;           /* log_size: of the write-ahead log */
    bool free_known;
    uint64_t free_bytes;
};
void doctor_outbox(struct doctor_row *row, const struct doctor_outbox *outbox);

struct doctor_log
{
    wchar_t path[doctor_path_size];
    bool there, readable;
    uint64_t size;
};
void doctor_log(struct doctor_row *row, const struct doctor_log *log);

struct doctor_lock
{
    bool there;          /* the lock's file */
    bool held, readable; /* readable: it could be asked */
    uint32_t process_id, windows_session;
    bool stopping;
};
void doctor_lock(struct doctor_row *row, const struct doctor_lock *lock);

/* --- the broker itself */

struct doctor_broker
{
    bool runs, asked;
    bool answered;       /* it was asked and its status was had */
    wchar_t words[1024]; /* its status in a sentence, or why there is none */
    unsigned state;      /* enum broker_state */
    wchar_t last_error[1024];
    uint32_t queued, submitted, failed, unknown;
    wchar_t version[doctor_name_size], own_version[doctor_name_size];
};
void doctor_broker(struct doctor_row *row, const struct doctor_broker *broker);

#endif
