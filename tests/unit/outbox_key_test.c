/* outbox_key_test.c - a key makes a send idempotent, for one caller, also for calls that come at once. */
#include "outbox_test.h"

static const WCHAR *const two_paths[] = {L"C:\\a\\one.txt", L"C:\\b\\two.txt"};

static struct outbox_text keyed(const WCHAR *key)
{
    struct outbox_text text = plain_text(L"keyed");

    text.key = key;
    return text;
}

/* Accepts text with the two files as they are in the folder; gives what outbox_accept gave. */
static HRESULT accept_files(struct outbox *outbox, const struct outbox_text *text, const char *second,
    WCHAR id[JOB_ID_SIZE], struct error *error)
{
    const char *const contents[] = {"the first", second};
    struct spool *spool;
    HRESULT hr;

    assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
    for (size_t i = 0; i < LENGTH(two_paths); i++)
    {
        HANDLE file = make_file(in_folder(L"given"), contents[i], strlen(contents[i]));

        assert_succeeds(spool_add(spool, file, strlen(contents[i]), two_paths[i], NULL, NULL, deadline_never, NULL));
        CloseHandle(file);
    }
    hr = outbox_accept(outbox, text, spool, deadline_never, id, error);
    spool_drop(spool);
    return hr;
}

static void the_same_key_and_content_is_the_same_job_in_whatever_state(void **state)
{
    struct outbox *outbox = open_outbox();
    struct outbox_text text = keyed(L"order 17");
    WCHAR id[JOB_ID_SIZE], again[JOB_ID_SIZE];
    enum key_answer answer;

    (void)state;
    assert_succeeds(outbox_find_key(outbox, &text, two_paths, 2, deadline_never, &answer, again, NULL));
    assert_int_equal(answer, key_new);
    assert_succeeds(accept_files(outbox, &text, "the second", id, NULL));
    assert_succeeds(outbox_find_key(outbox, &text, two_paths, 2, deadline_never, &answer, again, NULL));
    assert_int_equal(answer, key_same);
    assert_int_equal(wcscmp(id, again), 0);
    assert_succeeds(step(outbox, id, job_queued, job_sending, NULL));
    assert_succeeds(step(outbox, id, job_sending, job_submitted, NULL));
    assert_succeeds(step(outbox, id, job_submitted, job_sent, NULL));
    outbox_close(outbox);
    outbox = open_outbox();
    assert_int_equal(accept_files(outbox, &text, "the second", again, NULL), S_FALSE);
    assert_int_equal(wcscmp(id, again), 0);
    assert_int_equal(count_of(outbox, job_queued), 0);
    outbox_close(outbox);
}

static void no_key_is_no_key(void **state)
{
    struct outbox *outbox = open_outbox();
    struct outbox_text text = keyed(L"");
    WCHAR first[JOB_ID_SIZE], second[JOB_ID_SIZE];
    enum key_answer answer;

    (void)state;
    assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, first, NULL));
    assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, second, NULL));
    assert_int_not_equal(wcscmp(first, second), 0);
    assert_succeeds(outbox_find_key(outbox, &text, NULL, 0, deadline_never, &answer, second, NULL));
    assert_int_equal(answer, key_new);
    outbox_close(outbox);
}

static void a_key_belongs_to_its_caller_and_its_case_counts(void **state)
{
    static const struct
    {
        const WCHAR *key, *sid;
    } others[] = {{L"order", L"S-1-5-21-2"}, {L"Order", L"S-1-5-21-1"}, {L"order ", L"S-1-5-21-1"}};
    struct outbox *outbox = open_outbox();
    struct outbox_text text = keyed(L"order");
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, id, NULL));
    for (size_t i = 0; i < LENGTH(others); i++)
    {
        text.key = others[i].key;
        text.caller_sid = others[i].sid;
        assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, id, NULL));
    }
    outbox_close(outbox);
}

static void other_content_under_a_key_is_refused_and_the_difference_named(void **state)
{
    static const struct
    {
        size_t offset;
        const WCHAR *words;
    } rows[] = {
        {offsetof(struct outbox_text, to), L"which differs in the recipients (To)."},
        {offsetof(struct outbox_text, cc), L"which differs in the recipients (CC)."},
        {offsetof(struct outbox_text, bcc), L"which differs in the recipients (BCC)."},
        {offsetof(struct outbox_text, subject), L"which differs in the subject."},
        {offsetof(struct outbox_text, body), L"which differs in the text."},
        {offsetof(struct outbox_text, html_body), L"which differs in the HTML text."},
    };
    static const WCHAR *const other_paths[] = {L"C:\\a\\one.txt", L"C:\\b\\three.txt"};
    struct outbox *outbox = open_outbox();
    struct outbox_text text = keyed(L"order 18");
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE], other[JOB_ID_SIZE];
    enum key_answer answer;

    (void)state;
    assert_succeeds(accept_files(outbox, &text, "the second", id, NULL));
    for (size_t i = 0; i < LENGTH(rows); i++)
    {
        struct outbox_text changed = text;
        const WCHAR *value = L"b@example.com";

        memcpy((char *)&changed + rows[i].offset, &value, sizeof(value));
        assert_succeeds(outbox_find_key(outbox, &changed, two_paths, 2, deadline_never, &answer, other, &error));
        assert_int_equal(answer, key_reused);
        assert_fails(error.code, CODE(error_key_reused), &error, rows[i].words);
        assert_fails(accept_files(outbox, &changed, "the second", other, &error), CODE(error_key_reused), &error, id);
    }
    assert_succeeds(outbox_find_key(outbox, &text, other_paths, 2, deadline_never, &answer, other, &error));
    assert_fails(error.code, CODE(error_key_reused), &error, L"which differs in the list of attachments.");
    assert_succeeds(outbox_find_key(outbox, &text, two_paths, 1, deadline_never, &answer, other, &error));
    assert_fails(error.code, CODE(error_key_reused), &error, L"The key \"order 18\" was already used");
    assert_fails(accept_files(outbox, &text, "THE SECOND", other, &error), CODE(error_key_reused), &error,
        L"which differs in what the attachments hold.");
    assert_int_equal(count_of(outbox, job_queued), 1);
    outbox_close(outbox);
}

static void texts_that_run_into_each_other_alike_are_other_content(void **state)
{
    struct outbox *outbox = open_outbox();
    struct outbox_text text = keyed(L"k");
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    text.subject = L"ab";
    text.body = L"c";
    assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, id, NULL));
    text.subject = L"a";
    text.body = L"bc";
    assert_fails(
        outbox_accept(outbox, &text, NULL, deadline_never, id, &error), CODE(error_key_reused), &error, L"the subject");
    outbox_close(outbox);
}

static void a_file_given_again_is_compared_by_content(void **state)
{
    struct outbox *outbox = open_outbox();
    struct outbox_text text = keyed(L"k");
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];
    HANDLE same, other, longer;

    (void)state;
    assert_succeeds(accept_files(outbox, &text, "the second", id, NULL));
    same = make_file(in_folder(L"same"), "the second", 10);
    other = make_file(in_folder(L"other"), "THE SECOND", 10);
    longer = make_file(in_folder(L"longer"), "the second.", 11);
    assert_int_equal(outbox_same_file(outbox, id, 1, same, deadline_never, NULL), S_OK);
    assert_int_equal(outbox_same_file(outbox, id, 0, same, deadline_never, NULL), S_FALSE);
    assert_int_equal(outbox_same_file(outbox, id, 1, other, deadline_never, NULL), S_FALSE);
    assert_int_equal(outbox_same_file(outbox, id, 1, longer, deadline_never, NULL), S_FALSE);
    assert_int_equal(outbox_same_file(outbox, id, 2, same, deadline_never, NULL), S_FALSE);
    /* There is no time to compare it: the key answers. */
    assert_int_equal(outbox_same_file(outbox, id, 1, same, deadline_in(0), &error), S_OK);
    assert_null(error.text);
    CloseHandle(same);
    CloseHandle(other);
    CloseHandle(longer);
    outbox_close(outbox);
}

static void a_file_that_can_no_longer_be_read_proves_nothing_against_a_key(void **state)
{
    struct outbox *outbox = open_outbox();
    struct outbox_text text = keyed(L"k");
    WCHAR id[JOB_ID_SIZE];
    HANDLE unreadable;

    (void)state;
    assert_succeeds(accept_files(outbox, &text, "the second", id, NULL));
    write_file(in_folder(L"locked"), "THE SECOND", 10);
    /* Locked ranges can be read under Wine: a handle without the right stands for them. */
    unreadable = CreateFileW(in_folder(L"locked"), GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(unreadable != INVALID_HANDLE_VALUE);
    assert_int_equal(outbox_same_file(outbox, id, 1, unreadable, deadline_never, NULL), S_OK);
    CloseHandle(unreadable);
    outbox_close(outbox);
}

struct race
{
    struct outbox *outbox;
    HANDLE go;
    WCHAR key[32];
    LONG volatile next, accepted, same, reused;
    const WCHAR *subjects[2];
    WCHAR ids[2][JOB_ID_SIZE];
};

static DWORD WINAPI race_thread(void *context)
{
    struct race *race = context;
    LONG number = InterlockedIncrement(&race->next) - 1;
    struct outbox_text text = keyed(race->key);
    HRESULT hr;

    text.subject = race->subjects[number];
    WaitForSingleObject(race->go, INFINITE);
    hr = outbox_accept(race->outbox, &text, NULL, deadline_never, race->ids[number], NULL);
    if (hr == S_OK) InterlockedIncrement(&race->accepted);
    if (hr == S_FALSE) InterlockedIncrement(&race->same);
    if (hr == CODE(error_key_reused)) InterlockedIncrement(&race->reused);
    return 0;
}

static void of_two_at_once_with_the_same_key_one_is_accepted(void **state)
{
    static struct race race;
    struct outbox *outbox = open_outbox();

    (void)state;
    for (int round = 0; round < 40; round++)
    {
        HANDLE threads[2];

        memset(&race, 0, sizeof(race));
        race.outbox = outbox;
        race.subjects[0] = L"keyed";
        race.subjects[1] = round % 2 ? L"keyed" : L"other";
        _snwprintf(race.key, LENGTH(race.key), L"round %d", round);
        race.go = CreateEventW(NULL, TRUE, FALSE, NULL);
        for (int i = 0; i < 2; i++)
            threads[i] = CreateThread(NULL, 0, race_thread, &race, 0, NULL);
        SetEvent(race.go);
        WaitForMultipleObjects(2, threads, TRUE, INFINITE);
        assert_int_equal(race.accepted, 1);
        assert_int_equal(race.same, round % 2);
        assert_int_equal(race.reused, 1 - round % 2);
        if (round % 2) assert_int_equal(wcscmp(race.ids[0], race.ids[1]), 0);
        for (int i = 0; i < 2; i++)
            CloseHandle(threads[i]);
        CloseHandle(race.go);
    }
    assert_int_equal(count_of(outbox, job_queued), 40);
    outbox_close(outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(the_same_key_and_content_is_the_same_job_in_whatever_state),
        test(no_key_is_no_key),
        test(a_key_belongs_to_its_caller_and_its_case_counts),
        test(other_content_under_a_key_is_refused_and_the_difference_named),
        test(texts_that_run_into_each_other_alike_are_other_content),
        test(a_file_given_again_is_compared_by_content),
        test(a_file_that_can_no_longer_be_read_proves_nothing_against_a_key),
        test(of_two_at_once_with_the_same_key_one_is_accepted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
