/* dialog_host.c - a dialog that another process shows. See dialog_host.h.
 * Its exit code is the answer and one: 0 is what a process that was ended says, and a dialog that was closed. */
#include "dialog_host.h"
#include "store.h"
#include <stdlib.h>
#include <wchar.h>

HANDLE dialog_host_start(const struct dialog *dialog, HWND owner)
{
    WCHAR own[MAX_PATH * 2] = L"", *image = text_format(L"%s\\%s", store_path(), dialog->host);
    WCHAR *command = text_format(L"\"%s\" " DIALOG_HOST_SWITCH L" \"%s\" %lu %I64u", image, dialog->words,
        GetCurrentProcessId(), (unsigned long long)(UINT_PTR)owner);
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process = {0};

    GetModuleFileNameW(NULL, own, ARRAYSIZE(own));
    CopyFileW(own, image, FALSE);
    if (CreateProcessW(image, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        CloseHandle(process.hThread);
    free(command);
    free(image);
    return process.hProcess;
}

int dialog_host_answer(HANDLE host)
{
    DWORD code = 0;

    GetExitCodeProcess(host, &code);
    return (int)code - 1;
}

void dialog_host_end(HANDLE host)
{
    TerminateProcess(host, 0);
    CloseHandle(host);
}

static bool starter_lives(void *starter)
{
    return WaitForSingleObject(starter, 0) == WAIT_TIMEOUT;
}

int dialog_host_main(int argc, WCHAR **argv)
{
    struct dialog dialog = {0};
    HANDLE starter;
    int answer = -1;

    if (argc != 5) return 0;
    starter = OpenProcess(SYNCHRONIZE, FALSE, wcstoul(argv[3], NULL, 10));
    if (starter && !dialog_read(&dialog, argv[2]))
        answer = dialog_run(&dialog, (HWND)(UINT_PTR)_wcstoui64(argv[4], NULL, 10), starter_lives, starter);
    return answer + 1;
}
