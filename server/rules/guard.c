/* guard.c - the policy counts where it is in force, else the machine's setting; what is not known to be open is shut,
 * and what is not known to be shut is never refused. Where the antivirus decides, Windows Server has none to show. */
#include "guard.h"
#include "text_out.h"

#define MODE_DEFAULT 0u
#define MODE_BY_POLICY 3u

/* What one value means, and the words for it. */
struct meaning
{
    uint32_t value;
    enum guard_state state;
    bool by_antivirus;
    const wchar_t *words;
};

static const struct meaning policy_meanings[] = {
    {0, guard_refuses, false, L"0 (refuse)"},
    {1, guard_prompts, false, L"1 (ask the user)"},
    {2, guard_open, false, L"2 (allow)"},
    {3, guard_unsure, true, L"3 (ask unless the antivirus is well)"},
};

static const struct meaning setting_meanings[] = {
    {0, guard_unsure, true, L"0 (warn unless the antivirus is well)"},
    {1, guard_prompts, false, L"1 (always warn)"},
    {2, guard_open, false, L"2 (never warn)"},
};

static const struct meaning setting_not_set = {
    0, guard_unsure, true, L"not set, so that Outlook warns unless the antivirus is well"};
static const struct meaning not_understood = {0, guard_unsure, false, L"a number without a meaning"};

static const struct meaning *find_meaning(const struct meaning *rows, size_t count, uint32_t value)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].value == value) return &rows[i];
    return &not_understood;
}

static void write_reason(struct text_out *out, const wchar_t *name, const wchar_t *root, unsigned major,
    const struct meaning *meaning, bool server)
{
    const wchar_t digits[] = {(wchar_t)(L'0' + major / 10 % 10), (wchar_t)(L'0' + major % 10), 0};

    text_out_add(out, name);
    text_out_add(out, L" under ");
    text_out_add(out, root);
    text_out_add(out, L"\\Microsoft\\Office\\");
    text_out_add(out, major < 10 ? digits + 1 : digits);
    text_out_add(out, L".0\\Outlook\\Security, which is ");
    text_out_add(out, meaning->words);
    if (server && meaning->by_antivirus) text_out_add(out, L"; Windows Server shows Outlook no antivirus");
}

static const struct meaning *judge_policy(const struct guard_values *values, enum guard_what what, struct text_out *out)
{
    const struct guard_value *value = what == guard_send ? &values->send : &values->address_access;
    const struct meaning *meaning =
        find_meaning(policy_meanings, sizeof(policy_meanings) / sizeof(policy_meanings[0]), value->value);

    write_reason(out, what == guard_send ? L"PromptOOMSend" : L"PromptOOMAddressBookAccess",
        L"HKCU\\Software\\Policies", values->major, meaning, values->server);
    return meaning;
}

/* A 32-bit Outlook reads its own place; where its bits are not known, the place that says something counts. */
static const struct meaning *judge_setting(const struct guard_values *values, struct text_out *out)
{
    const struct guard_value *value = &values->object_model_guard;
    const struct meaning *meaning = &setting_not_set;
    bool other = values->bits == 32 || (!values->bits && !value->found && values->object_model_guard_32.found);

    if (other) value = &values->object_model_guard_32;
    if (value->found)
        meaning = find_meaning(setting_meanings, sizeof(setting_meanings) / sizeof(setting_meanings[0]), value->value);
    write_reason(out, L"ObjectModelGuard", other ? L"HKLM\\SOFTWARE\\Wow6432Node" : L"HKLM\\SOFTWARE", values->major,
        meaning, values->server);
    return meaning;
}

enum guard_state guard_state(const struct guard_values *values, enum guard_what what, wchar_t *reason, size_t size)
{
    const struct guard_value *mode = &values->admin_security_mode;
    const struct guard_value *policy = what == guard_send ? &values->send : &values->address_access;
    const struct meaning *meaning;
    struct text_out out;

    text_out_begin(&out, reason, reason ? size : 0);
    if (mode->found && mode->value != MODE_BY_POLICY && mode->value != MODE_DEFAULT)
    {
        text_out_add(&out, L"AdminSecurityMode, by which a form on the mail server decides");
        text_out_end(&out);
        return guard_unsure;
    }
    if (mode->found && mode->value == MODE_BY_POLICY && policy->found)
        meaning = judge_policy(values, what, &out);
    else
        meaning = judge_setting(values, &out);
    text_out_end(&out);
    return meaning->by_antivirus && values->server ? guard_prompts : meaning->state;
}

bool guard_address_book_open(const struct guard_values *values)
{
    return values && guard_state(values, guard_address_book, NULL, 0) == guard_open;
}

bool guard_send_wrong(const struct guard_values *values, struct finding *finding)
{
    wchar_t reason[finding_word_size];
    enum guard_state state = guard_state(values, guard_send, reason, finding_word_size);

    if (state != guard_prompts && state != guard_refuses) return false;
    return finding_set(finding, error_guard_send, 2,
        state == guard_prompts ? L"ask the user before it sends" : L"refuse to send", reason);
}

bool guard_member_wrong(const struct guard_values *values, const wchar_t *member, struct finding *finding)
{
    wchar_t reason[finding_word_size];
    enum guard_state state = guard_state(values, guard_address_book, reason, finding_word_size);

    if (state != guard_prompts && state != guard_refuses) return false;
    return finding_set(finding, error_guard_member, 3, member,
        state == guard_prompts ? L"ask the user before it lets that be done" : L"refuse that", reason);
}
