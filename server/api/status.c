/* status.c - IObStatus: a snapshot of the broker, taken when Session.Status was read. It never changes, so any thread
 * reads it without a lock, and it never waits for Outlook. */

#include "objects.h"
#include <stdlib.h>
#include <wchar.h>
#include "com/object.h"
#include "host/log.h"
#include "host/user.h"
#include "out.h"

struct status
{
    struct com_object com;
    struct broker_snapshot at;
};

static inline struct status *impl_from_IObStatus(IObStatus *iface)
{
    return CONTAINING_RECORD(com_object_from_dual(iface), struct status, com);
}

static HRESULT WINAPI status_get_Text(IObStatus *iface, BSTR *text)
{
    return out_text(text, broker_state_text(impl_from_IObStatus(iface)->at.state));
}

static HRESULT WINAPI status_get_State(IObStatus *iface, ObBrokerState *state)
{
    if (!state) return E_POINTER;
    *state = (ObBrokerState)impl_from_IObStatus(iface)->at.state;
    return S_OK;
}

static HRESULT WINAPI status_get_StateName(IObStatus *iface, BSTR *name)
{
    return out_text(name, broker_state_name(impl_from_IObStatus(iface)->at.state));
}

static HRESULT WINAPI status_get_Profile(IObStatus *iface, BSTR *profile)
{
    return out_text(profile, impl_from_IObStatus(iface)->at.outlook.profile);
}

static HRESULT WINAPI status_get_OutlookVersion(IObStatus *iface, BSTR *version)
{
    return out_text(version, impl_from_IObStatus(iface)->at.outlook.version);
}

static HRESULT WINAPI status_get_OutlookProcessId(IObStatus *iface, LONG *id)
{
    return out_long(id, (LONG)impl_from_IObStatus(iface)->at.outlook.process_id);
}

static HRESULT WINAPI status_get_OwnsOutlook(IObStatus *iface, VARIANT_BOOL *owns)
{
    return out_truth(owns, impl_from_IObStatus(iface)->at.outlook.owned);
}

static HRESULT WINAPI status_get_ProcessId(IObStatus *iface, LONG *id)
{
    (void)iface;
    return out_long(id, (LONG)GetCurrentProcessId());
}

static HRESULT WINAPI status_get_WindowsSession(IObStatus *iface, LONG *session)
{
    const struct user *self = user_self();

    (void)iface;
    return out_long(session, self ? (LONG)self->windows_session : 0);
}

static HRESULT WINAPI status_get_StartedAt(IObStatus *iface, VARIANT *time)
{
    return out_time(time, impl_from_IObStatus(iface)->at.started_at);
}

static HRESULT WINAPI status_get_DialogTitle(IObStatus *iface, BSTR *title)
{
    return out_text(title, impl_from_IObStatus(iface)->at.outlook.dialog.title);
}

/* What can be pressed and what kind of window it is belong to it: nobody may be at the screen to look. */
static HRESULT WINAPI status_get_DialogText(IObStatus *iface, BSTR *text)
{
    const struct outlook_dialog *dialog = &impl_from_IObStatus(iface)->at.outlook.dialog;
    WCHAR words[dialog_text_size + dialog_buttons_size + dialog_class_size + 40];

    if (!dialog->since) return out_text(text, L"");
    _snwprintf(words, ARRAYSIZE(words), L"%ls Buttons: %ls. Window class: %ls.", dialog->text, dialog->buttons,
        dialog->class_name);
    words[ARRAYSIZE(words) - 1] = 0;
    return out_text(text, words);
}

static HRESULT WINAPI status_get_DialogSince(IObStatus *iface, VARIANT *time)
{
    return out_time(time, impl_from_IObStatus(iface)->at.outlook.dialog.since);
}

static HRESULT WINAPI status_get_Queued(IObStatus *iface, LONG *count)
{
    const LONG *jobs = impl_from_IObStatus(iface)->at.jobs;

    return out_long(count, jobs[job_queued] + jobs[job_sending]);
}

static HRESULT WINAPI status_get_Submitted(IObStatus *iface, LONG *count)
{
    return out_long(count, impl_from_IObStatus(iface)->at.jobs[job_submitted]);
}

static HRESULT WINAPI status_get_Sent(IObStatus *iface, LONG *count)
{
    return out_long(count, impl_from_IObStatus(iface)->at.jobs[job_sent]);
}

static HRESULT WINAPI status_get_Failed(IObStatus *iface, LONG *count)
{
    return out_long(count, impl_from_IObStatus(iface)->at.jobs[job_failed]);
}

static HRESULT WINAPI status_get_Unknown(IObStatus *iface, LONG *count)
{
    return out_long(count, impl_from_IObStatus(iface)->at.jobs[job_unknown]);
}

static HRESULT WINAPI status_get_Restarts(IObStatus *iface, LONG *count)
{
    LONG attached = impl_from_IObStatus(iface)->at.outlook.times_attached;

    return out_long(count, attached > 1 ? attached - 1 : 0);
}

static HRESULT WINAPI status_get_LastError(IObStatus *iface, LONG *code)
{
    return out_long(code, impl_from_IObStatus(iface)->at.last_error);
}

static HRESULT WINAPI status_get_LastErrorText(IObStatus *iface, BSTR *text)
{
    return out_text(text, impl_from_IObStatus(iface)->at.last_error_text);
}

static HRESULT WINAPI status_get_LogFile(IObStatus *iface, BSTR *path)
{
    (void)iface;
    return out_text(path, log_path());
}

static const IObStatusVtbl status_vtbl = {
    COM_OBJECT_METHODS(IObStatus),
    status_get_Text,
    status_get_State,
    status_get_StateName,
    status_get_Profile,
    status_get_OutlookVersion,
    status_get_OutlookProcessId,
    status_get_OwnsOutlook,
    status_get_ProcessId,
    status_get_WindowsSession,
    status_get_StartedAt,
    status_get_DialogTitle,
    status_get_DialogText,
    status_get_DialogSince,
    status_get_Queued,
    status_get_Submitted,
    status_get_Sent,
    status_get_Failed,
    status_get_Unknown,
    status_get_Restarts,
    status_get_LastError,
    status_get_LastErrorText,
    status_get_LogFile,
};

static void status_destroy(struct com_object *object)
{
    free(CONTAINING_RECORD(object, struct status, com));
}

static const struct com_class status_class = {&IID_IObStatus, &CLSID_ObStatus, L"Status", status_destroy};

HRESULT status_create(struct broker *broker, IObStatus **out)
{
    struct status *status = calloc(1, sizeof(*status));

    *out = NULL;
    if (!status) return E_OUTOFMEMORY;
    com_object_init(&status->com, &status_class, &status_vtbl);
    broker_snapshot(broker, &status->at);
    *out = (IObStatus *)&status->com.IDispatch_iface;
    return S_OK;
}
