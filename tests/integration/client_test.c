/* client_test.c - the programs that people use, send_mail.vbs and obctl, by their exit codes and words: as README.md
 * tells them, with a broker that works, one that refuses, and none. This process is no client of the broker itself. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define COMMAND_SIZE 2048
#define ID_SIZE 40

/* Letters of several kinds, one beyond the BMP, and what has a meaning in JSON. */
#define SUBJECT L"Pr\u00fcfbericht \u0141\u00f3d\u017a \U0001F384 C:\\new 'x'"
#define SUBJECT_JSON "Subject=\"Pr\\u00fcfbericht \\u0141\\u00f3d\\u017a \\ud83c\\udf84 C:\\\\new 'x'\""

/* --- running them */

/* cscript writes them, obctl does not. */
static void remove_returns(char *text)
{
    char *to = text;

    for (; *text; text++)
        if (*text != '\r') *to++ = *text;
    *to = 0;
}

/* Runs what is printed into a command line and fails unless it ends with code; the caller frees the output. */
static char *run(DWORD code, const WCHAR *format, ...)
{
    WCHAR command[COMMAND_SIZE];
    char *output;
    DWORD got;
    va_list args;

    va_start(args, format);
    _vsnwprintf(command, COMMAND_SIZE - 1, format, args);
    va_end(args);
    command[COMMAND_SIZE - 1] = 0;
    got = ob_run(command, 2 * OB_LONG_MS, &output);
    remove_returns(output);
    ob_require(got == code, "%s ended with %lu, not %lu:\n%s", ob_utf8(command), got, code, output);
    return output;
}

static char *send_mail(DWORD code, const WCHAR *arguments)
{
    return run(
        code, L"cscript //nologo \"%ls\" %ls", ob_source_path(L"client_sample\\vbscript\\send_mail.vbs"), arguments);
}

static char *obctl(DWORD code, const WCHAR *arguments)
{
    return run(code, L"obctl %ls", arguments);
}

/* Frees the output. */
static void expect_words(char *output, const char *words)
{
    ob_require(strstr(output, words) != NULL, "\"%s\" is not in:\n%s", words, output);
    free(output);
}

static void expect_wide_words(char *output, const WCHAR *words)
{
    expect_words(output, ob_utf8(words));
}

/* The id in the output of send_mail, which has to begin with it. */
static void take_id(const char *output, WCHAR id[ID_SIZE])
{
    static const char said[] = "accepted: job {";
    size_t length = 0;

    ob_require(!strncmp(output, said, sizeof(said) - 1), "no job was accepted:\n%s", output);
    for (const char *at = output + sizeof(said) - 2; length < ID_SIZE - 1 && *at > ' '; at++)
        id[length++] = (WCHAR)*at;
    id[length] = 0;
}

/* Sends, with code as the exit code; words have to be in the output. */
static void send_job(DWORD code, const WCHAR *arguments, const char *words, WCHAR id[ID_SIZE])
{
    char *output = send_mail(code, arguments);

    take_id(output, id);
    expect_words(output, words);
}

/* --- JSON, as Python reads it (see read_json.py) */

/* The text is one object that tells an error. */
static void expect_json_error(char *text, const char *error, const char *words)
{
    char *values = ob_json_values(text);

    ob_expect_json(values, error);
    expect_words(values, words);
}

/* --- a broker that works */

static void a_mail_is_accepted_and_sent(void **state)
{
    struct ob_arrivals arrivals;
    WCHAR id[ID_SIZE];
    char *output;

    (void)state;
    expect_words(obctl(0, L"status"), "\nAttention         -\n");
    send_job(0, L"/TO:a@example.com \"/subject:" SUBJECT L"\" /body:a/b:c /key:client /wait:60", "\nstate: sent\n", id);
    output = run(0, L"obctl job %ls", id);
    assert_non_null(strstr(output, ob_utf8(SUBJECT)));
    for (const char *const *name = (const char *const[]){"queued", "sending", "submitted", "sent", NULL}; *name; name++)
    {
        const char *history = strstr(output, "History\n");

        ob_require(history && strstr(history, *name), "the history lacks %s:\n%s", *name, output);
    }
    free(output);
    expect_words(obctl(0, L"status"), "\nSent              1\n");
    ob_read_mails(&arrivals);
    ob_assert_text(ob_mail_with(&arrivals, SUBJECT)->body, L"a/b:c");
    ob_free_mails(&arrivals);
}

static void json_is_what_a_program_can_read(void **state)
{
    WCHAR id[ID_SIZE];
    char *values;

    (void)state;
    /* The key leads to the job that was sent before. */
    send_job(0, L"/to:a@example.com \"/subject:" SUBJECT L"\" /body:a/b:c /key:client", "accepted", id);
    values = ob_json_values(run(0, L"obctl --json job %ls", id));
    ob_expect_json(values, SUBJECT_JSON);
    ob_expect_json(values, "State=3");
    ob_expect_json(values, "NextAttemptAt=null");
    ob_expect_json(values, "History.0.StateName=\"queued\"");
    ob_expect_json(values, "History.3.StateName=\"sent\"");
    free(values);
    values = ob_json_values(obctl(0, L"status --json"));
    ob_expect_json(values, "Sent=1");
    ob_expect_json(values, "Attention=\"\"");
    free(values);
}

/* Outlook is held while it makes the first mail; the second waits behind it. */
static void a_mail_that_waits_is_told_as_such(void **state)
{
    const unsigned delivered = ob_count_delivered();
    WCHAR id[ID_SIZE];

    (void)state;
    ob_control("hold = Application.CreateItem before\n");
    send_job(4, L"/to:a@example.com /subject:held /key:held /wait:1", "\nstate: queued\n", id);
    send_job(4, L"/to:a@example.com /subject:behind /key:behind /wait:0", "\nstate: queued\n", id);
    expect_words(run(0, L"obctl job %ls", id), "queued");
    expect_words(obctl(1, L"status"), "On record: 2 queued.\n");
    ob_control("");
    /* Not sent again: the keys lead to the jobs. */
    send_job(0, L"/to:a@example.com /subject:held /key:held /wait:60", "\nstate: sent\n", id);
    send_job(0, L"/to:a@example.com /subject:behind /key:behind /wait:60", "\nstate: sent\n", id);
    assert_int_equal(ob_count_delivered(), delivered + 2);
}

static int let_go(void **state)
{
    (void)state;
    ob_control("");
    return 0;
}

static void a_mail_that_fails_is_told_as_such(void **state)
{
    static const char told[] = "does not recognize one or more names";
    WCHAR id[ID_SIZE], *text;
    char *output;

    (void)state;
    ob_expected(L"no_recipient", &text);
    expect_wide_words(send_mail(1, L"/subject:x"), text);
    free(text);
    send_job(1, L"/to:nobody /wait:60", told, id);
    output = run(1, L"obctl job %ls", id);
    expect_words(output, told);
    expect_words(obctl(1, L"status"), "On record: 1 failed. ");
    expect_words(ob_json_values(obctl(1, L"--json status")), "\nAttention=\"On record: 1 failed. ");
}

/* --- usage */

static void usage_errors_name_what_is_wrong(void **state)
{
    static const struct
    {
        const WCHAR *arguments;
        const char *words;
    } scripts[] =
        {
            {L"", "usage: "},
            {L"/to:a@example.com /subject/body:x", "Not understood: /subject/body:x\n"},
            {L"/to:a@example.com /o:x", "Not understood: /o:x\n"},
            {L"/to:a@example.com /:x", "Not understood: /:x\n"},
            {L"/to:a@example.com body:x", "Not understood: body:x\n"},
            {L"/to:a@example.com /body", "Not understood: /body\n"},
            {L"/to:a@example.com /wait:-5", "Not 0 to 600 seconds: /wait:-5\n"},
            {L"/to:a@example.com /wait:601", "Not 0 to 600 seconds: /wait:601\n"},
            {L"/to:a@example.com /wait:1e2", "Not 0 to 600 seconds: /wait:1e2\n"},
        },
      programs[] = {
          {L"", "say what to do"},
          {L"job", "job needs ID"},
          {L"status more", "\"more\" is not understood"},
          {L"frob", "\"frob\" is not understood"},
          {L"status --frob", "\"--frob\" is not understood. Next: obctl status /? "},
      };

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(scripts); i++)
        expect_words(send_mail(2, scripts[i].arguments), scripts[i].words);
    for (unsigned i = 0; i < ARRAYSIZE(programs); i++)
        expect_words(obctl(3, programs[i].arguments), programs[i].words);
    expect_words(obctl(0, L"--help"), "usage: obctl");
}

static void errors_are_json_too(void **state)
{
    (void)state;
    expect_json_error(obctl(3, L"--json"), "Error=\"0x80070057\"", "say what to do");
    expect_json_error(
        obctl(3, L"status --json \"a\u00fc\x01\t\\b\""), "Error=\"0x80070057\"", "\\\"a\\u00fc\\u0001\\t\\\\b\\\"");
    expect_json_error(obctl(1, L"--json job {no}"), "Error=\"0x8004B015\"", "is not the id of a job. Checked: ");
}

/* --- a broker that refuses, and none */

static void a_broker_that_refuses_says_why(void **state)
{
    WCHAR *text;
    char *values;

    (void)state;
    ob_stop_broker();
    ob_damage_outbox();
    ob_expected(L"outbox_damaged", &text);
    expect_wide_words(send_mail(1, L"/to:a@example.com"), text);
    expect_wide_words(obctl(2, L"status"), text);
    expect_words(obctl(2, L"job {no}"), "0x8004B018 (OB_E_OUTBOX)");
    values = ob_json_values(obctl(2, L"status --json"));
    ob_expect_json(values, "State=7");
    ob_expect_json(values, "LastError=\"0x8004B018\"");
    free(values);
    free(text);
    ob_stop_broker();
    assert_true(MoveFileW(ob_data_path(L"outbox.db"), ob_data_path(L"damaged.kept")));
}

static void a_broker_that_is_not_registered_is_told_as_such(void **state)
{
    WCHAR program[MAX_PATH];

    (void)state;
    wcscpy(program, ob_broker_program());
    expect_words(run(0, L"\"%ls\" /UnregServer", program), "is unregistered");
    expect_words(send_mail(3, L"/to:a@example.com"), "Next: run obctl register");
    expect_words(obctl(2, L"status"), "The broker is not registered on this machine.");
    expect_json_error(obctl(2, L"status --json"), "Error=\"0x80040154\"", "run obctl register");
    expect_words(run(0, L"\"%ls\" /RegServer", program), "is registered");
    expect_words(send_mail(0, L"/to:a@example.com /wait:60"), "state: sent");
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_is_accepted_and_sent),
        cmocka_unit_test(json_is_what_a_program_can_read),
        cmocka_unit_test_teardown(a_mail_that_waits_is_told_as_such, let_go),
        cmocka_unit_test(usage_errors_name_what_is_wrong),
        cmocka_unit_test(errors_are_json_too),
        cmocka_unit_test(a_mail_that_fails_is_told_as_such),
        cmocka_unit_test(a_broker_that_refuses_says_why),
        cmocka_unit_test(a_broker_that_is_not_registered_is_told_as_such),
    };

    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}
