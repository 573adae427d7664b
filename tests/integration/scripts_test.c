/* scripts_test.c - one script over the whole interface, in VBScript and in JScript: both write the same lines. */
#include "one_session.h"
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <wchar.h>

#define NO_DATES ": no dates here"

/* An uncaught error would end cscript silently with 0: a script ends with its last line and exit code 7. */
static char *run_script(const WCHAR *script, const WCHAR *name)
{
    WCHAR command[1024];
    char *output;
    DWORD code;

    swprintf(command, ARRAYSIZE(command), L"cscript //nologo \"%ls\" \"%ls\" %ls", ob_source_path(script),
        ob_write_file(ob_file_path(L"logo.png"), "script", 6), name);
    code = ob_run(command, OB_LONG_MS, &output);
    ob_require(code == 7 && strstr(output, "the end"), "%s ended with %lu:\n%s", ob_utf8(script), code, output);
    return output;
}

/* The next line, without its end; NULL after the last. */
static char *next_line(char **text)
{
    char *line = *text;
    size_t length = strcspn(line, "\r\n");

    if (!*line) return NULL;
    *text += length + strspn(line + length, "\r\n");
    line[length] = 0;
    return line;
}

static void the_whole_interface_answers_alike_in_vbscript_and_jscript(void **state)
{
    char *vbscript = run_script(L"tests\\integration\\scripts\\whole_api.vbs", L"vbs"), *a = vbscript, *one;
    char *jscript = run_script(L"tests\\integration\\scripts\\whole_api.js", L"js"), *b = jscript, *other;
    unsigned lines = 0;

    (void)state;
    while ((one = next_line(&a)))
    {
        other = next_line(&b);
        ob_require(other != NULL, "VBScript: %s; JScript has no more lines", one);
        if (strstr(other, NO_DATES))
            ob_require(!strncmp(one, other, strcspn(other, ":") + 1), "VBScript: %s; JScript: %s", one, other);
        else
            ob_require(!strcmp(one, other), "VBScript: %s; JScript: %s", one, other);
        lines++;
    }
    assert_null(next_line(&b));
    assert_in_range(lines, 50, 100);
    free(vbscript);
    free(jscript);
}

/* What the lines say: nothing of the kind "wrong in both alike". */
static void no_line_says_no_and_every_error_is_one(void **state)
{
    static const char *const expected[] = {"\nProfile: Outlook\r", "\nExpiryTime: 2040-5-17 13:30\r", "\nWait: 3\r",
        "\nthe same job: 1\r", "\nHistory: 3 3 sent\r", "\ndeferred: queued\r", "\nNextAttemptAt: 2040-5-17\r",
        "\nafter Cancel: cancelled 5\r", "\nJobs.Count: 1\r", "\nJobs by default: 1\r",
        "\nCancel: 8004B01D The job is cancelled, so it cannot be cancelled.\r",
        "\nRetry: 8004B01D The job is cancelled, so it cannot be tried again.\r",
        "\nImportance: 80070057 Importance cannot be 3.\r",
        "\nAttach: 8004B011 The attachment \"relative.txt\" was not taken: it is a relative path.\r"};
    char *output = run_script(L"tests\\integration\\scripts\\whole_api.vbs", L"again");

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(expected); i++)
        ob_require(strstr(output, expected[i]) != NULL, "there is no line%s:\n%s", expected[i], output);
    ob_require(!strstr(output, ": no\r"), "%s", output);
    free(output);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_interface_answers_alike_in_vbscript_and_jscript),
        cmocka_unit_test(no_line_says_no_and_every_error_is_one),
    };

    return cmocka_run_group_tests(tests, ob_begin_session, ob_end_session);
}
