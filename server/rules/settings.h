/* settings.h - the one table of settings: name, unit, default and range. */
#ifndef OB_RULES_SETTINGS_H
#define OB_RULES_SETTINGS_H

#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

enum setting
{
    setting_idle_seconds,           /* IdleSeconds: how long the broker stays without clients and work; 300 */
    setting_no_client_seconds,      /* NoClientSeconds: started by COM, and no client came; 10 */
    setting_keep_running,           /* KeepRunning: 1 = never end by being idle; /Run starts it at log-on; 0 */
    setting_max_mail_bytes,         /* MaxMailBytes: texts and attachments of one mail together; 157286400 */
    setting_max_queued_jobs,        /* MaxQueuedJobs: jobs that are not final; 200000 */
    setting_max_unsent_bytes,       /* MaxUnsentBytes: attached to mails that were not sent yet; 1073741824 */
    setting_kept_days,              /* KeepFinishedDays: finished jobs and their keys; 30 */
    setting_outbox_poll_ms,         /* OutboxPollMilliseconds: how often it looks whether mail has left; 1000 */
    setting_copy_wait_seconds,      /* CopyWaitSeconds: how long a copy in Sent Items is waited for; 60 */
    setting_start_deadline_seconds, /* StartDeadlineSeconds: how long Outlook may take to start; 120 */
    setting_owned_idle_seconds,     /* OutlookIdleSeconds: how long an Outlook of the broker's own stays unused; 300 */
    setting_start_again_seconds,    /* StartAgainSeconds: how long it is left alone after five failed starts; 600 */
    setting_restart_after_mails,    /* RestartAfterMails: an Outlook of the broker's own is started anew; 0 = never */
    setting_restart_after_hours,    /* RestartAfterHours: the same by its age; 0 = never */
    setting_retry_first_seconds,    /* RetryFirstSeconds; 300 */
    setting_retry_longest_seconds,  /* RetryLongestSeconds; 4000 */
    setting_retry_life_seconds,     /* RetryLifetimeSeconds; 432000 */
    setting_on_dialog,              /* OnDialog: what is done about a dialog, see rules/dialog.h; 0 */
    setting_dialog_grace_seconds,   /* OnDialogGraceSeconds: how long one may stay before OnDialog = 2 acts; 120 */
    setting_log_bytes, /* LogBytes: the log begins anew at this size, older ones are kept as .1 to .4; 1048576 */
    setting_max_waiting_calls,            /* MaxWaitingCalls: calls that wait at once; 64 */
    setting_max_waiting_calls_per_client, /* MaxWaitingCallsPerClient: of one client process; 16 */
    setting_count
};

struct setting_row
{
    const wchar_t *name;
    const wchar_t *unit;
    const wchar_t *meaning;
    uint32_t standard, lowest, highest;
};

const struct setting_row *setting_row(enum setting setting);

/* The value that counts, given what was found (found = 0: nothing): out of range is brought to the nearer end. */
uint32_t setting_value(enum setting setting, int found, uint32_t value);

enum list_setting
{
    list_setting_dialog_titles, /* DialogTitles: which dialogs OnDialog = 1 closes; none */
    list_setting_count
};

struct list_setting_row
{
    const wchar_t *name;
    const wchar_t *meaning;
};

const struct list_setting_row *list_setting_row(enum list_setting setting);

/* Makes a list of a text whose entries are divided by semicolons: each without the spaces around it and ended by a
 * zero, empty ones left out, all ended by another zero. out has size characters (2 or more); what does not fit is left
 * out as a whole entry. */
void setting_list(const wchar_t *text, wchar_t *out, size_t size);

#endif
