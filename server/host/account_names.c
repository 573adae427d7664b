/* account_names.c - see account_names.h. The thread is there only while something is to be looked up, one after the
 * other. Places are given away in turn, but for those that it is going to answer. */
#include "account_names.h"
#include <sddl.h>
#include <wchar.h>
#include "error.h"

#define STACK_SIZE 262144

struct account_names caller_names = {
    .look_up = account_look_up_name, .wait_ms = 100, .life_ms = 3600000, .no_name_life_ms = 60000};

static struct known_name *find_place(struct account_names *names, const WCHAR *sid)
{
    for (unsigned i = 0; i < account_names_kept; i++)
        if (!wcscmp(names->places[i].sid, sid)) return &names->places[i];
    return NULL;
}

/* NULL if all are being looked up. */
static struct known_name *take_place(struct account_names *names, const WCHAR *sid)
{
    for (unsigned i = 0; i < account_names_kept; i++)
    {
        struct known_name *place = &names->places[names->next++ % account_names_kept];

        if (place->wanted) continue;
        memset(place, 0, sizeof(*place));
        wcscpy(place->sid, sid);
        return place;
    }
    return NULL;
}

static struct known_name *find_wanted(struct account_names *names)
{
    for (unsigned i = 0; i < account_names_kept; i++)
        if (names->places[i].wanted) return &names->places[i];
    return NULL;
}

/* The old name stays where there is no new one: it says more than the SID. */
static void note_answer(struct account_names *names, struct known_name *place, BOOL found, const WCHAR *name)
{
    if (found)
        wcscpy(place->name, name);
    else if (!place->name[0])
        wcscpy(place->name, place->sid);
    place->until = deadline_in(found ? names->life_ms : names->no_name_life_ms);
    place->wanted = FALSE;
}

static DWORD WINAPI names_thread(void *context)
{
    struct account_names *names = context;
    WCHAR sid[SID_TEXT_SIZE], name[ACCOUNT_NAME_SIZE];
    struct known_name *place;
    BOOL found;

    AcquireSRWLockExclusive(&names->lock);
    while ((place = find_wanted(names)))
    {
        wcscpy(sid, place->sid);
        ReleaseSRWLockExclusive(&names->lock);
        found = names->look_up(sid, name) == S_OK;
        AcquireSRWLockExclusive(&names->lock);
        note_answer(names, place, found, name); /* its place is kept while it is wanted */
        WakeAllConditionVariable(&names->answered);
    }
    names->asking = FALSE;
    ReleaseSRWLockExclusive(&names->lock);
    return 0;
}

static void want(struct account_names *names, struct known_name *place)
{
    HANDLE thread;

    if (!names->asking)
    {
        thread = CreateThread(NULL, STACK_SIZE, names_thread, names, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
        if (!thread) return;
        CloseHandle(thread);
        names->asking = TRUE;
    }
    place->wanted = TRUE;
    place->patience = deadline_in(names->wait_ms);
}

/* Waits for a name that was never known. Who comes after the patience with it is over does not. */
static void await_first(struct account_names *names, struct known_name *place)
{
    DWORD left;

    while (!place->name[0] && place->wanted && (left = deadline_left(place->patience)))
        SleepConditionVariableSRW(&names->answered, &names->lock, left, 0);
}

static BOOL is_sid(const WCHAR *text)
{
    PSID binary;

    if (wcslen(text) >= SID_TEXT_SIZE || !ConvertStringSidToSidW(text, &binary)) return FALSE;
    LocalFree(binary);
    return TRUE;
}

HRESULT account_names_find(struct account_names *names, const WCHAR *sid, WCHAR *name, size_t size)
{
    struct known_name *place;
    const WCHAR *text = sid;
    HRESULT hr = S_OK;

    if (!size) return E_INVALIDARG;
    name[0] = 0;
    AcquireSRWLockExclusive(&names->lock);
    if (!(place = find_place(names, sid)) && is_sid(sid)) place = take_place(names, sid);
    if (place && !place->wanted && !(place->name[0] && deadline_left(place->until))) want(names, place);
    if (place) await_first(names, place);
    if (place && place->name[0] && !wcscmp(place->sid, sid)) text = place->name; /* not another's by now */
    if (wcslen(text) < size)
        wcscpy(name, text);
    else
        hr = HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER);
    ReleaseSRWLockExclusive(&names->lock);
    return hr;
}
