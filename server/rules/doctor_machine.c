/* doctor_machine.c - see doctor.h: what the look at the sessions, the broker's files and the broker itself comes to. */
#include "doctor.h"
#include "broker_state.h"

#define NO_CONSOLE 0xFFFFFFFFu
#define LITTLE_SPACE (500ull * 1024 * 1024)

static void add_session(struct doctor_row *row, const struct doctor_session *session, bool console, bool first)
{
    wchar_t number[DOCTOR_NUMBER_SIZE];

    doctor_add(row, L"%1%2 in session %3 (%4%5)", first ? L"" : L", ", session->user,
        doctor_number(session->id, number),
        session->active         ? L"active"
        : session->disconnected ? L"disconnected, which counts as nobody"
                                : L"not active",
        console ? L", at the console" : L"");
}

void doctor_sessions(struct doctor_row *row, const struct doctor_sessions *sessions)
{
    static const wchar_t next[] =
        L"log on as the mailbox's owner and leave the session connected; it may be locked. Automatic log-on does so "
        L"after a restart.";
    bool any = false, active = false, at_console = false;

    if (!sessions->known)
    {
        doctor_add(row, L"Windows does not tell who is logged on");
        doctor_judge(row, doctor_unknown, NULL);
        return;
    }
    for (size_t i = 0; i < sessions->count; i++)
    {
        const struct doctor_session *session = &sessions->all[i];

        if (!session->user[0]) continue;
        add_session(row, session, session->id == sessions->console, !any);
        any = true;
        active = active || session->active;
        at_console = at_console || (session->active && session->id == sessions->console);
    }
    if (!any) doctor_add(row, L"nobody is logged on");
    if (sessions->console == NO_CONSOLE) doctor_add(row, L"; no session is at the console");
    if (!active) doctor_judge(row, doctor_problem, next);
    if (!at_console)
        doctor_judge(row, doctor_warning,
            L"a service's calls reach the broker while a session is active: leave the remote desktop connected, or log "
            L"on at the console.");
}

void doctor_autologon(struct doctor_row *row, const struct doctor_autologon *autologon)
{
    if (autologon->on)
        doctor_add(row, L"on, as %1", autologon->user[0] ? autologon->user : L"the last user");
    else
        doctor_add(row, L"off: after a restart mail waits until somebody logs on");
}

void doctor_outbox(struct doctor_row *row, const struct doctor_outbox *outbox)
{
    wchar_t size[DOCTOR_NUMBER_SIZE], log[DOCTOR_NUMBER_SIZE], space[DOCTOR_NUMBER_SIZE];

    if (!outbox->there)
        doctor_add(row, L"%1 is not there yet", outbox->path);
    else
    {
        doctor_add(row, L"%1, %2, write-ahead log %3", outbox->path, doctor_bytes(outbox->size, size),
            doctor_bytes(outbox->log_size, log));
        if (!outbox->readable)
        {
            doctor_add(row, L"; it cannot be read by this account");
            doctor_judge(row, doctor_unknown, L"run obctl doctor as the mailbox's owner.");
        }
        else if (outbox->size && !outbox->is_database)
        {
            doctor_add(row, L"; it does not begin as a database does");
            doctor_judge(row, doctor_problem, L"put a copy of the file back; the broker sets it aside when it starts.");
        }
    }
    if (!outbox->free_known) return;
    doctor_add(row, L"; free on its disk: %1", doctor_bytes(outbox->free_bytes, space));
    if (outbox->free_bytes < LITTLE_SPACE)
        doctor_judge(row, doctor_warning, L"make room on the disk: mail that cannot be written is not accepted.");
}

void doctor_log(struct doctor_row *row, const struct doctor_log *log)
{
    wchar_t size[DOCTOR_NUMBER_SIZE];

    if (!log->there)
        doctor_add(row, L"%1 is not there yet", log->path);
    else
        doctor_add(row, log->readable ? L"%1, %2" : L"%1, %2; it cannot be read by this account", log->path,
            doctor_bytes(log->size, size));
    if (log->there && !log->readable) doctor_judge(row, doctor_unknown, L"run obctl doctor as the mailbox's owner.");
}

void doctor_lock(struct doctor_row *row, const struct doctor_lock *lock)
{
    wchar_t process[DOCTOR_NUMBER_SIZE], session[DOCTOR_NUMBER_SIZE];

    if (!lock->there)
        doctor_add(row, L"no broker of this user has run yet");
    else if (!lock->readable)
    {
        doctor_add(row, L"the lock cannot be looked at by this account");
        doctor_judge(row, doctor_unknown, L"run obctl doctor as the mailbox's owner.");
    }
    else if (!lock->held)
        doctor_add(row, L"nobody holds it");
    else
        doctor_add(row, L"held by process %1 in Windows session %2, which is %3",
            doctor_number(lock->process_id, process), doctor_number(lock->windows_session, session),
            lock->stopping ? L"stopping" : L"running");
}

/* Jobs that need a person, or wait. */
static void add_counts(struct doctor_row *row, const struct doctor_broker *broker)
{
    wchar_t queued[DOCTOR_NUMBER_SIZE], submitted[DOCTOR_NUMBER_SIZE], failed[DOCTOR_NUMBER_SIZE],
        unknown[DOCTOR_NUMBER_SIZE];

    doctor_add(row, L" Jobs: %1 queued, %2 submitted, %3 failed, %4 unknown.", doctor_number(broker->queued, queued),
        doctor_number(broker->submitted, submitted), doctor_number(broker->failed, failed),
        doctor_number(broker->unknown, unknown));
    if (broker->failed || broker->unknown)
        doctor_judge(
            row, doctor_warning, L"obctl jobs --state failed, or unknown, lists them; obctl job ID shows why.");
}

void doctor_broker(struct doctor_row *row, const struct doctor_broker *broker)
{
    if (!broker->asked)
    {
        doctor_add(row, broker->runs
                            ? L"it runs, but was not asked"
                            : L"it does not run, and was not started for this; COM starts it when it is called");
        return;
    }
    if (!broker->answered)
    {
        doctor_add_error(row, doctor_problem, broker->words);
        return;
    }
    doctor_add(row, L"version %1: %2", broker->version, broker->words);
    add_counts(row, broker);
    if (wcscmp(broker->version, broker->own_version))
    {
        doctor_add(row, L" obctl is version %1.", broker->own_version);
        doctor_judge(row, doctor_warning, L"use the obctl that came with the broker.");
    }
    if (broker->state == broker_refusing || broker->state == broker_blocked || broker->state == broker_no_outlook)
        doctor_judge(row, doctor_problem, L"do as the broker's own text says; obctl status shows all of it.");
}
