/* fault_line.h - one line of the control file that tells of a fault: what strikes, where and when. The words are
 * described in control.h. */
#pragma once

#include "dialog.h"

enum fault_kind
{
    FAULT_DIALOG,
    FAULT_HANG,
    FAULT_DIE,
    FAULT_QUIT,
    FAULT_FAIL /* `busy` too: it fails with a number of its own */
};

enum fault_place
{
    PLACE_START,
    PLACE_CREATE,
    PLACE_LOGON,
    PLACE_ANY,
    PLACE_MEMBER,
    PLACE_MEMBER_AFTER,
    PLACE_SENDING,
    PLACE_STORED,
    PLACE_RETURNED,
    PLACE_DELIVERING,
    PLACE_DELIVERED
};

struct fault
{
    LONG ref;
    struct fault *next;
    WCHAR *line; /* `name = value` as it is logged and known again */
    enum fault_kind kind;
    struct dialog dialog;
    HRESULT answer; /* of FAULT_FAIL */
    enum fault_place place;
    WCHAR *member;   /* Class.Member; NULL: another place */
    unsigned first;  /* how often the place is come to before it strikes, from 1 */
    unsigned times;  /* how often it strikes; 0: always */
    unsigned for_ms; /* how long after it struck first; 0: for ever */
    unsigned come, struck;
    ULONGLONG began; /* 0: it has not struck */
};

bool fault_line_is(const WCHAR *name);
/* The caller owns one reference of *fault. Returns NULL, or what is wrong with the line: then there is no fault. */
const WCHAR *fault_line_read(const WCHAR *name, const WCHAR *value, struct fault **fault);
void fault_release(struct fault *fault);
