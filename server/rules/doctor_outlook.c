/* doctor_outlook.c - see doctor.h: what the look at Outlook comes to. The same functions judge that the broker asks
 * before it starts Outlook, so doctor tells beforehand what a caller would be told. */
#include "doctor.h"
#include "integrity.h"

#define MEDIUM_LEVEL 0x2000u
#define WORDS_SIZE 512 /* places for the names of the profiles, or for what decides of the guard */

static const wchar_t no_classic_outlook[] = L"classic Outlook cannot be started, so there is nothing to look at";

static bool is_missing(const struct outlook_install *install)
{
    struct finding ignored;

    return outlook_install_wrong(install, &ignored);
}

void doctor_outlook(struct doctor_row *row, const struct outlook_install *install)
{
    const struct outlook_image *image = outlook_install_image(install);
    const wchar_t *version = outlook_install_version(install);
    const unsigned bits = outlook_install_bits(install);
    struct finding finding;

    if (outlook_install_wrong(install, &finding))
    {
        doctor_add_finding(row, doctor_problem, &finding);
        return;
    }
    doctor_add(row, L"classic Outlook, version %1, %2, installed by %3: %4", version[0] ? version : L"unknown",
        bits == 64   ? L"64-bit"
        : bits == 32 ? L"32-bit"
                     : L"bitness unknown",
        outlook_kind_words(outlook_install_kind(install)), image && image->program[0] ? image->program : L"?");
    if (install->prefers_new != 1) return;
    doctor_add(row, L"; but the user has switched to the new Outlook, which no program can drive");
    doctor_judge(row, doctor_warning, L"switch back in the new Outlook: Help, Go to classic Outlook.");
}

void doctor_profile(struct doctor_row *row, const struct outlook_install *install, const struct profile_facts *facts,
    bool running, const wchar_t *user)
{
    wchar_t list[WORDS_SIZE], number[DOCTOR_NUMBER_SIZE];
    struct finding finding;

    if (is_missing(install))
    {
        doctor_add(row, no_classic_outlook);
        doctor_judge(row, doctor_unknown, NULL);
        return;
    }
    if (!facts->known)
    {
        doctor_add(row, L"it is not known where this Outlook keeps its profiles");
        doctor_judge(row, doctor_unknown, L"start Outlook once and see that it opens the mailbox without a question.");
        return;
    }
    if (profile_wrong(facts, NULL, running, user, &finding))
    {
        doctor_add_finding(row, doctor_problem, &finding);
        return;
    }
    profile_list(facts, list, WORDS_SIZE);
    doctor_add(row,
        facts->default_name[0] ? L"default profile \"%1\"; %2 in all under %3: %4"
                               : L"no default profile is set; %2 in all under %3: %4",
        facts->default_name, doctor_number(facts->count, number), facts->place, facts->count ? list : L"none");
}

void doctor_guard(struct doctor_row *row, const struct outlook_install *install, const struct guard_values *values)
{
    static const wchar_t *const words[] = {
        [guard_open] = L"%1 goes without a question (%2)",
        [guard_unsure] = L"%1 may bring up a question: the registry alone does not decide (%2)",
        [guard_prompts] = L"%1 brings up a question that nobody answers (%2)",
        [guard_refuses] = L"%1 is refused (%2)",
    };
    static const wchar_t next[] =
        L"set the policy Outlook Security Mode to the security group policy and approve sending and the address book "
        L"automatically, or set Programmatic Access to \"Never warn\" (needs an administrator).";
    wchar_t reason[WORDS_SIZE];
    enum guard_state send, book;

    if (is_missing(install))
    {
        doctor_add(row, no_classic_outlook);
        doctor_judge(row, doctor_unknown, NULL);
        return;
    }
    send = guard_state(values, guard_send, reason, WORDS_SIZE);
    doctor_add(row, words[send], L"sending", reason);
    book = guard_state(values, guard_address_book, reason, WORDS_SIZE);
    doctor_add(row, L"; ");
    doctor_add(row, words[book], L"reading addresses", reason);
    if (send == guard_prompts || send == guard_refuses) doctor_judge(row, doctor_problem, next);
    if (book == guard_prompts || book == guard_refuses) doctor_judge(row, doctor_warning, next);
}

void doctor_integrity(struct doctor_row *row, const struct doctor_levels *levels)
{
    struct finding finding;

    doctor_add(row, L"Outlook: %1; broker: %2; this process: %3",
        levels->outlook_runs ? integrity_words(levels->outlook) : L"does not run",
        levels->broker_runs ? integrity_words(levels->broker) : L"does not run", integrity_words(levels->own));
    if (!levels->outlook_runs) return;
    /* A broker that does not run yet will be started with the user's ordinary rights. */
    if (!integrity_wrong(levels->broker_runs ? levels->broker : MEDIUM_LEVEL, levels->outlook, &finding)) return;
    doctor_add(row, L". ");
    doctor_add_finding(row, doctor_problem, &finding);
}

void doctor_starts(struct doctor_row *row, const struct doctor_starts *starts)
{
    wchar_t number[DOCTOR_NUMBER_SIZE];

    if (!starts->failed && !starts->left_alone)
    {
        doctor_add(row, L"none has failed in the last ten minutes");
        return;
    }
    if (!starts->left_alone)
        doctor_add(row, L"%1 failed in the last ten minutes", doctor_number(starts->failed, number));
    else if (starts->until[0])
        doctor_add(row, L"too many failed, so Outlook is left alone until %1", starts->until);
    else
        doctor_add(row, L"too many failed; the next is tried as soon as one is needed");
    doctor_add(row, L". The last: %1", starts->reason[0] ? starts->reason : L"it is not known why.");
    if (starts->outlook_runs) doctor_add(row, L" But Outlook runs now, and will be joined.");
    doctor_judge(row, starts->left_alone && !starts->outlook_runs ? doctor_problem : doctor_warning,
        L"open Outlook as the mailbox's owner and see what it asks for; mail that waits then goes by itself.");
}

void doctor_libraries(struct doctor_row *row, const struct doctor_library *libraries, size_t count)
{
    wchar_t number[DOCTOR_NUMBER_SIZE];
    bool stale = false;

    for (size_t i = 0; i < count; i++)
    {
        if (libraries[i].there) continue;
        doctor_add(row, stale ? L"; HKCR\\%1 names %2, which is not there" : L"HKCR\\%1 names %2, which is not there",
            libraries[i].key, libraries[i].file[0] ? libraries[i].file : L"nothing");
        stale = true;
    }
    if (stale)
        doctor_judge(row, doctor_warning,
            L"repair Office, or save and remove each key named here: programs that are bound early fail by it with "
            L"0x80029C4A or 0x8002801D. The broker calls Outlook by name and does not need it.");
    else if (count)
        doctor_add(row, count == 1 ? L"1 file is named, and is there" : L"%1 files are named, all are there",
            doctor_number(count, number));
    else
        doctor_add(row, L"none is registered; the broker needs none");
}
