/* profile.c - a log-on without a name goes to the default profile, and asks where there is none or the user wants to be
 * asked; one with a name needs that profile to be there. */
#include "profile.h"
#include "text_out.h"

/* Capitals in the scripts that profiles are named in: Latin, Greek, Cyrillic. */
static const struct
{
    wchar_t first, last;
    unsigned add;
    bool pairs; /* capital and small letter alternate, the capital at an even distance from first */
} capitals[] = {
    {L'A', L'Z', 32, false},
    {0x00C0, 0x00D6, 32, false},
    {0x00D8, 0x00DE, 32, false},
    {0x0100, 0x0137, 1, true},
    {0x0139, 0x0148, 1, true},
    {0x014A, 0x0177, 1, true},
    {0x0179, 0x017E, 1, true},
    {0x0391, 0x03AB, 32, false},
    {0x0400, 0x040F, 80, false},
    {0x0410, 0x042F, 32, false},
};

static wchar_t small_letter(wchar_t c)
{
    for (size_t i = 0; i < sizeof(capitals) / sizeof(capitals[0]); i++)
    {
        if (c < capitals[i].first || c > capitals[i].last) continue;
        if (capitals[i].pairs && (unsigned)(c - capitals[i].first) % 2) return c;
        return (wchar_t)((unsigned)c + capitals[i].add);
    }
    return c;
}

bool profile_same(const wchar_t *one, const wchar_t *other)
{
    while (*one && small_letter(*one) == small_letter(*other))
    {
        one++;
        other++;
    }
    return !*one && !*other;
}

static unsigned names_known(const struct profile_facts *facts)
{
    return facts->count < profile_most_names ? facts->count : profile_most_names;
}

void profile_list(const struct profile_facts *facts, wchar_t *out, size_t size)
{
    const size_t room_for_end = 6; /* ", ..." and the zero */
    struct text_out text;
    size_t length;

    text_out_begin(&text, out, size);
    for (unsigned i = 0; i < names_known(facts); i++)
    {
        length = wcslen(facts->names[i]) + (i ? 2 : 0);
        if (text.length + length + room_for_end > size)
        {
            text_out_add(&text, L", ...");
            break;
        }
        if (i) text_out_add(&text, L", ");
        text_out_add(&text, facts->names[i]);
    }
    text_out_end(&text);
}

/* A name beyond those that were read may be there. */
static bool is_there(const struct profile_facts *facts, const wchar_t *name)
{
    for (unsigned i = 0; i < names_known(facts); i++)
        if (profile_same(facts->names[i], name)) return true;
    return facts->count > profile_most_names;
}

static bool name_wrong(const struct profile_facts *facts, const wchar_t *wished, struct finding *finding)
{
    wchar_t list[finding_word_size];

    if (is_there(facts, wished)) return false;
    profile_list(facts, list, finding_word_size);
    return finding_set(finding, error_no_such_profile, 3, wished, facts->place, list);
}

/* Would Outlook ask which profile to use? */
static bool would_ask(const struct profile_facts *facts, const wchar_t *user, struct finding *finding)
{
    wchar_t why[finding_word_size];
    struct text_out text;

    text_out_begin(&text, why, finding_word_size);
    if (facts->asks)
        text_out_add(&text,
            L"PickLogonProfile under HKCU\\Software\\Microsoft\\Exchange\\Client\\Options, which is \"Prompt for a "
            L"profile to be used\"");
    else if (facts->default_name[0] ? !is_there(facts, facts->default_name) : facts->count > 1)
    {
        text_out_add(&text, L"the profiles under ");
        text_out_add(&text, facts->place);
        if (facts->default_name[0])
        {
            text_out_add(&text, L", among which the default one, \"");
            text_out_add(&text, facts->default_name);
            text_out_add(&text, L"\", is missing");
        }
        else
            text_out_add(&text, L", none of which is the default one");
    }
    else
        return false;
    text_out_end(&text);
    return finding_set(finding, error_profile_chooser, 2, why, user);
}

bool profile_wrong(const struct profile_facts *facts, const wchar_t *wished, bool running, const wchar_t *user,
    struct finding *finding)
{
    bool named = wished && *wished;

    if (!facts->known) return false;
    if (!facts->count)
    {
        if (running || (facts->makes_own && !named)) return false;
        return finding_set(finding, error_no_profile_yet, 2, facts->place, user);
    }
    if (named) return name_wrong(facts, wished, finding);
    return !running && would_ask(facts, user, finding);
}

bool profile_mismatch(const wchar_t *in_use, const wchar_t *wished, struct finding *finding)
{
    if (!wished || !*wished || !*in_use || profile_same(in_use, wished)) return false;
    return finding_set(finding, error_profile_mismatch, 2, in_use, wished);
}
