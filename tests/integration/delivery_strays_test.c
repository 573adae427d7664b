/* delivery_strays_test.c - what Outlook's end leads to where nobody is at fault for it, and the drafts that nobody will
 * send any more: they go, without ending Outlook again and again, and without taking what a person has worked on. Each
 * client is a process of its own, this program once more (see ob_first_at_rpcss). */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static unsigned delivered; /* so far, by all tests */

/* --- the clients */

static IObJob *send_keyed(IObSession *session, const WCHAR *subject)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b", .key = subject};

    return ob_send(session, &mail);
}

static void client_send(const WCHAR *subject)
{
    IObSession *session = ob_session();
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b", .key = subject};
    IObJob *job = NULL;

    ob_try_send(session, &mail, &job);
    if (job) IObJob_Release(job);
    IObSession_Release(session);
}

static void client_sent(const WCHAR *subject)
{
    IObSession *session = ob_session();
    IObJob *job = send_keyed(session, subject);

    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    IObSession_Release(session);
}

/* The job of this key. */
static void client_cancel(const WCHAR *subject)
{
    IObSession *session = ob_session();
    IObJob *job = send_keyed(session, subject);

    ob_assert_ok(IObJob_Cancel(job));
    IObJob_Release(job);
    IObSession_Release(session);
}

static void client_failed(const WCHAR *subject)
{
    IObSession *session = ob_session();
    IObJob *job = send_keyed(session, subject);

    ob_expect_state(job, obJobFailed);
    IObJob_Release(job);
    IObSession_Release(session);
}

/* Has the broker join Outlook, or start it, without a mail. */
static void client_log_on(const WCHAR *subject)
{
    const VARIANT missing = {.vt = VT_ERROR, .scode = DISP_E_PARAMNOTFOUND};
    IObSession *session = ob_session();

    (void)subject;
    ob_assert_ok(IObSession_Logon(session, NULL, NULL, missing, missing));
    IObSession_Release(session);
}

static const struct
{
    const WCHAR *verb;
    void (*run)(const WCHAR *subject);
} clients[] = {
    {L"send", client_send},
    {L"sent", client_sent},
    {L"cancel", client_cancel},
    {L"failed", client_failed},
    {L"logon", client_log_on},
};

static int client_main(WCHAR **argv)
{
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    for (unsigned i = 0; i < ARRAYSIZE(clients); i++)
        if (!wcscmp(argv[1], clients[i].verb))
        {
            clients[i].run(argv[2]);
            return 0;
        }
    return 1;
}

static void run_client(const WCHAR *verb, const WCHAR *subject)
{
    WCHAR arguments[300];

    swprintf(arguments, ARRAYSIZE(arguments), L"%ls \"%ls\"", verb, subject);
    ob_run_self(arguments);
}

static unsigned drafts(void)
{
    return ob_count_files(ob_sandbox_path(L"Drafts\\*.item"));
}

static void first_draft(WCHAR path[600])
{
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW(ob_sandbox_path(L"Drafts\\*.item"), &found);

    assert_true(find != INVALID_HANDLE_VALUE);
    FindClose(find);
    swprintf(path, 600, L"Drafts\\%ls", found.cFileName);
    wcscpy(path, ob_sandbox_path(path));
}

static void delete_drafts(void)
{
    WCHAR path[600];

    while (drafts())
    {
        first_draft(path);
        assert_true(DeleteFileW(path));
    }
}

/* Moves one of its times, written as days, to tomorrow. */
static void move_time(const char *name)
{
    WCHAR path[600];
    char line[80], *text, *at, *changed;

    first_draft(path);
    text = ob_read_file(path, NULL);
    sprintf(line, "\n%s=", name);
    at = strstr(text, line);
    assert_non_null(at);
    changed = malloc(strlen(text) + 40);
    at += strlen(line);
    sprintf(changed, "%.*s%.9f%s", (int)(at - text), text, strtod(at, NULL) + 1, at + strspn(at, "0123456789."));
    ob_write_file(path, changed, strlen(changed));
    free(changed);
    free(text);
}

/* As Outlook writes what somebody saves tomorrow. */
static void change_draft_later(void)
{
    move_time("LastModificationTime");
}

/* As Outlook writes what a call of today saves tomorrow. */
static void save_draft_later(void)
{
    move_time("CreationTime");
    move_time("LastModificationTime");
}

/* The broker ends once the draft stands, and all else with it. */
static void crash_with_draft(const WCHAR *subject)
{
    ob_fail_at(L"draft-made");
    run_client(L"send", subject);
    ob_require(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS), "the broker does not pass draft-made");
    ob_log_off();
    ob_fail_at(NULL);
}

/* The draft of a mail that was cancelled where Outlook was not there. */
static void leave_draft(const WCHAR *subject)
{
    ob_control("");
    crash_with_draft(subject);
    ob_control("fail = 0x80080005 at start\n");
    run_client(L"cancel", subject);
    ob_log_off();
}

/* --- Outlook's end */

/* It is looked for before it is given to Outlook, and Outlook ends in the look: no attempt was made, so that its age
 * ends nothing. */
static void an_old_mail_is_not_given_up_for_an_outlook_that_ends_before_it_was_tried(void **state)
{
    (void)state;
    crash_with_draft(L"old");
    ob_set(L"RetryLifetimeSeconds", 0);
    ob_control("die = at MAPIFolder.GetTable times 3\n");
    ob_log_on();
    ob_wait_strikes("at MAPIFolder.GetTable", 3);
    ob_wait_delivered(++delivered);
    ob_control("");
    run_client(L"sent", L"old");
    assert_int_equal(drafts(), 0);
    ob_log_off();
    ob_set(L"RetryLifetimeSeconds", 432000);
}

/* --- drafts that nobody will send any more */

static void wait_for_no_draft(void)
{
    ULONGLONG end = GetTickCount64() + 2 * OB_LONG_MS;

    while (drafts() && GetTickCount64() < end)
        Sleep(20);
    assert_int_equal(drafts(), 0);
}

static void send_good(const WCHAR *subject)
{
    run_client(L"sent", subject);
    assert_int_equal(ob_count_delivered(), ++delivered);
}

/* The mail waits for its next attempt when it is cancelled; its draft ends Outlook when it is deleted. */
static void a_draft_that_ends_outlook_when_it_is_deleted_is_given_up_at_once(void **state)
{
    const unsigned before = ob_count_in_log(L"draft-stays");
    unsigned strikes;

    (void)state;
    ob_set(L"RetryFirstSeconds", 600);
    strikes = ob_count_strikes("at MailItem.Delete");
    ob_control("fail = 80040115 at MailItem.Send\ndie = at MailItem.Delete\n");
    run_client(L"send", L"poison");
    ob_wait_strikes("at MailItem.Delete", strikes + 1);
    run_client(L"cancel", L"poison");
    ob_control("die = at MailItem.Delete\n");
    run_client(L"sent", L"after the poison");
    ob_wait_in_log(L"draft-stays", before + 1);
    strikes = ob_count_strikes("at MailItem.Delete");
    run_client(L"sent", L"after that");
    Sleep(3000); /* for what is not to happen */
    assert_int_equal(ob_count_strikes("at MailItem.Delete"), strikes);
    assert_int_equal(ob_count_in_log(L"draft-stays"), before + 1);
    assert_int_equal(ob_count_delivered(), delivered += 2);
    assert_int_equal(drafts(), 1);
    ob_log_off();
    ob_control("");
    ob_set(L"RetryFirstSeconds", 1);
    delete_drafts();
}

/* Outlook happens to end while the draft is found, and is not asked to delete it. */
static void a_draft_that_outlook_ends_over_before_it_is_to_delete_it_goes_a_minute_later(void **state)
{
    const unsigned told = ob_count_in_log(L"draft-stays"), strikes = ob_count_strikes("at NameSpace.GetItemFromID");
    ULONGLONG end;

    (void)state;
    leave_draft(L"taken back before the look");
    assert_int_equal(drafts(), 1);
    ob_set(L"IdleSeconds", 300);
    ob_control("die = at NameSpace.GetItemFromID once\n");
    run_client(L"sent", L"after what was taken back before the look");
    ob_wait_strikes("at NameSpace.GetItemFromID", strikes + 1);
    ob_control("");
    run_client(L"sent", L"after its end");
    assert_int_equal(ob_count_delivered(), delivered += 2);
    end = GetTickCount64() + 3 * OB_LONG_MS; /* it is put off for a minute */
    while (drafts() && GetTickCount64() < end)
        Sleep(100);
    assert_int_equal(drafts(), 0);
    assert_int_equal(ob_count_in_log(L"draft-stays"), told);
    ob_log_off();
    ob_set(L"IdleSeconds", 2);
}

/* Each loss puts its draft off for minutes, so that they take turns; the clock is set past that each time. */
static void two_drafts_that_outlook_ends_over_are_both_given_up(void **state)
{
    const unsigned told = ob_count_in_log(L"draft-stays"), strikes = ob_count_strikes("at NameSpace.GetItemFromID");
    WCHAR subject[32];

    (void)state;
    leave_draft(L"the one");
    leave_draft(L"the other");
    assert_int_equal(drafts(), 2);
    ob_set(L"IdleSeconds", 300);
    ob_control("die = at NameSpace.GetItemFromID\n");
    for (unsigned i = 1; i <= 6; i++)
    {
        ob_set_clock_off((LONG)i * 3700);
        swprintf(subject, ARRAYSIZE(subject), L"beside two drafts %u", i);
        run_client(L"sent", subject);
        ob_wait_strikes("at NameSpace.GetItemFromID", strikes + i);
        assert_int_equal(ob_count_delivered(), ++delivered);
    }
    ob_wait_in_log(L"draft-stays", told + 2);
    ob_log_off();
    ob_control("");
    ob_set_clock_off(0);
    ob_set(L"IdleSeconds", 2);
    delete_drafts();
}

/* Nobody knows whether there is one. */
static void a_draft_that_was_never_seen_is_told_of_as_one_that_may_stay(void **state)
{
    const unsigned told = ob_count_in_log(L"so one may stay"), strikes = ob_count_strikes("at MAPIFolder.GetTable");

    (void)state;
    leave_draft(L"never seen");
    ob_set(L"IdleSeconds", 300);
    ob_control("die = at MAPIFolder.GetTable\n");
    for (unsigned i = 1; i <= 3; i++)
    {
        ob_set_clock_off((LONG)i * 3700);
        run_client(L"logon", L""); /* no mail, whose own copy would be looked for */
        ob_wait_strikes("at MAPIFolder.GetTable", strikes + i);
    }
    ob_wait_in_log(L"so one may stay", told + 1);
    assert_int_equal(drafts(), 1);
    ob_log_off();
    ob_control("");
    ob_set_clock_off(0);
    ob_set(L"IdleSeconds", 2);
    delete_drafts();
}

static void a_mail_that_is_cancelled_while_outlook_saves_it_leaves_no_draft(void **state)
{
    (void)state;
    ob_control("hold = MailItem.Save after\n");
    run_client(L"send", L"taken back in Save");
    ob_wait_held();
    assert_int_equal(drafts(), 1);
    run_client(L"cancel", L"taken back in Save");
    ob_kill(OB_SANDBOX_IMAGE);
    ob_control("");
    send_good(L"after what was taken back in Save");
    wait_for_no_draft();
    ob_log_off();
}

static void the_draft_of_a_mail_that_failed_goes_though_it_could_not_be_deleted_at_first(void **state)
{
    (void)state;
    ob_control("fail = 80004005 at MailItem.Send\nfail = 80040115 at MailItem.Delete once\n");
    run_client(L"failed", L"refused");
    wait_for_no_draft();
    ob_control("");
    ob_log_off();
}

/* A person has worked on it since. */
static void a_draft_that_somebody_has_changed_stays(void **state)
{
    (void)state;
    leave_draft(L"worked on");
    change_draft_later();
    ob_control("");
    run_client(L"sent", L"after what was worked on");
    ob_wait_in_log(L"was changed by somebody since, and stays", 1);
    assert_int_equal(ob_count_delivered(), ++delivered);
    assert_int_equal(drafts(), 1);
    ob_log_off();
    delete_drafts();
}

/* Its attempt failed, and so did the deletion of its draft; a person has worked on that until the next one. */
static void a_draft_that_somebody_has_changed_is_kept_when_its_mail_is_tried_again(void **state)
{
    const unsigned told = ob_count_in_log(L"draft-stays"), strikes = ob_count_strikes("at MailItem.Delete");

    (void)state;
    ob_set(L"RetryFirstSeconds", 600);
    ob_control("fail = 80040115 at MailItem.Send\nfail = 80040115 at MailItem.Delete\n");
    run_client(L"send", L"worked on between attempts");
    ob_wait_strikes("at MailItem.Delete", strikes + 1);
    ob_log_off();
    assert_int_equal(drafts(), 1);
    change_draft_later();
    ob_set(L"RetryFirstSeconds", 1);
    ob_set(L"RetryLongestSeconds", 1);
    ob_control("");
    run_client(L"sent", L"worked on between attempts");
    ob_wait_in_log(L"draft-stays", told + 1);
    assert_int_equal(ob_count_delivered(), ++delivered);
    assert_int_equal(drafts(), 1);
    send_good(L"after what was worked on between attempts");
    assert_int_equal(drafts(), 1);
    ob_log_off();
    ob_set(L"RetryLongestSeconds", 3600);
    delete_drafts();
}

/* Its Save is left under way, and its draft stands there. */
static void leave_in_save(const WCHAR *subject)
{
    const unsigned left = ob_count_in_log(L"Outlook is left alone");

    ob_set(L"HandOverSeconds", 2);
    ob_control("hang = after MailItem.Save\n");
    run_client(L"send", subject);
    ob_wait_in_log(L"Outlook is left alone", left + 1);
    ob_log_off();
    ob_set(L"HandOverSeconds", 60);
    assert_int_equal(drafts(), 1);
}

static void the_draft_of_a_save_that_was_left_goes_before_the_next_attempt_unless_somebody_has_changed_it(void **state)
{
    const unsigned told = ob_count_in_log(L"draft-stays");

    (void)state;
    leave_in_save(L"saved late");
    save_draft_later();
    ob_control("");
    send_good(L"saved late");
    assert_int_equal(drafts(), 0);
    ob_log_off();
    leave_in_save(L"saved late and worked on");
    change_draft_later();
    ob_control("");
    send_good(L"saved late and worked on");
    ob_wait_in_log(L"draft-stays", told + 1);
    assert_int_equal(drafts(), 1);
    ob_log_off();
    delete_drafts();
}

/* It came after the mail was cancelled, and nobody has changed it. */
static void a_late_draft_of_a_cancelled_mail_goes(void **state)
{
    (void)state;
    leave_in_save(L"saved late for nobody");
    ob_control("fail = 0x80080005 at start\n");
    run_client(L"cancel", L"saved late for nobody");
    ob_log_off();
    save_draft_later();
    ob_control("");
    send_good(L"after what was saved late for nobody");
    wait_for_no_draft();
    ob_log_off();
}

/* The draft of its attempt can be deleted neither then nor before the next one, and its life is over meanwhile. */
static void a_mail_whose_earlier_draft_cannot_be_deleted_is_tried_before_it_is_given_up(void **state)
{
    const unsigned told = ob_count_in_log(L"draft-stays"), strikes = ob_count_strikes("at MailItem.Delete");

    (void)state;
    ob_set(L"RetryFirstSeconds", 600);
    ob_control("fail = 80040115 at MailItem.Send\nfail = 80040115 at MailItem.Delete\n");
    run_client(L"send", L"behind an old draft");
    ob_wait_strikes("at MailItem.Delete", strikes + 1);
    ob_log_off();
    ob_set(L"RetryFirstSeconds", 1);
    ob_set(L"RetryLongestSeconds", 1);
    ob_set(L"RetryLifetimeSeconds", 0);
    ob_control("fail = 80040115 at MailItem.Delete once\n");
    send_good(L"behind an old draft");
    ob_wait_in_log(L"draft-stays", told + 1);
    wait_for_no_draft();
    ob_log_off();
    ob_set(L"RetryLongestSeconds", 3600);
    ob_set(L"RetryLifetimeSeconds", 432000);
}

/* In Save: the cancellation is the last that stands on disk of it. */
static void the_draft_of_a_mail_that_is_cancelled_in_hand_goes_after_a_crash(void **state)
{
    (void)state;
    ob_control("hold = MailItem.Save after\n");
    run_client(L"send", L"taken back before a crash");
    ob_wait_held();
    assert_int_equal(drafts(), 1);
    run_client(L"cancel", L"taken back before a crash");
    ob_kill(OB_BROKER_IMAGE);
    ob_log_off();
    ob_control("");
    send_good(L"after what was taken back before a crash");
    wait_for_no_draft();
    ob_log_off();
}

static int begin(void **state)
{
    int result = ob_begin_without_com(state);

    ob_set(L"RetryFirstSeconds", 1);
    return result;
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_mail_is_not_given_up_for_an_outlook_that_ends_before_it_was_tried),
        cmocka_unit_test(a_draft_that_ends_outlook_when_it_is_deleted_is_given_up_at_once),
        cmocka_unit_test(a_draft_that_outlook_ends_over_before_it_is_to_delete_it_goes_a_minute_later),
        cmocka_unit_test(two_drafts_that_outlook_ends_over_are_both_given_up),
        cmocka_unit_test(a_draft_that_was_never_seen_is_told_of_as_one_that_may_stay),
        cmocka_unit_test(a_mail_that_is_cancelled_while_outlook_saves_it_leaves_no_draft),
        cmocka_unit_test(the_draft_of_a_mail_that_failed_goes_though_it_could_not_be_deleted_at_first),
        cmocka_unit_test(a_draft_that_somebody_has_changed_stays),
        cmocka_unit_test(a_draft_that_somebody_has_changed_is_kept_when_its_mail_is_tried_again),
        cmocka_unit_test(the_draft_of_a_save_that_was_left_goes_before_the_next_attempt_unless_somebody_has_changed_it),
        cmocka_unit_test(a_late_draft_of_a_cancelled_mail_goes),
        cmocka_unit_test(a_mail_whose_earlier_draft_cannot_be_deleted_is_tried_before_it_is_given_up),
        cmocka_unit_test(the_draft_of_a_mail_that_is_cancelled_in_hand_goes_after_a_crash),
    };

    if (argc > 2) return client_main(argv);
    return cmocka_run_group_tests(tests, begin, ob_end);
}
