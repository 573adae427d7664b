/* keys_test.c - a key makes a send idempotent: the same key with the same content is the same job, in whatever state;
 * with other content it is refused. It is looked up before any file is read. */
#include "one_session.h"
#include <stdio.h>
#include <wchar.h>

/* The mail leads to the job with this id. */
static void expect_same(const struct ob_mail *mail, BSTR id)
{
    IObJob *job = ob_send(session, mail);
    BSTR other;

    ob_assert_ok(IObJob_get_Id(job, &other));
    ob_assert_text(other, id);
    SysFreeString(other);
    IObJob_Release(job);
}

static void expect_reused(const struct ob_mail *mail)
{
    IObJob *job;

    ob_assert_hr(ob_try_send(session, mail, &job), OB_E_KEY_REUSED);
    assert_null(job);
}

/* Sends it for the first time; the caller frees the id. */
static BSTR send_first(const struct ob_mail *mail)
{
    IObJob *job = ob_send(session, mail);
    BSTR id;

    ob_expect_state(job, obJobSent);
    ob_assert_ok(IObJob_get_Id(job, &id));
    IObJob_Release(job);
    return id;
}

static void the_same_key_with_the_same_content_is_the_same_job(void **state)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"key same", .body = L"b", .key = L"order 1 \u00fc"};
    BSTR id = send_first(&mail);

    (void)state;
    expect_same(&mail, id);
    expect_same(&mail, id);
    SysFreeString(id);
    ob_expect_delivered(L"key same", 1);
}

static void the_same_key_with_other_content_is_refused(void **state)
{
    static const WCHAR *const other = L"other@example.com";
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"key other", .body = L"b", .key = L"order 2"};
    const WCHAR **texts[] = {&mail.to, &mail.subject, &mail.body, &mail.html, &mail.cc, &mail.bcc};
    VARIANT attachments;
    BSTR id = send_first(&mail);

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(texts); i++)
    {
        const WCHAR *kept = *texts[i];

        *texts[i] = other;
        expect_reused(&mail);
        *texts[i] = kept;
    }
    attachments = ob_text(ob_write_file(ob_file_path(L"extra.txt"), "extra", 5));
    mail.attachments = &attachments;
    expect_reused(&mail);
    VariantClear(&attachments);
    mail.attachments = NULL;
    expect_same(&mail, id);
    SysFreeString(id);
    ob_expect_delivered(L"key other", 1);
}

static void a_key_answers_when_its_attachment_is_gone(void **state)
{
    VARIANT attachments = ob_text(ob_write_file(ob_file_path(L"passing.txt"), "passing", 7));
    struct ob_mail mail = {
        .to = L"a@example.com", .subject = L"key gone", .body = L"b", .key = L"order 3", .attachments = &attachments};
    BSTR id = send_first(&mail);

    (void)state;
    expect_same(&mail, id);
    assert_true(DeleteFileW(V_BSTR(&attachments)));
    expect_same(&mail, id);
    SysFreeString(id);
    VariantClear(&attachments);
    ob_expect_delivered(L"key gone", 1);
}

static void a_changed_file_is_other_content(void **state)
{
    VARIANT attachments = ob_text(ob_write_file(ob_file_path(L"changing.txt"), "before", 6));
    struct ob_mail mail = {
        .to = L"a@example.com", .subject = L"key file", .body = L"b", .key = L"order 4", .attachments = &attachments};
    BSTR id = send_first(&mail);

    (void)state;
    ob_write_file(V_BSTR(&attachments), "after!", 6);
    expect_reused(&mail);
    ob_write_file(V_BSTR(&attachments), "before", 6);
    expect_same(&mail, id);
    SysFreeString(id);
    VariantClear(&attachments);
    ob_expect_delivered(L"key file", 1);
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
}

static void an_empty_key_is_no_key_and_255_characters_are_one(void **state)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"key none", .body = L"b"};
    WCHAR key[256];
    BSTR first = send_first(&mail), second = send_first(&mail), id;

    (void)state;
    assert_true(wcscmp(first, second) != 0);
    SysFreeString(first);
    SysFreeString(second);
    ob_expect_delivered(L"key none", 2);
    wmemset(key, L'\u00e4', 255);
    key[255] = 0;
    mail.key = key;
    mail.subject = L"key long";
    id = send_first(&mail);
    expect_same(&mail, id);
    SysFreeString(id);
    ob_expect_delivered(L"key long", 1);
}

static void a_key_answers_in_any_state_and_after_a_crash(void **state)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"key crash", .body = L"b", .key = L"order 6"};
    IObJob *job;
    BSTR id;

    (void)state;
    ob_control("hold = Application.CreateItem before\n");
    job = ob_send(session, &mail);
    ob_assert_ok(IObJob_get_Id(job, &id));
    expect_same(&mail, id);
    mail.body = L"changed";
    expect_reused(&mail);
    mail.body = L"b";
    ob_log_off();
    ob_control("");
    IObJob_Release(job);
    IObSession_Release(session);
    session = ob_session();
    expect_same(&mail, id);
    job = NULL;
    ob_assert_ok(IObSession_Job(session, id, &job));
    ob_expect_state(job, obJobSent);
    expect_same(&mail, id);
    IObJob_Release(job);
    SysFreeString(id);
    ob_expect_delivered(L"key crash", 1);
}

/* --- callers at the same moment */

enum
{
    callers = 4,
    rounds = 60
};

struct racing
{
    HANDLE thread, start;
    WCHAR key[40];
    IObSession *session;
    WCHAR id[64];
    HRESULT hr;
};

static DWORD WINAPI race(void *context)
{
    struct racing *racing = context;
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"key raced", .body = L"b", .key = racing->key};
    IObJob *job = NULL;
    BSTR id;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    WaitForSingleObject(racing->start, OB_LONG_MS);
    racing->hr = ob_try_send(racing->session, &mail, &job);
    if (job && SUCCEEDED(IObJob_get_Id(job, &id)))
    {
        wcsncpy(racing->id, id, ARRAYSIZE(racing->id) - 1);
        SysFreeString(id);
    }
    if (job) IObJob_Release(job);
    CoUninitialize();
    return 0;
}

static void race_once(unsigned round)
{
    struct racing racing[callers] = {0};
    HANDLE start = CreateEventW(NULL, TRUE, FALSE, NULL);

    for (unsigned i = 0; i < callers; i++)
    {
        racing[i].start = start;
        racing[i].session = session;
        swprintf(racing[i].key, ARRAYSIZE(racing[i].key), L"raced %u", round);
        assert_non_null(racing[i].thread = CreateThread(NULL, 0, race, &racing[i], 0, NULL));
    }
    SetEvent(start);
    for (unsigned i = 0; i < callers; i++)
    {
        assert_int_equal(WaitForSingleObject(racing[i].thread, OB_LONG_MS), WAIT_OBJECT_0);
        CloseHandle(racing[i].thread);
        ob_require(SUCCEEDED(racing[i].hr), "round %u: %08lX", round, (unsigned long)racing[i].hr);
        ob_assert_text(racing[i].id, racing[0].id);
    }
    CloseHandle(start);
}

static void callers_at_the_same_moment_with_the_same_key_get_one_job(void **state)
{
    (void)state;
    for (unsigned round = 0; round < rounds; round++)
        race_once(round);
    ob_expect_good_mail(session, L"after the race");
    ob_expect_delivered(L"key raced", rounds);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_key_with_the_same_content_is_the_same_job),
        cmocka_unit_test(the_same_key_with_other_content_is_refused),
        cmocka_unit_test(a_key_answers_when_its_attachment_is_gone),
        cmocka_unit_test(a_changed_file_is_other_content),
        cmocka_unit_test(an_empty_key_is_no_key_and_255_characters_are_one),
        cmocka_unit_test(callers_at_the_same_moment_with_the_same_key_get_one_job),
        cmocka_unit_test(a_key_answers_in_any_state_and_after_a_crash),
    };

    return cmocka_run_group_tests(tests, ob_begin_session, ob_end_session);
}
