/* fault_line.c - one line of the control file that tells of a fault. See fault_line.h.
 * Read from its end, so that a dialog's text may hold any words: `ARGUMENTS at PLACE WHEN`. */
#include "fault_line.h"
#include "dispatch.h"
#include <stdlib.h>
#include <wchar.h>

/* What stands before the place. Each returns NULL or what is wrong. */
static const WCHAR *read_nothing(struct fault *fault, WCHAR *arguments)
{
    (void)fault;
    return *arguments ? L"this fault has no arguments" : NULL;
}

static const WCHAR *read_busy(struct fault *fault, WCHAR *arguments)
{
    static const struct
    {
        const WCHAR *word;
        HRESULT answer;
    } words[] = {{L"rejected", RPC_E_CALL_REJECTED}, {L"retry-later", RPC_E_SERVERCALL_RETRYLATER}};

    for (size_t i = 0; i < ARRAYSIZE(words); i++)
    {
        if (!text_same(words[i].word, arguments)) continue;
        fault->answer = words[i].answer;
        return NULL;
    }
    return L"busy is rejected or retry-later";
}

static const WCHAR *read_fail(struct fault *fault, WCHAR *arguments)
{
    WCHAR *end;

    fault->answer = (HRESULT)wcstoul(arguments, &end, 16);
    return *end || SUCCEEDED(fault->answer) ? L"fail needs the number of a failure, such as 0x80040115" : NULL;
}

static const WCHAR *read_dialog(struct fault *fault, WCHAR *arguments)
{
    return dialog_read(&fault->dialog, arguments);
}

static const struct
{
    const WCHAR *name;
    enum fault_kind kind;
    const WCHAR *(*read)(struct fault *fault, WCHAR *arguments);
} kinds[] = {
    {L"dialog", FAULT_DIALOG, read_dialog},
    {L"hang", FAULT_HANG, read_nothing},
    {L"die", FAULT_DIE, read_nothing},
    {L"quit", FAULT_QUIT, read_nothing},
    {L"busy", FAULT_FAIL, read_busy},
    {L"fail", FAULT_FAIL, read_fail},
};

static const struct
{
    const WCHAR *name;
    enum fault_place place;
    const WCHAR *member;
} places[] = {
    {L"start", PLACE_START, NULL},
    {L"create", PLACE_CREATE, NULL},
    {L"logon", PLACE_LOGON, NULL},
    {L"any", PLACE_ANY, NULL},
    {L"send", PLACE_MEMBER, L"MailItem.Send"},
    {L"sending", PLACE_SENDING, NULL},
    {L"stored", PLACE_STORED, NULL},
    {L"returned", PLACE_RETURNED, NULL},
    {L"delivering", PLACE_DELIVERING, NULL},
    {L"delivered", PLACE_DELIVERED, NULL},
};

static const WCHAR *read_place(struct fault *fault, const WCHAR *word, bool after)
{
    for (size_t i = 0; i < ARRAYSIZE(places); i++)
    {
        if (!text_same(places[i].name, word)) continue;
        if (after && !places[i].member) return L"only a member has an after";
        fault->place = after ? PLACE_MEMBER_AFTER : places[i].place;
        if (places[i].member) fault->member = text_copy(places[i].member);
        if (fault->place == PLACE_RETURNED && fault->kind == FAULT_FAIL) return L"nothing is answered after the answer";
        return NULL;
    }
    if (!object_has_member(word)) return L"there is no such place, and no such member";
    fault->place = after ? PLACE_MEMBER_AFTER : PLACE_MEMBER;
    fault->member = text_copy(word);
    return NULL;
}

static const WCHAR *read_when(struct fault *fault, const WCHAR *word, const WCHAR *amount, bool *took_amount)
{
    const struct
    {
        const WCHAR *word;
        unsigned *amount;
    } words[] = {{L"nth", &fault->first}, {L"times", &fault->times}, {L"for", &fault->for_ms}};

    *took_amount = false;
    if (text_same(word, L"once"))
    {
        fault->times = 1;
        return NULL;
    }
    for (size_t i = 0; i < ARRAYSIZE(words); i++)
    {
        WCHAR *end;

        if (!text_same(words[i].word, word)) continue;
        *words[i].amount = amount ? (unsigned)wcstoul(amount, &end, 10) : 0;
        if (!*words[i].amount || *end) return L"nth, times and for need a number above 0";
        *took_amount = true;
        return NULL;
    }
    return L"when is once, nth N, times N or for MS";
}

/* `PLACE WHEN...`; the words are cut apart. */
static const WCHAR *read_place_and_when(struct fault *fault, WCHAR *words, bool after)
{
    WCHAR *context, *word = wcstok_s(words, L" \t", &context), *next;
    const WCHAR *wrong = word ? read_place(fault, word, after) : L"the place is missing";

    for (word = wcstok_s(NULL, L" \t", &context); word && !wrong; word = next)
    {
        bool took_amount;

        next = wcstok_s(NULL, L" \t", &context);
        wrong = read_when(fault, word, next, &took_amount);
        if (took_amount) next = wcstok_s(NULL, L" \t", &context);
    }
    if (fault->first && !fault->times) fault->times = 1;
    if (!fault->first) fault->first = 1;
    return wrong;
}

/* The last of the words " at " and " after "; NULL: none. */
static WCHAR *find_place(WCHAR *padded, bool *after)
{
    WCHAR *found = NULL;

    for (WCHAR *at = wcsstr(padded, L" a"); at; at = wcsstr(at + 1, L" a"))
    {
        bool is_at = !wcsncmp(at, L" at ", 4), is_after = !wcsncmp(at, L" after ", 7);

        if (!is_at && !is_after) continue;
        *after = is_after;
        found = at;
    }
    return found;
}

static const WCHAR *read_value(struct fault *fault, size_t kind, WCHAR *padded)
{
    bool after = false;
    WCHAR *place = find_place(padded, &after), *arguments;
    const WCHAR *wrong;

    if (!place) return L"a fault needs its place: at PLACE, or after Class.Member";
    *place = 0;
    arguments = text_trim(padded, wcslen(padded), L"");
    wrong = kinds[kind].read(fault, arguments);
    free(arguments);
    return wrong ? wrong : read_place_and_when(fault, place + (after ? 7 : 4), after);
}

static size_t find_kind(const WCHAR *name)
{
    size_t i = 0;

    while (i < ARRAYSIZE(kinds) && !text_same(kinds[i].name, name))
        i++;
    return i;
}

bool fault_line_is(const WCHAR *name)
{
    return find_kind(name) < ARRAYSIZE(kinds);
}

const WCHAR *fault_line_read(const WCHAR *name, const WCHAR *value, struct fault **fault)
{
    size_t kind = find_kind(name);
    WCHAR *padded = text_format(L" %s", value);
    struct fault *made = memory_new(sizeof(*made));
    const WCHAR *wrong;

    made->ref = 1;
    made->kind = kinds[kind].kind;
    made->line = text_format(L"%s = %s", name, value);
    if ((wrong = read_value(made, kind, padded)))
    {
        fault_release(made);
        made = NULL;
    }
    free(padded);
    *fault = made;
    return wrong;
}

void fault_release(struct fault *fault)
{
    if (--fault->ref) return;
    dialog_clear(&fault->dialog);
    free(fault->member);
    free(fault->line);
    free(fault);
}
