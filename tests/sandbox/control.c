/* control.c - what tests tell the running sandbox. See control.h. */
#include "control.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define MAX_HOLDS 16

enum moment
{
    MOMENT_BEFORE,
    MOMENT_AFTER
};

static struct settings
{
    unsigned spooler_delay_ms;
    bool log_calls;
    unsigned guarded_kinds; /* what the guard refuses */
    HRESULT refusal;
    WCHAR profile[128];
    struct
    {
        WCHAR member[96];
        enum moment moment;
    } holds[MAX_HOLDS];
    size_t hold_count;
} settings;

static const struct settings initial_settings = {.spooler_delay_ms = 50, .refusal = E_ABORT};
static const DWORD held_poll_ms = 20;
static WCHAR *control_path, *held_path, *calls_path;
static WIN32_FILE_ATTRIBUTE_DATA seen;

static void set_spooler_delay(const WCHAR *value)
{
    settings.spooler_delay_ms = (unsigned)wcstoul(value, NULL, 10);
}

static void set_log_calls(const WCHAR *value)
{
    settings.log_calls = wcstoul(value, NULL, 10) != 0;
}

static void set_hold(const WCHAR *value)
{
    WCHAR member[96], moment[16];

    if (settings.hold_count == MAX_HOLDS || swscanf(value, L"%95ls %15ls", member, moment) != 2) return;
    wcscpy(settings.holds[settings.hold_count].member, member);
    settings.holds[settings.hold_count++].moment = text_same(moment, L"after") ? MOMENT_AFTER : MOMENT_BEFORE;
}

static void set_profile(const WCHAR *value)
{
    swprintf(settings.profile, ARRAYSIZE(settings.profile), L"%ls", value);
}

static void set_guard(const WCHAR *value)
{
    static const struct
    {
        const WCHAR *word;
        unsigned kinds;
        HRESULT refusal;
    } words[] = {
        {L"deny", KIND_GUARDED, E_ABORT},
        {L"send", KIND_SENDS, E_ABORT},
        {L"not-supported", KIND_GUARDED, OUTLOOK_E_NO_SUPPORT},
    };

    for (size_t i = 0; i < ARRAYSIZE(words); i++)
    {
        if (!wcsstr(value, words[i].word)) continue;
        settings.guarded_kinds |= words[i].kinds;
        settings.refusal = words[i].refusal;
    }
}

static const struct
{
    const WCHAR *name;
    void (*set)(const WCHAR *value);
} names[] = {
    {L"spooler-delay-ms", set_spooler_delay},
    {L"log-calls", set_log_calls},
    {L"hold", set_hold},
    {L"guard", set_guard},
    {L"profile", set_profile},
};

static void control_line(void *context, WCHAR *line)
{
    WCHAR *equals = wcschr(line, L'='), *name, *value;

    (void)context;
    if (!equals) return;
    name = text_trim(line, (size_t)(equals - line), L"");
    value = text_trim(equals + 1, wcslen(equals + 1), L"");
    for (size_t i = 0; i < ARRAYSIZE(names); i++)
        if (text_same(names[i].name, name)) names[i].set(value);
    free(name);
    free(value);
}

static void refresh(void)
{
    WIN32_FILE_ATTRIBUTE_DATA now = {0};

    if (!control_path) return;
    if (!GetFileAttributesExW(control_path, GetFileExInfoStandard, &now)) memset(&now, 0, sizeof(now));
    if (!CompareFileTime(&now.ftLastWriteTime, &seen.ftLastWriteTime) && now.nFileSizeLow == seen.nFileSizeLow) return;
    seen = now;
    settings = initial_settings;
    file_each_line(control_path, control_line, NULL);
}

static bool is_held(const WCHAR *name, enum moment moment)
{
    for (size_t i = 0; i < settings.hold_count; i++)
        if (settings.holds[i].moment == moment && text_same(settings.holds[i].member, name)) return true;
    return false;
}

/* Only a held call costs more than a comparison: the name is made when there is a line to compare it with. */
static void hold(const struct object_class *cls, const struct member *member, enum moment moment)
{
    WCHAR *name;

    if (!settings.hold_count) return;
    name = text_format(L"%s.%s", cls->name, member->name);
    if (is_held(name, moment))
    {
        char *bytes = text_to_utf8(name);

        file_write(held_path, bytes, strlen(bytes));
        free(bytes);
        while (is_held(name, moment))
        {
            Sleep(held_poll_ms);
            refresh();
        }
        DeleteFileW(held_path);
    }
    free(name);
}

static const char *kind_name(unsigned kind)
{
    return kind & KIND_PUTREF ? "putref" : kind & KIND_PUT ? "put" : kind & KIND_METHOD ? "method" : "get";
}

/* What of the member is behind the guard: KIND_GUARDED, KIND_SENDS or 0. */
static unsigned guarded_kind(const struct object_class *cls, const struct member *member)
{
    return (member->kind & (KIND_GUARDED | KIND_SENDS)) | (cls->guarded ? KIND_GUARDED : 0);
}

static void log_call(const struct object_class *cls, const struct member *member)
{
    HANDLE file = CreateFileW(calls_path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
        NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    char line[256];
    DWORD written;
    int length;

    if (file == INVALID_HANDLE_VALUE) return;
    length = snprintf(line, sizeof(line), "%ls.%ls %ld %s%s\r\n", cls->name, member->name, (long)member->id,
        kind_name(member->kind), guarded_kind(cls, member) ? " guarded" : "");
    if (length > 0) WriteFile(file, line, (DWORD)length, &written, NULL);
    CloseHandle(file);
}

void control_open(const WCHAR *store_path)
{
    settings = initial_settings;
    control_path = text_format(L"%s\\control.txt", store_path);
    held_path = text_format(L"%s\\held.txt", store_path);
    calls_path = text_format(L"%s\\calls.txt", store_path);
    DeleteFileW(held_path);
    refresh();
}

void control_before(const struct object_class *cls, const struct member *member)
{
    refresh();
    if (settings.log_calls) log_call(cls, member);
    hold(cls, member, MOMENT_BEFORE);
}

void control_after(const struct object_class *cls, const struct member *member)
{
    hold(cls, member, MOMENT_AFTER);
}

HRESULT control_guard(const struct object_class *cls, const struct member *member)
{
    return guarded_kind(cls, member) & settings.guarded_kinds ? settings.refusal : S_OK;
}

unsigned control_spooler_delay_ms(void)
{
    refresh();
    return settings.spooler_delay_ms;
}

const WCHAR *control_profile(void)
{
    refresh();
    return settings.profile;
}
