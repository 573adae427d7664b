/* main.c - obctl.exe: asks the broker, as any other client does, and shows the answer. The commands are a table. */
#include <stdlib.h>
#include <wchar.h>
#include "commands.h"
#include "fields.h"
#include "host/error.h"

static const struct command *const commands[] = {
    &command_register,
    &command_unregister,
    &command_status,
    &command_doctor,
    &command_send,
    &command_jobs,
    &command_job,
    &command_retry,
    &command_cancel,
    &command_watch,
    &command_selftest,
};

static const struct command *command_named(const WCHAR *name)
{
    for (size_t i = 0; i < ARRAYSIZE(commands); i++)
    {
        if (!wcscmp(commands[i]->name, name)) return commands[i];
    }
    return NULL;
}

static const WCHAR common_options[] = L"  --json                   as JSON; times are local\n"
                                      L"  --help, /?               this text\n";

static void add_help(struct text *out)
{
    text_add(out, L"obctl " OB_VERSION L" - Outlook Broker from the command line\n\n"
                  L"usage: obctl COMMAND [option...]\n\n");
    for (size_t i = 0; i < ARRAYSIZE(commands); i++)
    {
        text_format(out, L"  %ls %ls", commands[i]->name, commands[i]->argument ? commands[i]->argument : L"");
        text_column(out, 14);
        text_format(out, L"%ls\n", commands[i]->meaning);
    }
    text_add(out, L"\nobctl COMMAND /? shows a command's own options. For all of them:\n");
    text_add(out, common_options);
    text_add(out, L"\nexit codes: 0 ready, done, or the job was sent or is on its way; 1 something waits or failed;\n"
                  L"  2 blocked or refusing, or the broker cannot be reached; 3 usage\n");
}

static void add_command_help(struct text *out, const struct command *command)
{
    text_format(out, L"obctl %ls - %ls\n\nusage: obctl %ls%ls%ls%ls\n\n", command->name, command->meaning,
        command->name, command->argument ? L" " : L"", command->argument ? command->argument : L"",
        command->needs == needs_rest ? L" [switch...]"
        : command->option_count      ? L" [option...]"
                                     : L"");
    options_help(out, command->options, command->option_count);
    text_add(out, command->needs == needs_rest ? L"  /?                       this text\n" : common_options);
    if (command->more) text_format(out, L"\n%ls", command->more);
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

static int usage_error(struct arguments *arguments)
{
    if (arguments->command)
        text_format(&arguments->complaint, L" Next: obctl %ls /? shows what it takes.", arguments->command->name);
    else
        text_add(&arguments->complaint, L" Next: obctl --help lists the commands.");
    show_error(E_INVALIDARG, arguments->complaint.characters, arguments->json);
    return exit_usage;
}

static void show_failure(const struct failure *failure, BOOL json)
{
    struct text words = {0};

    failure_words(&words, failure);
    show_error(failure->code, words.characters, json);
    text_clear(&words);
}

static int show_help(const struct command *command)
{
    struct text text = {0};
    BOOL written;

    if (command)
        add_command_help(&text, command);
    else
        add_help(&text);
    written = text_write(&text, STD_OUTPUT_HANDLE);
    text_clear(&text);
    return written ? exit_fine : exit_blocked;
}

/* What a failure comes to for a monitor: a job that is not there or not in the right state is no fault of the broker.
 */
static int failure_exit_code(HRESULT code)
{
    return code == (HRESULT)OB_E_NO_SUCH_JOB || code == (HRESULT)OB_E_WRONG_STATE ? exit_waits : exit_blocked;
}

static int run(const struct arguments *arguments)
{
    struct request request = {.arguments = arguments, .json = arguments->json};
    const struct command *command = arguments->command;
    struct failure failure = {S_OK, NULL};
    struct text out = {0};
    int exit_code = exit_blocked;
    HRESULT hr = S_OK;

    if (command->needs == needs_session) hr = client_open(&request.session, &failure);
    if (SUCCEEDED(hr)) hr = command->run(&request, &out, &exit_code, &failure);
    if (FAILED(hr) && exit_code == exit_usage)
        show_error(failure.code, failure.text ? failure.text : L"", arguments->json);
    else if (FAILED(hr))
    {
        show_failure(&failure, arguments->json);
        exit_code = failure_exit_code(failure.code);
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
    struct arguments arguments;
    int exit_code;

    arguments_parse(&arguments, argc, argv, command_named);
    if (arguments.help)
        exit_code = show_help(arguments.command);
    else if (arguments.complaint.length)
        exit_code = usage_error(&arguments);
    else
        exit_code = run(&arguments);
    arguments_clear(&arguments);
    return exit_code;
}
