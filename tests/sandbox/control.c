/* control.c - what tests tell the running sandbox. See control.h. */
#include "control.h"
#include "faults.h"
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
    unsigned spooler_delay_ms, open_items;
    bool log_calls, offline, no_profile, dirty_errors, delivers, keeps_copies, own_outbox, online, account_ignored;
    unsigned guarded_kinds; /* what the guard refuses */
    HRESULT refusal;
    WCHAR profile[128], sent_rule[128], sent_folder[128], on_behalf_store[128];
    struct
    {
        WCHAR member[96];
        enum moment moment;
    } holds[MAX_HOLDS];
    size_t hold_count;
} settings;

static const struct settings initial_settings = {.spooler_delay_ms = 50,
    .open_items = UINT_MAX,
    .delivers = true,
    .keeps_copies = true,
    .own_outbox = true,
    .refusal = E_ABORT};
static const DWORD held_poll_ms = 20;
static const WCHAR need_number[] = L"this needs a number", need_switch[] = L"this is on or off";
static WCHAR *control_path, *held_path, *calls_path, *errors_path;
static WIN32_FILE_ATTRIBUTE_DATA seen;
static struct buffer errors;

/* Each reader returns NULL, or what is wrong with the value. */
static const WCHAR *read_number(const WCHAR *value, unsigned *number)
{
    WCHAR *end;

    *number = (unsigned)wcstoul(value, &end, 10);
    return end == value || *end ? need_number : NULL;
}

static const WCHAR *set_spooler_delay(const WCHAR *value)
{
    return read_number(value, &settings.spooler_delay_ms);
}

static const WCHAR *set_open_items(const WCHAR *value)
{
    return read_number(value, &settings.open_items);
}

static const WCHAR *set_hold(const WCHAR *value)
{
    WCHAR member[96], moment[16], more;

    if (settings.hold_count == MAX_HOLDS) return L"too many calls are held";
    if (swscanf(value, L"%95ls %15ls %lc", member, moment, &more) != 2) return L"hold is Class.Member before|after";
    if (!object_has_member(member)) return L"there is no such member";
    if (!text_same(moment, L"after") && !text_same(moment, L"before")) return L"a call is held before or after";
    wcscpy(settings.holds[settings.hold_count].member, member);
    settings.holds[settings.hold_count++].moment = text_same(moment, L"after") ? MOMENT_AFTER : MOMENT_BEFORE;
    return NULL;
}

static const WCHAR *set_profile(const WCHAR *value)
{
    swprintf(settings.profile, ARRAYSIZE(settings.profile), L"%ls", value);
    return NULL;
}

static const WCHAR *set_sent_rule(const WCHAR *value)
{
    swprintf(settings.sent_rule, ARRAYSIZE(settings.sent_rule), L"%ls", value);
    return NULL;
}

static const WCHAR *set_sent_folder(const WCHAR *value)
{
    swprintf(settings.sent_folder, ARRAYSIZE(settings.sent_folder), L"%ls", value);
    return NULL;
}

static const WCHAR *set_on_behalf_store(const WCHAR *value)
{
    swprintf(settings.on_behalf_store, ARRAYSIZE(settings.on_behalf_store), L"%ls", value);
    return NULL;
}

static const WCHAR *set_guard(const WCHAR *value)
{
    static const struct
    {
        const WCHAR *word;
        unsigned kinds;
        HRESULT refusal;
    } words[] = {
        {L"off", 0, E_ABORT},
        {L"deny", KIND_GUARDED, E_ABORT},
        {L"send", KIND_SENDS, E_ABORT},
        {L"not-supported", KIND_GUARDED, OUTLOOK_E_NO_SUPPORT},
    };
    WCHAR *copy = text_copy(value), *context;
    const WCHAR *wrong = NULL;

    for (WCHAR *word = wcstok_s(copy, L" \t", &context); word && !wrong; word = wcstok_s(NULL, L" \t", &context))
    {
        size_t i = 0;

        while (i < ARRAYSIZE(words) && !text_same(words[i].word, word))
            i++;
        if (i == ARRAYSIZE(words))
            wrong = L"guard is off, deny, send or not-supported";
        else if (words[i].kinds)
        {
            settings.guarded_kinds |= words[i].kinds;
            settings.refusal = words[i].refusal;
        }
    }
    free(copy);
    return wrong;
}

static const struct
{
    const WCHAR *name;
    const WCHAR *(*set)(const WCHAR *value);
} names[] = {
    {L"spooler-delay-ms", set_spooler_delay},
    {L"open-items", set_open_items},
    {L"hold", set_hold},
    {L"guard", set_guard},
    {L"profile", set_profile},
    {L"sent-rule", set_sent_rule},
    {L"sent-folder", set_sent_folder},
    {L"on-behalf-copies", set_on_behalf_store},
};

static const struct
{
    const WCHAR *name;
    bool *is_on;
} switches[] = {
    {L"log-calls", &settings.log_calls},
    {L"offline", &settings.offline},
    {L"no-profile", &settings.no_profile},
    {L"dirty-errors", &settings.dirty_errors},
    {L"spooler", &settings.delivers},
    {L"sent-copies", &settings.keeps_copies},
    {L"own-outbox", &settings.own_outbox},
    {L"online", &settings.online},
    {L"account-ignored", &settings.account_ignored},
};

static const WCHAR *read_switch(const WCHAR *value, bool *is_on)
{
    *is_on = text_same(value, L"on") || text_same(value, L"1");
    return *is_on || text_same(value, L"off") || text_same(value, L"0") ? NULL : need_switch;
}

static const WCHAR *read_fault(const WCHAR *name, const WCHAR *value)
{
    struct fault *fault;
    const WCHAR *wrong = fault_line_read(name, value, &fault);

    if (!wrong) faults_arm(fault);
    return wrong;
}

static const WCHAR *set(const WCHAR *name, const WCHAR *value)
{
    for (size_t i = 0; i < ARRAYSIZE(names); i++)
        if (text_same(names[i].name, name)) return names[i].set(value);
    for (size_t i = 0; i < ARRAYSIZE(switches); i++)
        if (text_same(switches[i].name, name)) return read_switch(value, switches[i].is_on);
    return fault_line_is(name) ? read_fault(name, value) : L"there is no such name";
}

static void control_line(void *context, WCHAR *line)
{
    WCHAR *whole = text_trim(line, wcslen(line), L""), *equals = wcschr(whole, L'=');
    const WCHAR *wrong = equals ? NULL : L"a line is name = value";

    (void)context;
    if (equals)
    {
        WCHAR *name = text_trim(whole, (size_t)(equals - whole), L"");
        WCHAR *value = text_trim(equals + 1, wcslen(equals + 1), L"");

        wrong = set(name, value);
        free(name);
        free(value);
    }
    if (wrong && *whole)
    {
        WCHAR *error = text_format(L"%s: %s\r\n", whole, wrong);
        char *bytes = text_to_utf8(error);

        buffer_add_text(&errors, bytes);
        free(bytes);
        free(error);
    }
    free(whole);
}

static ULONGLONG file_time(const FILETIME *time)
{
    return ((ULONGLONG)time->dwHighDateTime << 32) | time->dwLowDateTime;
}

void control_refresh(void)
{
    WIN32_FILE_ATTRIBUTE_DATA now = {0};

    if (!control_path) return;
    if (!GetFileAttributesExW(control_path, GetFileExInfoStandard, &now)) memset(&now, 0, sizeof(now));
    if (!CompareFileTime(&now.ftLastWriteTime, &seen.ftLastWriteTime) && now.nFileSizeLow == seen.nFileSizeLow) return;
    seen = now;
    settings = initial_settings;
    faults_begin(file_time(&now.ftLastWriteTime));
    file_each_line(control_path, control_line, NULL);
    faults_armed();
    if (!errors.size) return;
    /* What a test asked for and does not get must not pass for what it asked. */
    file_write(errors_path, errors.data, errors.size);
    TerminateProcess(GetCurrentProcess(), CONTROL_ERROR_EXIT_CODE);
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
            control_refresh();
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
    char line[256];
    int length = snprintf(line, sizeof(line), "%ls.%ls %ld %s%s\r\n", cls->name, member->name, (long)member->id,
        kind_name(member->kind), guarded_kind(cls, member) ? " guarded" : "");

    if (length > 0) file_append(calls_path, line, (size_t)length);
}

void control_open(const WCHAR *store_path)
{
    settings = initial_settings;
    control_path = text_format(L"%s\\control.txt", store_path);
    held_path = text_format(L"%s\\held.txt", store_path);
    errors_path = text_format(L"%s\\control-errors.txt", store_path);
    calls_path = text_format(L"%s\\calls.txt", store_path);
    DeleteFileW(held_path);
    control_refresh();
}

void control_before(const struct object_class *cls, const struct member *member)
{
    control_refresh();
    if (settings.log_calls) log_call(cls, member);
    hold(cls, member, MOMENT_BEFORE);
}

void control_after(const struct object_class *cls, const struct member *member)
{
    hold(cls, member, MOMENT_AFTER);
}

HRESULT control_guard(const struct object_class *cls, const struct member *member)
{
    return (guarded_kind(cls, member) & settings.guarded_kinds) ? settings.refusal : S_OK;
}

unsigned control_spooler_delay_ms(void)
{
    control_refresh();
    return settings.spooler_delay_ms;
}

const WCHAR *control_profile(void)
{
    control_refresh();
    return settings.profile;
}

bool control_has_no_profile(void)
{
    return settings.no_profile;
}

bool control_is_offline(void)
{
    return settings.offline;
}

bool control_delivers(void)
{
    return settings.delivers && !settings.offline;
}

bool control_keeps_copies(void)
{
    return settings.keeps_copies;
}

const WCHAR *control_sent_rule(void)
{
    return settings.sent_rule;
}

const WCHAR *control_sent_folder(void)
{
    return settings.sent_folder;
}

const WCHAR *control_on_behalf_store(void)
{
    return settings.on_behalf_store;
}

bool control_uses_own_outbox(void)
{
    return settings.own_outbox;
}

bool control_ignores_account(void)
{
    return settings.account_ignored;
}

bool control_is_online(void)
{
    return settings.online && control_delivers();
}

unsigned control_open_items(void)
{
    return settings.open_items;
}

bool control_dirties_errors(void)
{
    return settings.dirty_errors;
}
