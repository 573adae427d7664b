/* running_broker.c - see running_broker.h. */
#include "running_broker.h"
#include <shellapi.h>
#include <stdlib.h>
#include <tlhelp32.h>
#include <wchar.h>
#include "processes.h"
#include "rules/command_line.h"

static const WCHAR image[] = L"outlook-broker.exe";

static BOOL serves(const WCHAR *command_line)
{
    struct command_line line;
    WCHAR **arguments;
    int count;
    BOOL answer = TRUE;

    if (!command_line || !(arguments = CommandLineToArgvW(command_line, &count))) return TRUE;
    answer = command_line_parse(count, arguments, &line) == command_embedding;
    LocalFree(arguments);
    return answer;
}

static BOOL look_at(const PROCESSENTRY32W *entry, struct running_broker *found)
{
    WCHAR *command_line = process_command_line(entry->th32ProcessID);
    BOOL does = serves(command_line);

    /* One that has ended meanwhile cannot be read, either. */
    if (does && !command_line) does = process_alive(entry->th32ProcessID, 0);
    if (does)
    {
        *found = (struct running_broker){.process_id = entry->th32ProcessID};
        ProcessIdToSessionId(entry->th32ProcessID, &found->windows_session);
        wcsncpy(
            found->command_line, command_line ? command_line : entry->szExeFile, ARRAYSIZE(found->command_line) - 1);
    }
    free(command_line);
    return does;
}

BOOL running_broker_find(BOOL every_session, struct running_broker *found)
{
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    DWORD own_session = 0, session;
    BOOL is_there = FALSE;

    if (list == INVALID_HANDLE_VALUE) return FALSE;
    ProcessIdToSessionId(GetCurrentProcessId(), &own_session);
    for (BOOL more = Process32FirstW(list, &entry); more && !is_there; more = Process32NextW(list, &entry))
    {
        if (_wcsicmp(entry.szExeFile, image) || entry.th32ProcessID == GetCurrentProcessId()) continue;
        if (!every_session && ProcessIdToSessionId(entry.th32ProcessID, &session) && session != own_session) continue;
        is_there = look_at(&entry, found);
    }
    CloseHandle(list);
    return is_there;
}
