/* samples_test.c - the samples that users copy: README.md's own commands, and the same cases run by send_mail.vbs,
 * send_mail.js and send_mail.exe, which have to say the same. (For the page in ASP see asp_test.c.)
 * samples_test.sh has compiled the one in C before. This process is no client of the broker itself. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define COMMAND_SIZE 2048

/* --- running them */

/* Takes the text "from" out of text wherever it stands, and puts "to" there, which is no longer. */
static void replace(char *text, const char *from, const char *to)
{
    size_t from_length = strlen(from), to_length = strlen(to);

    while ((text = strstr(text, from)) != NULL)
    {
        memmove(text + to_length, text + from_length, strlen(text + from_length) + 1);
        memcpy(text, to, to_length);
        text += to_length;
    }
}

/* Job ids differ from run to run. */
static void mask_ids(char *text)
{
    const size_t id_length = 38;

    while ((text = strstr(text, "job {")) != NULL)
    {
        text += 4;
        if (strlen(text) >= id_length) memmove(text, text + id_length, strlen(text + id_length) + 1);
    }
}

/* The output, which the caller frees. */
static char *run(const WCHAR *command, DWORD *code)
{
    char *output;

    *code = ob_run(command, 2 * OB_LONG_MS, &output);
    replace(output, "\r\n", "\n");
    return output;
}

static const WCHAR *const programs[] = {
    L"cscript //nologo \"%ls\\vbscript\\send_mail.vbs\" %ls",
    L"cscript //nologo \"%ls\\jscript\\send_mail.js\" %ls",
    L"\"%ls\\..\\build\\send_mail.exe\" %ls",
};
#define PROGRAM_COUNT ARRAYSIZE(programs)
#define PROGRAM_IN_C 2

static char *run_program(unsigned program, const WCHAR *arguments, DWORD *code)
{
    WCHAR command[COMMAND_SIZE];
    char *output;

    _snwprintf(command, COMMAND_SIZE - 1, programs[program], ob_source_path(L"client_sample"), arguments);
    command[COMMAND_SIZE - 1] = 0;
    output = run(command, code);
    replace(output, "cscript //nologo send_mail.vbs", "send_mail");
    replace(output, "cscript //nologo send_mail.js", "send_mail");
    return output;
}

/* --- the same in three languages */

/* How far the one in C says the same. */
enum sameness
{
    all_the_same,
    same_to_the_code, /* Wine loses the text of an error on the way to early bound clients */
    same_exit_code    /* 429 is the scripts' own number */
};

struct example
{
    const WCHAR *arguments;
    DWORD code;
    enum sameness sameness;
    const char *words; /* in the output of the scripts */
};

/* The part of an output that has to be that of the script; cut off in place. */
static void cut(char *output, enum sameness sameness)
{
    char *end = sameness == same_exit_code ? output : strchr(output, ')');

    if (sameness != all_the_same && end) end[sameness == same_to_the_code] = 0;
}

static void expect_same(const struct example *example)
{
    char *outputs[PROGRAM_COUNT];
    DWORD code;

    for (unsigned i = 0; i < PROGRAM_COUNT; i++)
    {
        outputs[i] = run_program(i, example->arguments, &code);
        mask_ids(outputs[i]);
        ob_require(code == example->code, "%s: program %u ended with %lu, not %lu:\n%s", ob_utf8(example->arguments), i,
            code, example->code, outputs[i]);
    }
    ob_require(strstr(outputs[0], example->words) != NULL, "%s: \"%s\" is not in:\n%s", ob_utf8(example->arguments),
        example->words, outputs[0]);
    for (unsigned i = 1; i < PROGRAM_COUNT; i++)
    {
        if (i == PROGRAM_IN_C)
        {
            cut(outputs[0], example->sameness);
            cut(outputs[i], example->sameness);
        }
        ob_require(!strcmp(outputs[0], outputs[i]), "%s: program %u says:\n%s\nand not:\n%s",
            ob_utf8(example->arguments), i, outputs[i], outputs[0]);
    }
    for (unsigned i = 0; i < PROGRAM_COUNT; i++)
        free(outputs[i]);
}

static void expect_all_same(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_same(&examples[i]);
}

static void all_languages_take_the_same_arguments(void **state)
{
    static const struct example examples[] = {
        {L"", 2, all_the_same, "usage: send_mail "},
        {L"/to:a@example.com /subject/body:x", 2, all_the_same, "Not understood: /subject/body:x\n"},
        {L"/to:a@example.com /o:x /:x body:x /body", 2, all_the_same,
            "Not understood: /o:x\nNot understood: /:x\nNot understood: body:x\nNot understood: /body\n"},
        {L"/to:a@example.com /hasOwnProperty:x", 2, all_the_same, "Not understood: /hasOwnProperty:x\n"},
        {L"/to:a@example.com /wait:-5", 2, all_the_same, "Not 0 to 600 seconds: /wait:-5\n"},
        {L"/to:a@example.com /wait:601", 2, all_the_same, "Not 0 to 600 seconds: /wait:601\n"},
        {L"/to:a@example.com /wait:0601", 2, all_the_same, "Not 0 to 600 seconds: /wait:0601\n"},
        {L"/to:a@example.com /wait:1e2", 2, all_the_same, "Not 0 to 600 seconds: /wait:1e2\n"},
    };

    (void)state;
    expect_all_same(examples, ARRAYSIZE(examples));
    assert_int_equal(ob_count_delivered(), 0);
}

static void all_languages_send_and_tell_the_same(void **state)
{
    static const struct example examples[] = {
        {L"/TO:a@example.com;b@example.com \"/subject:Pr\u00fcfung \u0141\u00f3d\u017a \U0001F384\" /body:a/b:c "
         L"/cc:c@example.com /bcc:d@example.com /wait:60",
            0, all_the_same, "accepted: job \nstate: sent\n"},
        {L"/to:a@example.com /html:<b>x</b> /attach:C:\\Reports\\June.pdf|C:\\Reports\\June.pdf /wait:060", 0,
            all_the_same, "accepted: job \nstate: sent\n"},
        {L"/to:a@example.com /subject:unwaited /wait:", 0, all_the_same, "accepted: job "},
        {L"/to:nobody /wait:60", 1, all_the_same, "state: failed\nOutlook does not recognize one or more names"},
    };
    struct ob_arrivals arrivals;

    (void)state;
    expect_all_same(examples, ARRAYSIZE(examples));
    ob_wait_delivered(3 * PROGRAM_COUNT);
    ob_read_mails(&arrivals);
    assert_int_equal(ob_count_with(&arrivals, L"Pr\u00fcfung \u0141\u00f3d\u017a \U0001F384"), PROGRAM_COUNT);
    for (unsigned i = 0; i < arrivals.count; i++)
    {
        const struct ob_arrived *mail = &arrivals.mails[i];

        assert_null(mail->defect);
        if (!wcscmp(mail->html, L"<b>x</b>")) assert_int_equal(mail->attachment_count, 2);
        if (!wcscmp(mail->body, L"a/b:c")) ob_assert_text(mail->bcc, L"d@example.com");
    }
    ob_free_mails(&arrivals);
}

static void all_languages_tell_refusals_the_same(void **state)
{
    static const struct example examples[] = {
        {L"/subject:x", 1, same_to_the_code, "The mail was not accepted. (0x8004B00F) The mail has no recipient."},
        {L"/to:<a /wait:60", 1, same_to_the_code, "The mail was not accepted. (0x8004B010) "},
        {L"/to:a@example.com /attach:C:\\no\\such.txt", 1, same_to_the_code,
            "The mail was not accepted. (0x8004B011) "},
        {L"/to:a@example.com /attach:such.txt", 1, same_to_the_code, "it is a relative path"},
    };

    (void)state;
    expect_all_same(examples, ARRAYSIZE(examples));
}

/* The next program in another language finds the job that the first made. */
static void a_key_is_one_mail_in_all_languages(void **state)
{
    static const struct example reused = {L"/to:a@example.com /subject:other /key:shared", 1, same_to_the_code,
        "The mail was not accepted. (0x8004B013) "};
    char *first = NULL;
    struct ob_arrivals arrivals;
    DWORD code;

    (void)state;
    for (unsigned i = 0; i < PROGRAM_COUNT; i++)
    {
        char *output = run_program(i, L"/to:a@example.com /subject:shared /key:shared /wait:60", &code);

        assert_int_equal(code, 0);
        if (first) ob_require(!strcmp(first, output), "program %u says:\n%s\nand not:\n%s", i, output, first);
        free(first);
        first = output;
    }
    ob_require(strstr(first, "accepted: job {") != NULL, "%s", first);
    free(first);
    ob_read_mails(&arrivals);
    ob_mail_with(&arrivals, L"shared");
    ob_free_mails(&arrivals);
    expect_same(&reused);
}

/* Outlook is held while it makes a mail. */
static void all_languages_tell_a_mail_that_waits_the_same(void **state)
{
    static const struct example behind = {
        L"/to:a@example.com /subject:behind /wait:1", 4, all_the_same, "accepted: job \nstate: queued\n"};
    unsigned delivered = ob_count_delivered();
    DWORD code;

    (void)state;
    ob_control("hold = Application.CreateItem before\n");
    free(run_program(0, L"/to:a@example.com /subject:held", &code));
    assert_int_equal(code, 0);
    ob_wait_held();
    expect_same(&behind);
    ob_control("");
    ob_wait_delivered(delivered + 1 + PROGRAM_COUNT);
}

static int let_go(void **state)
{
    (void)state;
    ob_control("");
    return 0;
}

/* The second broker of a user refuses; here it is the damaged outbox that lets it refuse. */
static void all_languages_tell_a_broker_that_refuses_the_same(void **state)
{
    static const struct example refused = {
        L"/to:a@example.com", 1, same_to_the_code, "The mail was not accepted. (0x8004B018) "};

    (void)state;
    ob_stop_broker();
    ob_damage_outbox();
    expect_same(&refused);
    ob_stop_broker();
    assert_true(MoveFileW(ob_data_path(L"outbox.db"), ob_data_path(L"damaged.kept")));
}

static void all_languages_tell_that_there_is_no_broker(void **state)
{
    static const struct example unreached = {L"/to:a@example.com", 3, same_exit_code,
        "The broker could not be reached (error 429). The broker is not registered on this machine"};
    WCHAR program[MAX_PATH], command[MAX_PATH + 20];
    char *output;
    DWORD code;

    (void)state;
    wcscpy(program, ob_broker_program());
    assert_int_equal(ob_run_broker(L"/UnregServer", &output), 0);
    free(output);
    expect_same(&unreached);
    output = run_program(PROGRAM_IN_C, unreached.arguments, &code);
    ob_require(strstr(output, "could not be reached (0x80040154). The broker is not registered") != NULL, "%s", output);
    free(output);
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" /RegServer", program);
    free(run(command, &code));
    assert_int_equal(code, 0);
}

/* --- README.md */

/* What a line of README.md's section on programs has to answer; the first row whose beginning fits. */
static const struct
{
    const char *begin;
    const char *words; /* NULL: not run here */
    bool sends;
} readme_commands[] = {
    {"cscript ", "\nstate: sent\n", true}, {"build\\send_mail.exe ", "\nstate: sent\n", true},
    {"build\\tests\\asp-host.exe client_sample\\asp\\send_mail.asp POST ", "<dt>State</dt><dd>sent ", true},
    {"build\\tests\\asp-host.exe ", "<form method=\"post\"", false},
    {"x86_64-w64-mingw32-gcc ", NULL, false}, /* samples_test.sh */
    {"obctl register ", NULL, false},         /* asks for an account of IIS */
};

/* Runs a line as it stands; whether it sends a mail. */
static bool run_readme_command(const char *line)
{
    unsigned row = 0;
    WCHAR command[COMMAND_SIZE];
    char *output;
    DWORD code;

    while (row < ARRAYSIZE(readme_commands) &&
           strncmp(line, readme_commands[row].begin, strlen(readme_commands[row].begin)))
        row++;
    ob_require(row < ARRAYSIZE(readme_commands), "README.md has a command that no test knows: %s", line);
    if (!readme_commands[row].words) return false;
    MultiByteToWideChar(CP_UTF8, 0, line, -1, command, COMMAND_SIZE);
    output = run(command, &code);
    ob_require(code == 0, "%s ended with %lu:\n%s", line, code, output);
    ob_require(strstr(output, readme_commands[row].words) != NULL, "%s says:\n%s", line, output);
    free(output);
    return readme_commands[row].sends;
}

/* Runs the script that begins at text and returns what stands behind it. */
static char *run_readme_script(char *text)
{
    static const char fence[] = "\n```\n";
    char *end = strstr(text, fence), *output;
    WCHAR command[COMMAND_SIZE];
    DWORD code;

    assert_non_null(end);
    ob_write_file(ob_file_path(L"readme.vbs"), text, (size_t)(end - text));
    swprintf(command, ARRAYSIZE(command), L"cscript //nologo \"%ls\"", ob_file_path(L"readme.vbs"));
    output = run(command, &code);
    ob_require(strstr(output, "}\nsent\n") != NULL, "the script of README.md says:\n%s", output);
    free(output);
    return end + strlen(fence);
}

static void what_the_readme_says_works(void **state)
{
    static const char fence[] = "```vbscript\n";
    unsigned sent = 0, scripts = 0;
    struct ob_arrivals arrivals;
    char *readme = ob_read_file(ob_source_path(L"README.md"), NULL), *at, *end;

    (void)state;
    assert_non_null(readme);
    replace(readme, "\r\n", "\n");
    at = strstr(readme, "\n## Use it from a program\n");
    assert_non_null(at);
    end = strstr(++at, "\n## ");
    assert_non_null(end);
    *end = 0;
    while (at && *at)
    {
        char *next = strchr(at, '\n');

        if (!strncmp(at, fence, strlen(fence)))
        {
            next = run_readme_script(at + strlen(fence));
            scripts++;
        }
        else if (next)
            *next++ = 0;
        if (!strncmp(at, "    ", 4)) sent += run_readme_command(at + 4);
        at = next;
    }
    free(readme);
    assert_int_equal(scripts, 1);
    assert_int_equal(sent, 4);
    ob_read_mails(&arrivals);
    assert_int_equal(ob_count_with(&arrivals, L"Test"), sent);
    assert_int_equal(ob_mail_with(&arrivals, L"Order 4711")->attachment_count, 1);
    ob_free_mails(&arrivals);
}

static int begin(void **state)
{
    int result = ob_begin(state);

    GetDesktopWindow(); /* has Wine start the desktop's process now: a child's would keep the child's output open */
    CreateDirectoryW(L"C:\\Reports", NULL);
    ob_write_file(L"C:\\Reports\\June.pdf", "June", 4);
    return result;
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_languages_take_the_same_arguments),
        cmocka_unit_test(all_languages_send_and_tell_the_same),
        cmocka_unit_test(all_languages_tell_refusals_the_same),
        cmocka_unit_test(a_key_is_one_mail_in_all_languages),
        cmocka_unit_test(what_the_readme_says_works),
        cmocka_unit_test_teardown(all_languages_tell_a_mail_that_waits_the_same, let_go),
        cmocka_unit_test(all_languages_tell_a_broker_that_refuses_the_same),
        cmocka_unit_test(all_languages_tell_that_there_is_no_broker),
    };

    return cmocka_run_group_tests(tests, begin, ob_end);
}
