/* obctl_test.c - what obctl does with mails, end to end against the sandbox, by its exit codes and words: send, jobs,
 * retry, cancel, watch, selftest. This process is no client of the broker itself. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define COMMAND_SIZE 2048
#define ID_SIZE 40
#define SUBJECT L"Pr\u00fcfbericht \u0141\u00f3d\u017a \U0001F384"
#define INPUT                                                                                                          \
    "Gr\xc3\xbc\xc3\x9f"                                                                                               \
    "e aus der R\xc3\xb6hre\r\nzweite Zeile"

/* --- running it */

/* Runs obctl and fails unless it ends with code; the caller frees the output. */
static char *obctl(DWORD code, const WCHAR *format, ...)
{
    WCHAR command[COMMAND_SIZE] = L"obctl ";
    char *output, *to;
    DWORD got;
    va_list args;

    va_start(args, format);
    _vsnwprintf(command + 6, COMMAND_SIZE - 7, format, args);
    va_end(args);
    got = ob_run(command, 2 * OB_LONG_MS, &output);
    to = output;
    for (const char *at = output; *at; at++)
        if (*at != '\r') *to++ = *at;
    *to = 0;
    ob_require(got == code, "%s ended with %lu, not %lu:\n%s", ob_utf8(command), got, code, output);
    return output;
}

/* Frees the output. */
static void expect_words(char *output, const char *words)
{
    ob_require(strstr(output, words) != NULL, "\"%s\" is not in:\n%s", words, output);
    free(output);
}

/* The id behind "Job" in an answer; frees it. */
static void take_id(char *output, WCHAR id[ID_SIZE])
{
    static const char said[] = "Job               {";
    size_t length = 0;

    ob_require(!strncmp(output, said, sizeof(said) - 1), "no job:\n%s", output);
    for (const char *at = output + sizeof(said) - 2; length < ID_SIZE - 1 && *at > ' '; at++)
        id[length++] = (WCHAR)*at;
    id[length] = 0;
    free(output);
}

static int let_go(void **state)
{
    (void)state;
    ob_control("");
    return 0;
}

/* --- send */

static void a_mail_is_sent_with_all_that_was_said(void **state)
{
    struct ob_arrivals arrivals;
    const struct ob_arrived *mail;

    (void)state;
    ob_write_file(ob_file_path(L"one.txt"), "one", 3);
    ob_write_file(ob_file_path(L"two.txt"), "two", 3);
    expect_words(obctl(0,
                     L"send --to a@example.com --cc=c@example.com /bcc:b@example.com --subject "
                     L"\"" SUBJECT L"\" --body text --importance HIGH --sensitivity private --categories Red --receipt "
                     L"--reply-to r@example.com --attach \"%ls\" --attach \"%ls\" --wait",
                     ob_file_path(L"one.txt"), ob_file_path(L"two.txt")),
        "\nState             sent\n");
    ob_read_mails(&arrivals);
    mail = ob_mail_with(&arrivals, SUBJECT);
    ob_assert_text(mail->body, L"text");
    assert_non_null(wcsstr(mail->to, L"a@example.com"));
    assert_non_null(wcsstr(mail->cc, L"c@example.com"));
    assert_non_null(wcsstr(mail->reply_to, L"r@example.com"));
    assert_non_null(wcsstr(mail->receipt_to, L"@"));
    assert_non_null(wcsstr(mail->keywords, L"Red"));
    assert_int_equal(_wcsicmp(mail->importance, L"high"), 0);
    assert_int_equal(_wcsicmp(mail->sensitivity, L"private"), 0);
    assert_int_equal(mail->attachment_count, 2);
    ob_free_mails(&arrivals);
}

/* obctl with a file as its standard input. */
static void the_text_is_read_from_standard_input(void **state)
{
    struct ob_arrivals arrivals;
    char *output;

    (void)state;
    ob_write_file(ob_file_path(L"in.txt"), "\xEF\xBB\xBF" INPUT, strlen(INPUT) + 3);
    ob_write_file(ob_file_path(L"bad.txt"), "\xFF\xFE", 2);
    assert_int_equal(ob_run(L"cmd /c obctl send --to a@example.com --subject input --body - --wait < in.txt",
                         2 * OB_LONG_MS, &output),
        0);
    free(output);
    ob_read_mails(&arrivals);
    ob_assert_text(ob_mail_with(&arrivals, L"input")->body, L"Gr\u00fc\u00dfe aus der R\u00f6hre\nzweite Zeile");
    ob_free_mails(&arrivals);
    assert_int_equal(ob_run(L"cmd /c obctl send --to a@example.com --body - < bad.txt", OB_LONG_MS, &output), 3);
    expect_words(output, "Standard input cannot be read as UTF-8 text.");
    /* A relative path is the console's, not the broker's. */
    ob_write_file(ob_file_path(L"near.txt"), "near", 4);
    expect_words(obctl(0, L"send --to a@example.com --subject near --attach near.txt --wait"), "sent");
}

static void the_same_key_is_the_same_job(void **state)
{
    WCHAR first[ID_SIZE], second[ID_SIZE];

    (void)state;
    take_id(obctl(0, L"send --to a@example.com --subject keyed --key k --wait"), first);
    take_id(obctl(0, L"send --to a@example.com --subject keyed --key k"), second);
    ob_assert_text(second, first);
    expect_words(obctl(2, L"send --to a@example.com --subject other --key k"), "0x8004B013 (OB_E_KEY_REUSED)");
}

static void what_is_not_accepted_is_told(void **state)
{
    WCHAR *text;
    char *values;

    (void)state;
    ob_expected(L"no_recipient", &text);
    expect_words(obctl(2, L"send --subject x"), ob_utf8(text));
    free(text);
    expect_words(obctl(2, L"send --to a@example.com --attach Z:\\nowhere.txt"), "0x8004B011 (OB_E_ATTACHMENT)");
    values = ob_json_values(obctl(2, L"send --json --subject x"));
    ob_expect_json(values, "ErrorName=\"OB_E_NO_RECIPIENT\"");
    free(values);
}

static void usage_errors_name_what_is_wrong(void **state)
{
    static const struct
    {
        const WCHAR *arguments;
        const char *words;
    } cases[] = {
        {L"send --frob", "\"--frob\" is not understood. Next: obctl send /? shows what it takes."},
        {L"send more", "\"more\" is not understood."},
        {L"send --to", "--to needs ADDRESSES."},
        {L"send /to", "--to needs ADDRESSES."},
        {L"send --to a --to b", "--to is given more often than it can be."},
        {L"send --receipt=yes", "\"--receipt=yes\" is not understood."},
        {L"send --importance urgent", "--importance cannot be \"urgent\": one of low|normal|high."},
        {L"send --wait=601", "--wait cannot be \"601\": a whole number from 0 to 600."},
        {L"send --wait=-1", "--wait cannot be \"-1\": a whole number from 0 to 600."},
        {L"send --wait=1e2", "--wait cannot be \"1e2\""},
        {L"send --to a@example.com --at tomorrow", "\"tomorrow\" is no time."},
        {L"send --to a@example.com --at \"2026-13-01 08:00\"", "is no time."},
        {L"send --to a@example.com --at \"2026-02-30 08:00\"", "is no time."},
        {L"send --to a@example.com --body - --html -", "--body and --html cannot both be read"},
        {L"jobs --state lost", "--state cannot be \"lost\": one of queued|"},
        {L"jobs --max 0", "--max cannot be \"0\""},
        {L"retry", "retry needs ID."},
        {L"cancel", "cancel needs ID."},
        {L"watch --every 0", "--every cannot be \"0\""},
        {L"doctor --account", "--account needs NAME."},
        {L"selftest", "Next: name your own address: obctl selftest --to ADDRESS."},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
        expect_words(obctl(3, L"%ls", cases[i].arguments), cases[i].words);
}

static void every_command_has_its_help(void **state)
{
    static const WCHAR *const commands[] = {
        L"status", L"doctor", L"send", L"jobs", L"job", L"retry", L"cancel", L"watch", L"selftest"};
    char *all = obctl(0, L"/?"), words[64];

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(commands); i++)
    {
        snprintf(words, sizeof(words), "\n  %s ", ob_utf8(commands[i]));
        ob_require(strstr(all, words) != NULL, "%s is not in:\n%s", words, all);
        snprintf(words, sizeof(words), "usage: obctl %s", ob_utf8(commands[i]));
        expect_words(obctl(0, L"%ls /?", commands[i]), words);
    }
    free(all);
}

/* --- jobs, retry, cancel */

static void jobs_are_listed_and_can_be_taken_back_and_retried(void **state)
{
    WCHAR id[ID_SIZE], bad[ID_SIZE];
    char *output, *values, line[128];

    (void)state;
    take_id(obctl(0, L"send --to a@example.com --subject held --at \"2090-01-01 08:00\""), id);
    take_id(obctl(1, L"send --to nobody --subject bad --wait"), bad);
    output = obctl(0, L"jobs --max 2");
    assert_true(strstr(output, ob_utf8(bad)) < strstr(output, ob_utf8(id))); /* newest first */
    expect_words(output, "does not recognize one or more names");
    output = obctl(0, L"jobs --state queued");
    assert_null(strstr(output, ob_utf8(bad)));
    expect_words(output, "  queued     ");
    values = ob_json_values(obctl(0, L"jobs --state failed --json"));
    snprintf(line, sizeof(line), "0.Id=\"%s\"", ob_utf8(bad));
    ob_expect_json(values, line);
    ob_expect_json(values, "0.LastError=\"0x8004B010\"");
    ob_expect_json(values, "0.Attempts=1");
    free(values);
    values = ob_json_values(obctl(0, L"jobs --state unknown --json"));
    ob_assert_text(values[0] == '\n' && !strcmp(values, "\nvalid\n") ? L"empty" : L"not empty", L"empty");
    free(values);
    expect_words(obctl(0, L"jobs --state unknown"), "no such job on record\n");

    expect_words(obctl(0, L"cancel %ls", id), "\nState             cancelled\n");
    expect_words(obctl(1, L"cancel %ls", id), "0x8004B01D (OB_E_WRONG_STATE)");
    expect_words(obctl(1, L"retry %ls", id), "0x8004B01D (OB_E_WRONG_STATE)");
    expect_words(obctl(1, L"job %ls", id), "cancelled");
    expect_words(obctl(0, L"retry %ls", bad), "\nState             ");
    expect_words(obctl(1, L"cancel {01234567-89AB-CDEF-0123-456789ABCDEF}"), "0x8004B015 (OB_E_NO_SUCH_JOB)");
    values = ob_json_values(obctl(1, L"retry --json {no}"));
    ob_expect_json(values, "ErrorName=\"OB_E_NO_SUCH_JOB\"");
    free(values);
}

/* --- watch */

/* Waits until the file that a command writes holds the words. */
static void wait_for_words(const WCHAR *leaf, const char *words)
{
    char *text = NULL;

    for (unsigned i = 0; i < OB_LONG_MS / 50; i++)
    {
        text = ob_read_file(ob_file_path(leaf), NULL);
        if (text && strstr(text, words)) break;
        free(text);
        text = NULL;
        Sleep(50);
    }
    ob_require(text != NULL, "\"%s\" does not come into %s", words, ob_utf8(leaf));
    free(text);
}

static void changes_are_told_until_all_is_done(void **state)
{
    HANDLE process;
    char *output;

    (void)state;
    ob_control("hold = Application.CreateItem before\n");
    take_id(obctl(1, L"send --to a@example.com --subject watched --wait=0"), (WCHAR[ID_SIZE]){0});
    ob_wait_held();
    process = ob_start(L"cmd /c obctl watch --every 1 --until-idle > watched.txt");
    wait_for_words(L"watched.txt", "  queued  watched\n");
    ob_control("");
    assert_int_equal(ob_wait_exit(process, OB_LONG_MS), 0);
    output = ob_read_file(ob_file_path(L"watched.txt"), NULL);
    ob_require(strstr(output, " -> sent  watched\n") != NULL, "the end is not told:\n%s", output);
    free(output);
}

static void a_watch_is_json_line_by_line(void **state)
{
    char *output = obctl(0, L"watch --json --count 1"), *end = strchr(output, '\n');

    (void)state;
    assert_non_null(end);
    end[1] = 0;
    output = ob_json_values(output);
    ob_expect_json(output, "Job=null");
    ob_expect_json(output, "From=null");
    ob_expect_json(output, "To=\"ready\"");
    free(output);
}

/* Starts obctl watch; *reader is what it writes to. */
static HANDLE start_watch(WCHAR *command, HANDLE *reader)
{
    SECURITY_ATTRIBUTES inherited = {sizeof(inherited), NULL, TRUE};
    STARTUPINFOW start = {.cb = sizeof(start), .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    HANDLE writer;

    assert_true(CreatePipe(reader, &writer, &inherited, 0));
    SetHandleInformation(*reader, HANDLE_FLAG_INHERIT, 0);
    start.hStdOutput = start.hStdError = writer;
    assert_true(CreateProcessW(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process));
    CloseHandle(writer);
    CloseHandle(process.hThread);
    return process.hProcess;
}

/* Reads on until the words are there; the watch ends in any case, by its count. */
static void read_until(HANDLE reader, const char *words)
{
    char text[8192] = "";
    DWORD got, length = 0;

    while (!strstr(text, words) && length < sizeof(text) - 1 &&
           ReadFile(reader, text + length, (DWORD)sizeof(text) - 1 - length, &got, NULL))
        text[length += got] = 0;
    ob_require(strstr(text, words) != NULL, "\"%s\" is not told:\n%s", words, text);
}

/* Its reader goes away: the first line that cannot be written ends it. */
static void a_watch_ends_when_its_output_is_closed(void **state)
{
    HANDLE reader, process = start_watch((WCHAR[]){L"obctl watch --every 1 --count 600"}, &reader);

    (void)state;
    read_until(reader, "  broker  ");
    CloseHandle(reader);
    free(obctl(0, L"send --to a@example.com --subject unheard --wait"));
    assert_int_equal(ob_wait_exit(process, OB_LONG_MS), 0);
}

static void a_broker_that_ends_is_told_and_not_started_again(void **state)
{
    HANDLE reader, process = start_watch((WCHAR[]){L"obctl watch --every 1 --count 10"}, &reader);
    char *said;

    (void)state;
    read_until(reader, "  broker  ");
    assert_int_equal(ob_run_broker(L"/Stop", &said), 0);
    free(said);
    read_until(reader, " -> ended  the broker does not run; whoever calls it next starts it");
    assert_int_equal(ob_wait_exit(process, OB_LONG_MS), 0);
    CloseHandle(reader);
    assert_int_equal(ob_processes(OB_BROKER_IMAGE), 0);
}

/* --- selftest */

static void a_selftest_sends_and_tells_what_it_used(void **state)
{
    unsigned before = ob_count_delivered();
    char *values;

    (void)state;
    values = ob_json_values(obctl(0, L"selftest --to me@example.com --json"));
    ob_expect_json(values, "StateName=\"sent\"");
    ob_expect_json(values, "ToFrom=\"given\"");
    ob_expect_json(values, "ObctlVersion=\"0.1.0\"");
    ob_expect_json(values, "Version=\"0.1.0\"");
    ob_expect_json(values, "Profile=\"Outlook\"");
    ob_expect_json(values, "WindowsSession=1");
    free(values);
    ob_wait_delivered(before + 1);
    expect_words(obctl(1, L"selftest --to nobody"), "\nState             failed\n");
}

static void a_selftest_that_waits_in_vain_says_so(void **state)
{
    (void)state;
    ob_control("hold = Application.CreateItem before\n");
    expect_words(obctl(1, L"selftest --to me@example.com --wait=1"), "\nState             ");
    ob_control("");
    expect_words(obctl(0, L"watch --until-idle --every 1"), "broker  ");
}

/* The commands' own folder is the one of the tests' files. */
static int begin(void **state)
{
    int result = ob_begin(state);

    return result || !SetCurrentDirectoryW(ob_file_path(L""));
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_is_sent_with_all_that_was_said),
        cmocka_unit_test(the_text_is_read_from_standard_input),
        cmocka_unit_test(the_same_key_is_the_same_job),
        cmocka_unit_test(what_is_not_accepted_is_told),
        cmocka_unit_test(usage_errors_name_what_is_wrong),
        cmocka_unit_test(every_command_has_its_help),
        cmocka_unit_test_teardown(changes_are_told_until_all_is_done, let_go),
        cmocka_unit_test(a_watch_is_json_line_by_line),
        cmocka_unit_test(a_watch_ends_when_its_output_is_closed),
        cmocka_unit_test(a_broker_that_ends_is_told_and_not_started_again),
        cmocka_unit_test(jobs_are_listed_and_can_be_taken_back_and_retried),
        cmocka_unit_test(a_selftest_sends_and_tells_what_it_used),
        cmocka_unit_test_teardown(a_selftest_that_waits_in_vain_says_so, let_go),
    };

    return cmocka_run_group_tests(tests, begin, ob_end);
}
