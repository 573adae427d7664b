/* rules_settings_test.c - the table of settings, and values out of range. */
#include "rules_test.h"
#include "rules/settings.h"

static void every_setting_has_a_name_a_unit_and_a_standard_in_its_range(void **state)
{
    static const struct
    {
        const wchar_t *name;
        uint32_t standard, lowest, highest;
    } cases[setting_count] = {
        [setting_idle_seconds] = {L"IdleSeconds", 300, 1, 86400},
        [setting_no_client_seconds] = {L"NoClientSeconds", 10, 1, 600},
        [setting_keep_running] = {L"KeepRunning", 0, 0, 1},
        [setting_max_mail_bytes] = {L"MaxMailBytes", 157286400, 1, 2147483647},
        [setting_max_queued_jobs] = {L"MaxQueuedJobs", 200000, 1, 10000000},
        [setting_max_unsent_bytes] = {L"MaxUnsentBytes", 1073741824, 1, 4294967295},
        [setting_kept_days] = {L"KeepFinishedDays", 30, 1, 3650},
        [setting_outbox_poll_ms] = {L"OutboxPollMilliseconds", 1000, 20, 60000},
        [setting_copy_wait_seconds] = {L"CopyWaitSeconds", 60, 0, 86400},
        [setting_start_deadline_seconds] = {L"StartDeadlineSeconds", 120, 1, 3600},
        [setting_hand_over_seconds] = {L"HandOverSeconds", 60, 1, 3600},
        [setting_stuck_grace_seconds] = {L"StuckGraceSeconds", 15, 1, 3600},
        [setting_owned_idle_seconds] = {L"OutlookIdleSeconds", 300, 1, 86400},
        [setting_start_again_seconds] = {L"StartAgainSeconds", 600, 1, 86400},
        [setting_restart_after_mails] = {L"RestartAfterMails", 0, 0, 10000000},
        [setting_restart_after_hours] = {L"RestartAfterHours", 0, 0, 8760},
        [setting_retry_first_seconds] = {L"RetryFirstSeconds", 300, 1, 86400},
        [setting_retry_factor] = {L"RetryFactor", 2, 1, 10},
        [setting_retry_longest_seconds] = {L"RetryLongestSeconds", 4000, 1, 604800},
        [setting_retry_life_seconds] = {L"RetryLifetimeSeconds", 432000, 0, 31536000},
        [setting_submitted_alert_minutes] = {L"SubmittedAlertMinutes", 60, 0, 525600},
        [setting_on_dialog] = {L"OnDialog", 0, 0, 2},
        [setting_dialog_grace_seconds] = {L"OnDialogGraceSeconds", 120, 1, 86400},
        [setting_log_bytes] = {L"LogBytes", 1048576, 4096, 1073741824},
        [setting_max_waiting_calls] = {L"MaxWaitingCalls", 64, 1, 1024},
        [setting_max_waiting_calls_per_client] = {L"MaxWaitingCallsPerClient", 16, 1, 1024},
    };

    (void)state;
    for (unsigned i = 0; i < setting_count; i++)
    {
        const struct setting_row *row = setting_row((enum setting)i);

        expect(cases[i].name && row->name && row->unit && row->meaning, "setting %u", i);
        expect_text(row->name, cases[i].name, "setting %u", i);
        expect(row->standard == cases[i].standard, "setting %u", i);
        expect(row->lowest == cases[i].lowest && row->highest == cases[i].highest, "setting %u", i);
        expect(row->lowest <= row->standard && row->standard <= row->highest, "setting %u", i);
        expect(wcslen(row->unit) > 0 && wcslen(row->meaning) > 0, "setting %u", i);
    }
}

static void a_value_out_of_range_is_brought_to_the_nearer_end(void **state)
{
    (void)state;
    for (unsigned i = 0; i < setting_count; i++)
    {
        enum setting setting = (enum setting)i;
        const struct setting_row *row = setting_row(setting);

        expect(setting_value(setting, 0, 12345) == row->standard, "setting %u", i);
        expect(setting_value(setting, 1, row->lowest) == row->lowest, "setting %u", i);
        expect(setting_value(setting, 1, row->highest) == row->highest, "setting %u", i);
        expect(setting_value(setting, 1, row->standard) == row->standard, "setting %u", i);
        expect(setting_value(setting, 1, UINT32_MAX) == row->highest, "setting %u", i);
        expect(setting_value(setting, 1, 0) == row->lowest, "setting %u", i);
    }
}

static void times_may_be_set_short(void **state)
{
    (void)state;
    assert_int_equal(setting_value(setting_idle_seconds, 1, 1), 1);
    assert_int_equal(setting_value(setting_no_client_seconds, 1, 1), 1);
    assert_int_equal(setting_value(setting_outbox_poll_ms, 1, 20), 20);
    assert_int_equal(setting_value(setting_copy_wait_seconds, 1, 0), 0);
    assert_int_equal(setting_value(setting_retry_first_seconds, 1, 1), 1);
    assert_int_equal(setting_value(setting_retry_life_seconds, 1, 0), 0);
    assert_int_equal(setting_value(setting_keep_running, 1, 7), 1);
}

static void a_text_is_cut_into_a_list_at_its_semicolons(void **state)
{
    static const struct
    {
        const wchar_t *text, *list;
        size_t length; /* of the list, its last zero left out */
    } rows[] = {
        {L"", L"\0", 0},
        {L";; ;", L"\0", 0},
        {L"One", L"One\0", 4},
        {L" One title ;Two*;", L"One title\0Two*\0", 15},
        {L"a; ;b", L"a\0b\0", 4},
        {L"   just so long it", L"just so long it\0", 16},
        {L"too long for this;short", L"short\0", 6},
        {L"just so long it;no", L"just so long it\0", 16},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        const size_t size = 17;
        wchar_t list[32];

        wmemset(list, L'?', COUNT_OF(list));
        setting_list(rows[i].text, list, size);
        for (size_t at = size; at < COUNT_OF(list); at++)
            expect(list[at] == L'?', "row %u writes at %u", (unsigned)i, (unsigned)at);
        expect(!wmemcmp(list, rows[i].list, rows[i].length + 1), "row %u", (unsigned)i);
        if (!rows[i].length) expect(!list[1], "row %u", (unsigned)i);
    }
    for (int i = 0; i < list_setting_count; i++)
    {
        const struct list_setting_row *row = list_setting_row((enum list_setting)i);

        expect(row->name && row->name[0] && row->meaning && row->meaning[0], "list %d", i);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_setting_has_a_name_a_unit_and_a_standard_in_its_range),
        cmocka_unit_test(a_value_out_of_range_is_brought_to_the_nearer_end),
        cmocka_unit_test(times_may_be_set_short),
        cmocka_unit_test(a_text_is_cut_into_a_list_at_its_semicolons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
