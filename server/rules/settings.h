/* settings.h - the one table of settings: name, unit, default and range. */
#ifndef OB_RULES_SETTINGS_H
#define OB_RULES_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

/* What each means, and its standard, stands in the table in settings.c, of which docs/settings.md is made. */
enum setting
{
    setting_idle_seconds,
    setting_no_client_seconds,
    setting_keep_running,
    setting_max_mail_bytes,
    setting_max_queued_jobs,
    setting_max_unsent_bytes,
    setting_kept_days,
    setting_outbox_poll_ms,
    setting_copy_wait_seconds,
    setting_start_deadline_seconds,
    setting_hand_over_seconds,
    setting_stuck_grace_seconds,
    setting_owned_idle_seconds,
    setting_start_again_seconds,
    setting_restart_after_mails,
    setting_restart_after_hours,
    setting_retry_first_seconds,
    setting_retry_factor,
    setting_retry_longest_seconds,
    setting_retry_life_seconds,
    setting_submitted_alert_minutes,
    setting_on_dialog,
    setting_dialog_grace_seconds,
    setting_log_bytes,
    setting_max_waiting_calls,
    setting_max_waiting_calls_per_client,
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

/* The value that counts, given what was found (found = false: nothing): out of range is brought to the nearer end. */
uint32_t setting_value(enum setting setting, bool found, uint32_t value);

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
