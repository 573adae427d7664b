/* security.c - who may call the broker, as SDDL. Both descriptors name owner and group, because CoInitializeSecurity
 * asks for them, and neither has a SACL. What is read back from the registry may have been edited by hand: whatever is
 * not plainly a list of allowing and denying entries is refused, and the broker then does not start. */
#include "security.h"
#include "letters.h"
#include "text_out.h"

#define ACE_FIELDS 6
#define ACE_TRUSTEE 5
#define FIXED_SIZE 128 /* places for a descriptor of our own writing */

struct field
{
    const wchar_t *at;
    size_t length;
};

static void add_entry(struct text_out *text, uint32_t mask, const wchar_t *trustee)
{
    text_out_add(text, L"(A;;");
    text_out_hex(text, mask);
    text_out_add(text, L";;;");
    text_out_add(text, trustee);
    text_out_add(text, L")");
}

/* Administrators as owner and group, and one allowing entry with the same mask for each trustee. */
static size_t write_descriptor(
    wchar_t *out, size_t size, uint32_t mask, const wchar_t *const *trustees, size_t trustee_count)
{
    struct text_out text;

    text_out_begin(&text, out, size);
    text_out_add(&text, L"O:BAG:BAD:");
    for (size_t i = 0; i < trustee_count; i++)
    {
        add_entry(&text, mask, trustees[i]);
    }
    return text_out_end(&text);
}

size_t security_access_sddl(wchar_t *out, size_t size)
{
    static const wchar_t *const trustees[] = {L"SY", L"BA", L"PS"};

    return write_descriptor(out, size, COM_ACCESS_LOCAL, trustees, 3);
}

size_t security_launch_sddl(wchar_t *out, size_t size)
{
    static const wchar_t *const trustees[] = {L"SY", L"BA", L"IU"};

    return write_descriptor(out, size, COM_LAUNCH_LOCAL, trustees, 3);
}

static bool is_text(struct field field, const wchar_t *word)
{
    return letters_are(field.at, field.length, word);
}

/* S-1-5-21-...: the form, not the meaning. */
static bool is_sid(struct field field)
{
    if (field.length < 5 || !is_text((struct field){field.at, 4}, L"S-1-")) return false;
    for (size_t i = 4; i < field.length; i++)
    {
        bool digit = field.at[i] >= L'0' && field.at[i] <= L'9';

        if (!digit && (field.at[i] != L'-' || field.at[i - 1] == L'-')) return false;
    }
    return field.at[field.length - 1] != L'-';
}

/* A SID, or one of SDDL's names of two letters. */
static bool is_trustee(struct field field)
{
    return (field.length == 2 && is_letter_or_digit(field.at[0]) && is_letter_or_digit(field.at[1])) || is_sid(field);
}

/* What SDDL calls these SIDs. Names that stand for a SID of the domain's (DA, LA, ...) are none of ours: who reads a
 * descriptor from the registry writes its SIDs out. */
static const struct
{
    const wchar_t *name, *sid;
} sddl_names[] = {
    {L"AN", L"S-1-5-7"},
    {L"AU", L"S-1-5-11"},
    {L"BA", L"S-1-5-32-544"},
    {L"BG", L"S-1-5-32-546"},
    {L"BU", L"S-1-5-32-545"},
    {L"IU", L"S-1-5-4"},
    {L"LS", L"S-1-5-19"},
    {L"NS", L"S-1-5-20"},
    {L"NU", L"S-1-5-2"},
    {L"PS", L"S-1-5-10"},
    {L"SU", L"S-1-5-6"},
    {L"SY", L"S-1-5-18"},
    {L"WD", L"S-1-1-0"},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A trustee as a SID where that is known, else as it is written. */
static struct field spelled_out(struct field trustee)
{
    for (size_t i = 0; i < COUNT_OF(sddl_names); i++)
        if (is_text(trustee, sddl_names[i].name)) return (struct field){sddl_names[i].sid, wcslen(sddl_names[i].sid)};
    return trustee;
}

/* sid in any case, as a SID. */
static bool is_same(struct field trustee, const wchar_t *sid)
{
    struct field field = spelled_out(trustee);

    if (field.length != wcslen(sid)) return false;
    for (size_t i = 0; i < field.length; i++)
    {
        wchar_t a = field.at[i] == L's' ? L'S' : field.at[i], b = sid[i] == L's' ? L'S' : sid[i];

        if (a != b) return false;
    }
    return true;
}

static bool is_self(struct field field)
{
    return is_same(field, L"S-1-5-10");
}

static bool is_well_formed_sid(const wchar_t *sid)
{
    return sid && is_sid((struct field){sid, wcslen(sid)});
}

/* Passes "O:" or "G:" and the trustee after it, which ends before the letter of the next part; that a colon follows is
 * asked there. NULL if it is not so. */
static const wchar_t *pass_trustee(const wchar_t *at, wchar_t letter)
{
    struct field field;

    if (at[0] != letter || at[1] != L':') return NULL;
    field = (struct field){at + 2, 0};
    while (is_letter_or_digit(field.at[field.length]) || field.at[field.length] == L'-')
        field.length++;
    if (!field.length) return NULL;
    field.length--;
    return is_trustee(field) ? field.at + field.length : NULL;
}

/* Divides the entry that begins at the parenthesis at; returns what follows it, NULL if it is not well-formed. */
static const wchar_t *divide_entry(const wchar_t *at, struct field fields[ACE_FIELDS])
{
    size_t count = 0;

    if (*at != L'(') return NULL;
    fields[0] = (struct field){++at, 0};
    for (; *at != L')'; at++)
    {
        if (!*at || *at == L'(' || *at == L' ') return NULL;
        if (*at != L';')
        {
            fields[count].length++;
            continue;
        }
        if (++count == ACE_FIELDS) return NULL;
        fields[count] = (struct field){at + 1, 0};
    }
    if (count != ACE_FIELDS - 1) return NULL;
    if (!is_text(fields[0], L"A") && !is_text(fields[0], L"D")) return NULL;
    if (!fields[2].length || fields[3].length || fields[4].length) return NULL;
    return is_trustee(fields[ACE_TRUSTEE]) ? at + 1 : NULL;
}

/* Where the entries begin; NULL if what stands before them is not owner, group and the DACL's head. */
static const wchar_t *pass_head(const wchar_t *sddl)
{
    const wchar_t *at = sddl ? pass_trustee(sddl, L'O') : NULL;

    if (at) at = pass_trustee(at, L'G');
    if (!at || at[0] != L'D' || at[1] != L':') return NULL;
    for (at += 2; is_letter_or_digit(*at); at++)
        ;
    return at;
}

/* One entry of a DACL. */
struct entry
{
    struct field whole, trustee;
    bool allows;
    uint32_t mask; /* 0 where it is not written in hexadecimal */
};

static uint32_t read_mask(struct field field)
{
    uint32_t mask = 0;

    if (field.length > 10 || field.at[0] != L'0' || (field.at[1] | 0x20) != L'x') return 0;
    for (size_t i = 2; i < field.length; i++)
    {
        wchar_t c = (wchar_t)(field.at[i] | 0x20);

        if (c >= L'0' && c <= L'9')
            mask = mask * 16 + (uint32_t)(c - L'0');
        else if (c >= L'a' && c <= L'f')
            mask = mask * 16 + 10 + (uint32_t)(c - L'a');
        else
            return 0;
    }
    return mask;
}

/* Reads the entry at *at and passes it. */
static bool next_entry(const wchar_t **at, struct entry *entry)
{
    struct field fields[ACE_FIELDS];
    const wchar_t *end = divide_entry(*at, fields);

    if (!end) return false;
    entry->whole = (struct field){*at, (size_t)(end - *at)};
    entry->trustee = fields[ACE_TRUSTEE];
    entry->allows = is_text(fields[0], L"A");
    entry->mask = read_mask(fields[2]);
    *at = end;
    return true;
}

/* Head and at least one entry, all of them well-formed. */
static bool is_well_formed(const wchar_t *sddl)
{
    const wchar_t *at = pass_head(sddl);
    struct entry entry;

    if (!at) return false;
    do
        if (!next_entry(&at, &entry)) return false;
    while (*at);
    return true;
}

size_t security_for_user(wchar_t *out, size_t size, const wchar_t *sddl, const wchar_t *user_sid)
{
    struct text_out text;
    struct entry entry;
    const wchar_t *at;

    text_out_begin(&text, out, size);
    if (!is_well_formed_sid(user_sid) || !is_well_formed(sddl)) return 0;
    at = pass_head(sddl);
    text_out_part(&text, sddl, (size_t)(at - sddl));
    while (next_entry(&at, &entry))
    {
        if (!is_self(entry.trustee))
        {
            text_out_part(&text, entry.whole.at, entry.whole.length);
            continue;
        }
        text_out_part(&text, entry.whole.at, (size_t)(entry.trustee.at - entry.whole.at));
        text_out_add(&text, user_sid);
        text_out_character(&text, L')');
    }
    return text_out_end(&text);
}

size_t security_choose(wchar_t *out, size_t size, const struct security_source *source, const wchar_t *user_sid)
{
    wchar_t fixed[FIXED_SIZE];

    if (source->machine || !source->user)
        return security_for_user(out, size, source->machine ? source->stored : NULL, user_sid);
    security_access_sddl(fixed, FIXED_SIZE);
    return security_for_user(out, size, fixed, user_sid);
}

/* Begins a copy of sddl in which the entries of sid are to change: its head is written, and its first entry returned.
 * NULL: one of them is not well-formed. */
static const wchar_t *begin_copy(
    struct text_out *text, wchar_t *out, size_t size, const wchar_t *sddl, const wchar_t *sid)
{
    const wchar_t *at;

    text_out_begin(text, out, size);
    if (!is_well_formed_sid(sid) || !is_well_formed(sddl)) return NULL;
    at = pass_head(sddl);
    text_out_part(text, sddl, (size_t)(at - sddl));
    return at;
}

size_t security_allow(wchar_t *out, size_t size, const wchar_t *sddl, uint32_t mask, const wchar_t *sid)
{
    bool held = false;
    struct text_out text;
    struct entry entry;
    const wchar_t *at;

    if (!(at = begin_copy(&text, out, size, sddl, sid))) return 0;
    while (next_entry(&at, &entry))
    {
        bool of_sid = is_same(entry.trustee, sid);

        if (of_sid && !entry.allows) continue;
        held = held || (of_sid && (entry.mask & mask) == mask);
        text_out_part(&text, entry.whole.at, entry.whole.length);
    }
    if (!held) add_entry(&text, mask, sid);
    return text_out_end(&text);
}

size_t security_disallow(wchar_t *out, size_t size, const wchar_t *sddl, const wchar_t *sid)
{
    bool kept = false;
    struct text_out text;
    struct entry entry;
    const wchar_t *at;

    if (!(at = begin_copy(&text, out, size, sddl, sid))) return 0;
    while (next_entry(&at, &entry))
    {
        if (entry.allows && is_same(entry.trustee, sid)) continue;
        text_out_part(&text, entry.whole.at, entry.whole.length);
        kept = true;
    }
    if (kept) return text_out_end(&text);
    text_out_begin(&text, out, size);
    return 0;
}

bool security_allows(const wchar_t *sddl, const wchar_t *sid)
{
    const wchar_t *at = is_well_formed(sddl) ? pass_head(sddl) : L"";
    struct entry entry;

    while (next_entry(&at, &entry))
        if (entry.allows && is_same(entry.trustee, sid)) return true;
    return false;
}

bool security_allowed(wchar_t *out, size_t size, const wchar_t *sddl, size_t number)
{
    const wchar_t *at = is_well_formed(sddl) ? pass_head(sddl) : L"";
    struct text_out text;
    struct entry entry;

    text_out_begin(&text, out, size);
    while (next_entry(&at, &entry))
    {
        struct field sid = spelled_out(entry.trustee);

        if (!entry.allows || number--) continue;
        if (sid.length >= size) return false;
        text_out_part(&text, sid.at, sid.length);
        text_out_end(&text);
        return true;
    }
    return false;
}

static bool holds(const wchar_t *sddl, uint32_t mask, const wchar_t *sid)
{
    const wchar_t *at = pass_head(sddl);
    struct entry entry;

    while (next_entry(&at, &entry))
        if (entry.allows && is_same(entry.trustee, sid) && (entry.mask & mask) == mask) return true;
    return false;
}

size_t security_renew(wchar_t *out, size_t size, const wchar_t *stored, security_writer *standard, uint32_t mask)
{
    wchar_t always[FIXED_SIZE];
    struct text_out text;
    struct entry entry;
    const wchar_t *at;

    text_out_begin(&text, out, size);
    standard(always, FIXED_SIZE);
    if (!is_well_formed(stored))
    {
        text_out_add(&text, always);
        return text_out_end(&text);
    }
    text_out_add(&text, stored);
    at = pass_head(always);
    while (next_entry(&at, &entry))
    {
        wchar_t sid[FIXED_SIZE];
        struct text_out sid_text;
        struct field field = spelled_out(entry.trustee);

        text_out_begin(&sid_text, sid, FIXED_SIZE);
        text_out_part(&sid_text, field.at, field.length);
        text_out_end(&sid_text);
        if (!holds(stored, mask, sid)) add_entry(&text, mask, sid);
    }
    return text_out_end(&text);
}

static bool begins_with(const wchar_t *sid, const wchar_t *prefix)
{
    return !wcsncmp(sid, prefix, wcslen(prefix));
}

/* S-1-5-21-a-b-c-N: the number N, where a, b and c are of a domain or of a machine; 0 if it is none such. */
static unsigned long number_in_domain(const wchar_t *sid)
{
    const wchar_t *last = wcsrchr(sid, L'-');
    unsigned dashes = 0;

    for (const wchar_t *at = sid; *at; at++)
        dashes += *at == L'-';
    return dashes == 7 && begins_with(sid, L"S-1-5-21-") ? wcstoul(last + 1, NULL, 10) : 0;
}

bool security_means_everybody(const wchar_t *sid)
{
    static const wchar_t *const sids[] = {
        L"S-1-0-0",      /* Nobody */
        L"S-1-1-0",      /* Everyone */
        L"S-1-5-1",      /* DIALUP */
        L"S-1-5-2",      /* NETWORK */
        L"S-1-5-3",      /* BATCH */
        L"S-1-5-4",      /* INTERACTIVE */
        L"S-1-5-6",      /* SERVICE */
        L"S-1-5-7",      /* ANONYMOUS LOGON */
        L"S-1-5-8",      /* PROXY */
        L"S-1-5-11",     /* Authenticated Users */
        L"S-1-5-12",     /* RESTRICTED */
        L"S-1-5-13",     /* TERMINAL SERVER USER */
        L"S-1-5-14",     /* REMOTE INTERACTIVE LOGON */
        L"S-1-5-15",     /* This Organization */
        L"S-1-5-33",     /* WRITE RESTRICTED */
        L"S-1-5-113",    /* Local account */
        L"S-1-5-114",    /* Local account and member of Administrators group */
        L"S-1-5-1000",   /* Other Organization */
        L"S-1-5-32-545", /* Users */
        L"S-1-5-32-546", /* Guests */
        L"S-1-5-32-547", /* Power Users */
        L"S-1-5-32-554", /* Pre-Windows 2000 Compatible Access */
        L"S-1-5-80-0",   /* ALL SERVICES */
        L"S-1-5-83-0",   /* Virtual Machines */
        L"S-1-15-2-1",   /* ALL APPLICATION PACKAGES */
        L"S-1-15-2-2",   /* ALL RESTRICTED APPLICATION PACKAGES */
    };
    static const wchar_t *const prefixes[] = {
        L"S-1-2-",         /* LOCAL, CONSOLE LOGON */
        L"S-1-3-",         /* CREATOR OWNER and the like, which stand for nobody in a descriptor that is asked */
        L"S-1-5-5-",       /* one log-on, which ends */
        L"S-1-5-21-0-0-0", /* whoever has claims */
        L"S-1-5-64-",      /* by the way of authentication: NTLM, Digest, SChannel */
        L"S-1-5-65-",      /* by the way of authentication: this organization's certificate */
        L"S-1-15-3-",      /* what an app is capable of */
        L"S-1-16-",        /* integrity levels */
        L"S-1-18-",        /* by who asserted the identity */
        L"S-1-19-",        /* trust labels */
    };
    static const unsigned long in_domain[] = {
        501, /* Guest */
        513, /* Domain Users; None of a machine, which all its users are in */
        514, /* Domain Guests */
        515, /* Domain Computers */
    };
    struct field field = {sid, wcslen(sid)};
    unsigned long number = number_in_domain(sid);

    for (size_t i = 0; i < COUNT_OF(sids); i++)
        if (is_same(field, sids[i])) return true;
    for (size_t i = 0; i < COUNT_OF(prefixes); i++)
        if (begins_with(sid, prefixes[i])) return true;
    for (size_t i = 0; i < COUNT_OF(in_domain); i++)
        if (number == in_domain[i]) return true;
    return false;
}

bool security_is_well_formed(const wchar_t *sddl)
{
    return is_well_formed(sddl);
}
