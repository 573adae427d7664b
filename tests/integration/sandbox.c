/* sandbox.c - what tests tell the sandbox and hear of it; see support.h. */
#include "support.h"
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void ob_control(const char *lines)
{
    const ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    WCHAR beside[1024];
    BOOL moved;
    char *errors = ob_read_file(ob_sandbox_path(L"control-errors.txt"), NULL);

    ob_require(!errors, "the sandbox did not understand its control file: %s", errors);
    DeleteFileW(ob_sandbox_path(L"held.txt"));
    /* In one step, so that the sandbox never reads half of it. */
    wcscpy(beside, ob_sandbox_path(L"control.txt.new"));
    ob_write_file(beside, lines, strlen(lines));
    /* Not while a sandbox reads the old one. */
    while (!(moved = MoveFileExW(beside, ob_sandbox_path(L"control.txt"), MOVEFILE_REPLACE_EXISTING)) &&
           GetLastError() == ERROR_ACCESS_DENIED && GetTickCount64() < end)
        Sleep(1);
    ob_require(moved, "control.txt: %lu", GetLastError());
}

void ob_wait_held(void)
{
    ob_require(ob_wait_for_files(ob_sandbox_path(L""), L"held.txt", 1, OB_LONG_MS) == 1, "the sandbox holds no call");
}

unsigned ob_count_strikes(const char *text)
{
    char *lines = ob_read_file(ob_sandbox_path(L"faults.txt"), NULL);
    unsigned count = 0;

    for (char *at = lines; at && (at = strstr(at, text)); at += strlen(text))
        count++;
    free(lines);
    return count;
}

unsigned ob_count_calls(const char *member)
{
    char *calls = ob_read_file(ob_sandbox_path(L"calls.txt"), NULL);
    unsigned count = 0;

    for (char *at = calls; at && (at = strstr(at, member)); at += strlen(member))
        count += (at == calls || at[-1] == '\n') && at[strlen(member)] == ' ';
    free(calls);
    return count;
}

void ob_wait_strikes(const char *text, unsigned count)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;

    while (ob_count_strikes(text) < count && GetTickCount64() < end)
        Sleep(20);
    ob_require(ob_count_strikes(text) >= count, "the fault \"%s\" struck %u times, not %u", text,
        ob_count_strikes(text), count);
}

static HWND find_dialog(const WCHAR *title)
{
    static const WCHAR *const classes[] = {L"#32770", L"NUIDialog"};
    HWND window = NULL;

    for (size_t i = 0; !window && i < ARRAYSIZE(classes); i++)
        window = FindWindowW(classes[i], title);
    return window;
}

HWND ob_wait_dialog(const WCHAR *title)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    HWND window;

    while (!(window = find_dialog(title)) && GetTickCount64() < end)
        Sleep(20);
    ob_require(window != NULL, "there is no dialog \"%s\"", ob_utf8(title));
    return window;
}

void ob_press(HWND dialog, const WCHAR *button)
{
    HWND window = NULL;
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;

    /* A dialog can be found a moment before its buttons. */
    while (!(window = FindWindowExW(dialog, NULL, L"BUTTON", button)) && GetTickCount64() < end)
        Sleep(20);
    ob_require(window != NULL, "the dialog has no button \"%s\"", ob_utf8(button));
    PostMessageW(window, BM_CLICK, 0, 0);
}
