/* main.c - obctl.exe: asks the broker, as any other client does, and shows the answer. The commands are a table. */
#include <stdlib.h>
#include <wchar.h>
#include "commands.h"
#include "fields.h"
#include "host/error.h"

struct command
{
    const WCHAR *name;
    const WCHAR *argument; /* what it needs, for the help; NULL: nothing */
    const WCHAR *meaning;
    HRESULT (*run)(const struct request *request, struct text *out, int *exit_code, struct failure *failure);
};

static const struct command commands[] = {
    {L"status", NULL, L"what the broker is doing, and what stands in its way", command_status},
    {L"job", L"ID", L"one mail: its state, and every state it was in", command_job},
};

static void add_help(struct text *out)
{
    text_add(out, L"obctl " OB_VERSION L" - shows what Outlook Broker is doing\n\nusage: obctl [--json] COMMAND\n\n");
    for (size_t i = 0; i < ARRAYSIZE(commands); i++)
    {
        text_format(out, L"  %ls %ls", commands[i].name, commands[i].argument ? commands[i].argument : L"");
        text_column(out, 12);
        text_format(out, L"%ls\n", commands[i].meaning);
    }
    text_add(out, L"  --json    as JSON; times are local\n"
                  L"  --help    this text\n"
                  L"\nexit codes: 0 ready, or the job was sent or is on its way; 1 something waits or failed;\n"
                  L"  2 blocked or refusing, or the broker cannot be reached; 3 usage\n");
}

struct arguments
{
    const struct command *command;
    const WCHAR *argument;
    const WCHAR *bad; /* what is not understood */
    BOOL json, help;
};

static const struct command *command_named(const WCHAR *name)
{
    for (size_t i = 0; i < ARRAYSIZE(commands); i++)
    {
        if (!wcscmp(commands[i].name, name)) return &commands[i];
    }
    return NULL;
}

static struct arguments parse(int argc, WCHAR **argv)
{
    struct arguments found = {.bad = NULL};

    for (int i = 1; i < argc; i++)
    {
        if (!wcscmp(argv[i], L"--json"))
            found.json = TRUE;
        else if (!wcscmp(argv[i], L"--help") || !wcscmp(argv[i], L"-h") || !wcscmp(argv[i], L"/?"))
            found.help = TRUE;
        else if (!found.command && (found.command = command_named(argv[i])))
            continue;
        else if (found.command && found.command->argument && !found.argument)
            found.argument = argv[i];
        else if (!found.bad)
            found.bad = argv[i];
    }
    return found;
}

/* What went wrong, as people read it, on standard error; as programs do, on standard output. */
static void show_error(HRESULT code, const WCHAR *words, BOOL json)
{
    const WCHAR *name = error_code_name((uint32_t)code);
    struct text text = {0};

    if (json)
    {
        text_format(&text, L"{\n  \"Error\": \"0x%08lX\",\n  \"ErrorName\": ", (unsigned long)code);
        json_string(&text, name);
        text_add(&text, L",\n  \"ErrorText\": ");
        json_string(&text, words);
        text_add(&text, L"\n}\n");
    }
    else
        text_format(&text, L"obctl: %ls\n", words);
    text_write(&text, json ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
    text_clear(&text);
}

static int usage_error(const struct arguments *arguments)
{
    struct text text = {0};

    if (arguments->bad)
        text_format(&text, L"\"%ls\" is not understood.", arguments->bad);
    else if (arguments->command)
        text_format(&text, L"%ls needs %ls.", arguments->command->name, arguments->command->argument);
    else
        text_add(&text, L"say what to show.");
    text_add(&text, L" Next: obctl --help lists the commands.");
    show_error(E_INVALIDARG, text.characters, arguments->json);
    text_clear(&text);
    return exit_usage;
}

static void show_failure(const struct failure *failure, BOOL json)
{
    struct text words = {0};

    failure_words(&words, failure);
    show_error(failure->code, words.characters, json);
    text_clear(&words);
}

static int show_help(void)
{
    struct text text = {0};
    BOOL written;

    add_help(&text);
    written = text_write(&text, STD_OUTPUT_HANDLE);
    text_clear(&text);
    return written ? exit_fine : exit_blocked;
}

static int run(const struct arguments *arguments)
{
    struct request request = {.argument = arguments->argument, .json = arguments->json};
    struct failure failure = {S_OK, NULL};
    struct text out = {0};
    int exit_code = exit_blocked;
    HRESULT hr = client_open(&request.session, &failure);

    if (SUCCEEDED(hr)) hr = arguments->command->run(&request, &out, &exit_code, &failure);
    if (FAILED(hr))
    {
        show_failure(&failure, arguments->json);
        exit_code = failure.code == (HRESULT)OB_E_NO_SUCH_JOB ? exit_waits : exit_blocked;
    }
    else if (!text_write(&out, STD_OUTPUT_HANDLE))
        exit_code = exit_blocked;
    text_clear(&out);
    failure_clear(&failure);
    client_close(request.session);
    return exit_code;
}

int wmain(int argc, WCHAR **argv)
{
    struct arguments arguments = parse(argc, argv);

    if (arguments.help) return show_help();
    if (arguments.bad || !arguments.command || (arguments.command->argument && !arguments.argument))
        return usage_error(&arguments);
    return run(&arguments);
}
