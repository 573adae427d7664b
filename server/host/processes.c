/* processes.c - see processes.h. A command line is asked of Windows where it answers (8.1 on), else read from the
 * process's own memory: the 32-bit block first where there is one, for a 32-bit Outlook. */
#include "processes.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>
#include <wchar.h>
#include <winternl.h>
#include "error.h"
#include "rules/integrity.h"

enum
{
    process_command_line_information = 60,
    tiny_window_pixels = 16
};

static ULONGLONG process_started(HANDLE process)
{
    FILETIME created, ended, kernel, user;

    if (!GetProcessTimes(process, &created, &ended, &kernel, &user)) return 0;
    return ((ULONGLONG)created.dwHighDateTime << 32) | created.dwLowDateTime;
}

static ULONGLONG process_id_started(DWORD id)
{
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id);
    ULONGLONG started;

    if (!process) return 0;
    started = process_started(process);
    CloseHandle(process);
    return started;
}

unsigned processes_by_image(const WCHAR *leaf, struct process *out, unsigned size)
{
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    DWORD own_session, session;
    unsigned count = 0;
    BOOL more;

    if (list == INVALID_HANDLE_VALUE) return 0;
    if (!ProcessIdToSessionId(GetCurrentProcessId(), &own_session)) own_session = 0;
    for (more = Process32FirstW(list, &entry); more; more = Process32NextW(list, &entry))
    {
        if (_wcsicmp(entry.szExeFile, leaf)) continue;
        if (!ProcessIdToSessionId(entry.th32ProcessID, &session) || session != own_session) continue;
        if (count < size)
        {
            out[count].id = entry.th32ProcessID;
            out[count].started = process_id_started(entry.th32ProcessID);
        }
        count++;
    }
    CloseHandle(list);
    return count;
}

BOOL process_alive(DWORD id, ULONGLONG started)
{
    HANDLE process;
    BOOL alive;

    if (!id) return FALSE;
    process = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id);
    /* Gone is what has no such number, has ended, or is told to have begun at another time. Where it cannot be told,
     * alive is the careful answer: a mail that this process was given may still leave. */
    if (!process) return GetLastError() != ERROR_INVALID_PARAMETER;
    alive = WaitForSingleObject(process, 0) != WAIT_OBJECT_0;
    if (alive && started)
    {
        ULONGLONG told = process_started(process);

        alive = !told || told == started;
    }
    CloseHandle(process);
    return alive;
}

BOOL process_end(DWORD id, ULONGLONG started)
{
    HANDLE process = OpenProcess(PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id);
    BOOL ended;

    if (!process) return FALSE;
    if (process_started(process) != started)
    {
        CloseHandle(process);
        SetLastError(ERROR_NOT_FOUND);
        return FALSE;
    }
    ended = TerminateProcess(process, 1);
    CloseHandle(process);
    return ended;
}

/* Windows' own answer; NULL where it has none. */
static WCHAR *command_line_asked(HANDLE process)
{
    const PROCESSINFOCLASS what = (PROCESSINFOCLASS)process_command_line_information;
    UNICODE_STRING *answer = NULL;
    WCHAR *text = NULL;
    ULONG size = 0;

    NtQueryInformationProcess(process, what, NULL, 0, &size);
    if (size < sizeof(*answer) || !(answer = malloc(size))) return NULL;
    if (NtQueryInformationProcess(process, what, answer, size, &size) >= 0 &&
        (text = malloc(answer->Length + sizeof(*text))))
    {
        memcpy(text, answer->Buffer, answer->Length);
        text[answer->Length / sizeof(*text)] = 0;
    }
    free(answer);
    return text;
}

/* Where the process environment block has its parameters, and these their command line. */
struct block_layout
{
    size_t pointer_size, parameters, command_line;
};
static const struct block_layout layout_32 = {4, 0x10, 0x40}, layout_64 = {8, 0x20, 0x70};

static BOOL memory_read(HANDLE process, uint64_t address, void *out, size_t size)
{
    SIZE_T got = 0;

    if (address > UINTPTR_MAX) return FALSE;
    return ReadProcessMemory(process, (const void *)(uintptr_t)address, out, size, &got) && got == size;
}

static WCHAR *command_line_read(HANDLE process, uint64_t block, const struct block_layout *layout)
{
    uint64_t parameters = 0, buffer = 0;
    USHORT length;
    WCHAR *text;

    /* Little-endian: the lower half of a 64-bit zero holds a 32-bit pointer as it is. A counted string has its length
     * first and its pointer one pointer's size further on. */
    if (!memory_read(process, block + layout->parameters, &parameters, layout->pointer_size) || !parameters ||
        !memory_read(process, parameters + layout->command_line, &length, sizeof(length)) ||
        !memory_read(process, parameters + layout->command_line + layout->pointer_size, &buffer, layout->pointer_size))
        return NULL;
    if (!(text = malloc(length + sizeof(*text)))) return NULL;
    if (length && !memory_read(process, buffer, text, length))
    {
        free(text);
        return NULL;
    }
    text[length / sizeof(*text)] = 0;
    return text;
}

WCHAR *process_command_line(DWORD id)
{
    HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, id);
    PROCESS_BASIC_INFORMATION basic = {0};
    const struct block_layout *own = sizeof(void *) == 8 ? &layout_64 : &layout_32;
    ULONG_PTR block_32 = 0;
    WCHAR *text;

    if (!process) process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id);
    if (!process) return NULL;
    text = command_line_asked(process);
    if (!text && NtQueryInformationProcess(process, ProcessWow64Information, &block_32, sizeof(block_32), NULL) >= 0 &&
        block_32)
        text = command_line_read(process, block_32, &layout_32);
    if (!text && NtQueryInformationProcess(process, ProcessBasicInformation, &basic, sizeof(basic), NULL) >= 0 &&
        basic.PebBaseAddress)
        text = command_line_read(process, (uintptr_t)basic.PebBaseAddress, own);
    CloseHandle(process);
    return text;
}

uint32_t token_integrity(HANDLE token)
{
    union
    {
        TOKEN_MANDATORY_LABEL label;
        BYTE room[sizeof(TOKEN_MANDATORY_LABEL) + SECURITY_MAX_SID_SIZE];
    } information;
    DWORD size;

    if (!GetTokenInformation(token, TokenIntegrityLevel, &information, sizeof(information), &size))
        return INTEGRITY_UNKNOWN;
    return *GetSidSubAuthority(
        information.label.Label.Sid, (DWORD)*GetSidSubAuthorityCount(information.label.Label.Sid) - 1);
}

HRESULT token_is_administrator(HANDLE token, BOOL *is)
{
    BYTE administrators[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof(administrators);

    *is = FALSE;
    if (!CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, administrators, &size) ||
        !CheckTokenMembership(token, administrators, is))
        return last_error_hresult();
    return S_OK;
}

uint32_t process_integrity(DWORD id)
{
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id), token = NULL;
    uint32_t level = INTEGRITY_UNKNOWN;

    if (process && OpenProcessToken(process, TOKEN_QUERY, &token))
        level = token_integrity(token);
    else if (GetLastError() == ERROR_ACCESS_DENIED)
        level = INTEGRITY_DENIED;
    if (token) CloseHandle(token);
    if (process) CloseHandle(process);
    return level;
}

struct window_count
{
    DWORD id;
    long count;
};

static BOOL CALLBACK window_look(HWND window, LPARAM param)
{
    struct window_count *state = (struct window_count *)param;
    DWORD owner = 0;
    RECT rect;

    GetWindowThreadProcessId(window, &owner);
    if (owner != state->id || !IsWindowVisible(window)) return TRUE;
    /* A minimized window is small, and yet the user's. */
    if (!IsIconic(window) && GetWindowRect(window, &rect) &&
        (rect.right - rect.left < tiny_window_pixels || rect.bottom - rect.top < tiny_window_pixels))
        return TRUE;
    state->count++;
    return TRUE;
}

long process_visible_windows(DWORD id)
{
    struct window_count state = {id, 0};

    return EnumWindows(window_look, (LPARAM)&state) ? state.count : -1;
}
