/* python.c - what Python makes of a file; see support.h. Under Wine it is a program of the Unix side: Wine starts it,
 * but gives neither a handle to wait for nor a pipe to read from, so it answers by a file. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define COMMAND_SIZE 3072

/* As the Unix side wants them: without the drive letter and with its own slashes. */
static void make_unix_paths(WCHAR *command, const WCHAR *script, const WCHAR *input, const WCHAR *output)
{
    swprintf(
        command, COMMAND_SIZE, L"Z:\\usr\\bin\\python3 \"%ls\" \"%ls\" \"%ls\"", script + 2, input + 2, output + 2);
    for (WCHAR *at = wcschr(command, L'"'); *at; at++)
        if (*at == L'\\') *at = L'/';
}

static void make_command(WCHAR *command, const WCHAR *script, const WCHAR *input, const WCHAR *output)
{
    WCHAR python[100];
    DWORD length = GetEnvironmentVariableW(L"OB_PYTHON", python, ARRAYSIZE(python));

    if (length && length < ARRAYSIZE(python))
        swprintf(command, COMMAND_SIZE, L"%ls \"%ls\" \"%ls\" \"%ls\"", python, script, input, output);
    else
        make_unix_paths(command, script, input, output);
}

char *ob_python(const WCHAR *script, const WCHAR *input, const WCHAR *leaf)
{
    STARTUPINFOW start = {.cb = sizeof(start)};
    PROCESS_INFORMATION process; /* for a program of the Unix side Wine leaves in it what may be handles of others */
    WCHAR command[COMMAND_SIZE], relative[200];
    char *output;

    swprintf(relative, ARRAYSIZE(relative), L"tests\\integration\\%ls", script);
    DeleteFileW(ob_file_path(leaf));
    make_command(command, ob_source_path(relative), input, ob_file_path(leaf));
    ob_require(CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process),
        "%s cannot be started: %lu", ob_utf8(command), GetLastError());
    ob_require(ob_wait_for_files(ob_file_path(L""), leaf, 1, OB_LONG_MS) == 1, "%s does not answer", ob_utf8(script));
    output = ob_read_file(ob_file_path(leaf), NULL);
    assert_non_null(output);
    return output;
}

char *ob_json_values(char *text)
{
    char *values;

    ob_write_file(ob_file_path(L"output.json"), text, strlen(text));
    values = ob_python(L"read_json.py", ob_file_path(L"output.json"), L"values.txt");
    ob_require(strstr(values, "\nvalid\n") != NULL, "%s\n%s", values, text);
    free(text);
    return values;
}

void ob_expect_json(const char *values, const char *line)
{
    char whole[1024];

    snprintf(whole, sizeof(whole), "\n%s\n", line);
    ob_require(strstr(values, whole) != NULL, "the line %s is not in:%s", line, values);
}
