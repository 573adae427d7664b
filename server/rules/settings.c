/* settings.c - the one table of settings. The ranges leave room for tests (short times) and for big machines. */
#include "settings.h"

#define DAY_S 86400u

static const struct setting_row rows[setting_count] = {
    [setting_idle_seconds] = {L"IdleSeconds", L"seconds", L"how long the broker stays without clients and without work",
        300, 1, DAY_S},
    [setting_no_client_seconds] = {L"NoClientSeconds", L"seconds",
        L"how long a broker that COM started waits for its first client", 10, 1, 600},
    [setting_keep_running] = {L"KeepRunning", L"0 or 1",
        L"1: the broker never ends by being idle, and is started at log-on", 0, 0, 1},
    [setting_max_mail_bytes] = {L"MaxMailBytes", L"bytes", L"the most that texts and attachments of one mail may have",
        157286400, 1, 2147483647},
    [setting_max_queued_jobs] = {L"MaxQueuedJobs", L"jobs", L"how many jobs may wait in the outbox", 200000, 1,
        10000000},
    [setting_max_unsent_bytes] = {L"MaxUnsentBytes", L"bytes",
        L"the most that may be attached to mails that were not sent yet, half of it by one process; at least four "
        L"mails of MaxMailBytes, and 1 MB",
        1073741824, 1, 4294967295u},
    [setting_kept_days] = {L"KeepFinishedDays", L"days",
        L"how long finished jobs and their keys are kept at least; they go two days later", 30, 1, 3650},
    [setting_outbox_poll_ms] = {L"OutboxPollMilliseconds", L"milliseconds",
        L"how often the broker looks whether mail has left the Outbox", 1000, 20, 60000},
    [setting_copy_wait_seconds] = {L"CopyWaitSeconds", L"seconds",
        L"how long a copy in Sent Items is waited for once a mail has left the Outbox", 60, 0, DAY_S},
    [setting_start_deadline_seconds] = {L"StartDeadlineSeconds", L"seconds", L"how long Outlook may take to start", 120,
        1, 3600},
    [setting_hand_over_seconds] = {L"HandOverSeconds", L"seconds",
        L"how long the broker waits for Outlook to make the draft of a mail, and to send it, before it goes on without "
        L"the answer",
        60, 1, 3600},
    [setting_stuck_grace_seconds] = {L"StuckGraceSeconds", L"seconds",
        L"how long a call into Outlook that does not return is left alone once nobody waits for it; after as long "
        L"again "
        L"its thread is left behind and another one goes on",
        15, 1, 3600},
    [setting_owned_idle_seconds] = {L"OutlookIdleSeconds", L"seconds",
        L"how long an Outlook that the broker started stays unused", 300, 1, DAY_S},
    [setting_start_again_seconds] = {L"StartAgainSeconds", L"seconds",
        L"how long Outlook is left alone once it has failed to start five times in ten minutes", 600, 1, DAY_S},
    [setting_restart_after_mails] = {L"RestartAfterMails", L"mails",
        L"after how many mails an Outlook that the broker started is started anew; 0: never", 0, 0, 10000000},
    [setting_restart_after_hours] = {L"RestartAfterHours", L"hours",
        L"after how many hours an Outlook that the broker started is started anew; 0: never", 0, 0, 8760},
    [setting_retry_first_seconds] = {L"RetryFirstSeconds", L"seconds",
        L"the wait before a mail is tried again for the first time", 300, 1, DAY_S},
    [setting_retry_factor] = {L"RetryFactor", L"times",
        L"how much longer each wait is than the one before; 2: it doubles", 2, 1, 10},
    [setting_retry_longest_seconds] = {L"RetryLongestSeconds", L"seconds", L"the longest wait between two attempts",
        4000, 1, 7 * DAY_S},
    [setting_retry_life_seconds] = {L"RetryLifetimeSeconds", L"seconds",
        L"how long a mail is tried before it is given up", 432000, 0, 365 * DAY_S},
    [setting_on_dialog] = {L"OnDialog", L"0, 1 or 2",
        L"what is done about a dialog that Outlook waits in. 0: it is reported; 1: it is closed, too, if its title is "
        L"one "
        L"of DialogTitles; 2: it is reported, and an Outlook that the broker started and that nobody uses is ended and "
        L"started anew once the dialog has been there for OnDialogGraceSeconds. The prompt of Outlook's object model "
        L"guard is only ever reported",
        0, 0, 2},
    [setting_dialog_grace_seconds] = {L"OnDialogGraceSeconds", L"seconds",
        L"how long a dialog may stay before OnDialog = 2 acts", 120, 1, DAY_S},
    [setting_submitted_alert_minutes] = {L"SubmittedAlertMinutes", L"minutes",
        L"how long a mail may stand in Outlook's Outbox, or Outlook may keep silent about it, before an event says so; "
        L"0: none does",
        60, 0, 365 * 1440},
    [setting_log_bytes] = {L"LogBytes", L"bytes", L"the size at which the log begins anew", 1048576, 4096, 1073741824},
    [setting_max_waiting_calls] = {L"MaxWaitingCalls", L"calls",
        L"how many calls may wait at once, and how many files that give no answer may be waited for", 64, 1, 1024},
    [setting_max_waiting_calls_per_client] = {L"MaxWaitingCallsPerClient", L"calls", L"the same of one client process",
        16, 1, 1024},
};

const struct setting_row *setting_row(enum setting setting)
{
    return &rows[setting];
}

uint32_t setting_value(enum setting setting, bool found, uint32_t value)
{
    const struct setting_row *row = &rows[setting];

    if (!found) return row->standard;
    if (value < row->lowest) return row->lowest;
    if (value > row->highest) return row->highest;
    return value;
}

static const struct list_setting_row lists[list_setting_count] = {
    [list_setting_dialog_titles] = {L"DialogTitles",
        L"the titles of the dialogs that OnDialog = 1 closes: the whole title, or its beginning with a * behind it"},
};

const struct list_setting_row *list_setting_row(enum list_setting setting)
{
    return &lists[setting];
}

void setting_list(const wchar_t *text, wchar_t *out, size_t size)
{
    size_t at = 0;

    while (*text)
    {
        size_t length = wcscspn(text, L";"), begin = 0, end = length;

        while (begin < end && text[begin] == L' ')
            begin++;
        while (end > begin && text[end - 1] == L' ')
            end--;
        if (end > begin && at + (end - begin) + 2 <= size)
        {
            wmemcpy(out + at, text + begin, end - begin);
            at += end - begin;
            out[at++] = 0;
        }
        text += length + (text[length] ? 1 : 0);
    }
    out[at] = 0;
    if (!at) out[1] = 0;
}
