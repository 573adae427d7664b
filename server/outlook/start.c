/* start.c - how Outlook is had: looked at first, in the registry and the process list; then joined where it runs, else
 * started, by the class that is registered and never by a file name of ours. Whose it is, is told from the process list
 * before and after. No Logon without a profile's name: that may ask which one; the Inbox is asked for, which logs on to
 * the default one. */
#include "activation.h"
#include <stdio.h>
#include "host/outlook_facts.h"
#include "host/user.h"
#include "rules/integrity.h"
#include "rules/outlook_error.h"

#define FOLDER_INBOX 6 /* OlDefaultFolders */

const LONG folder_numbers[folder_count] = {[folder_drafts] = 16, [folder_outbox] = 4, [folder_sent] = 5};

/* --- looked at before Outlook is asked for anything */

static const WCHAR *user_name(void)
{
    const struct user *user = user_self();

    return user ? user->name : L"this user";
}

static HRESULT find_image(struct outlook_install *install, struct image *image, struct error *error)
{
    const struct outlook_image *registered;
    struct finding finding;
    const WCHAR *end;

    image->leaf[0] = 0;
    outlook_install_read(install);
    if (outlook_install_wrong(install, &finding)) return error_set_finding(error, &finding);
    registered = outlook_install_image(install);
    if (registered)
    {
        end = wcsrchr(registered->program, L'\\');
        lstrcpynW(image->leaf, end ? end + 1 : registered->program, ARRAYSIZE(image->leaf));
    }
    return CLSIDFromString(install->class_id, &image->class);
}

BOOL outlook_runs(void)
{
    struct outlook_install install;
    struct process_list running;
    struct image image;

    if (FAILED(find_image(&install, &image, NULL))) return FALSE;
    list_processes(&image, &running);
    return running.count > 0;
}

static void publish_install(
    struct apartment *apartment, const struct outlook_install *install, const struct image *image)
{
    struct outlook_facts *facts = facts_take(apartment);

    if (!facts) return;
    facts->major = install->major;
    facts->bits = outlook_install_bits(install);
    lstrcpynW(facts->image, image->leaf, ARRAYSIZE(facts->image));
    facts_give(apartment);
}

static HRESULT check_elevation(const struct process_list *running, struct error *error)
{
    uint32_t own = running->count ? process_integrity(GetCurrentProcessId()) : INTEGRITY_UNKNOWN;
    struct finding finding;

    for (unsigned i = 0; i < running->count; i++)
        if (integrity_wrong(own, process_integrity(running->processes[i].id), &finding))
            return error_set_finding(error, &finding);
    return S_OK;
}

static HRESULT check_profile(unsigned major, const WCHAR *wished, BOOL running, struct error *error)
{
    struct profile_facts facts;
    struct finding finding;

    profile_facts_read(major, &facts);
    return profile_wrong(&facts, wished, running, user_name(), &finding) ? error_set_finding(error, &finding) : S_OK;
}

/* --- had */

/* Joins the session there is, whatever its profile; begins one on this profile where there is none. No dialog. */
static HRESULT log_on(struct apartment *apartment, const WCHAR *profile)
{
    VARIANT arguments[4];
    HRESULT hr;

    V_VT(&arguments[0]) = VT_BSTR;
    V_BSTR(&arguments[0]) = SysAllocString(profile);
    V_VT(&arguments[1]) = VT_ERROR;
    V_ERROR(&arguments[1]) = DISP_E_PARAMNOTFOUND; /* Password */
    V_VT(&arguments[2]) = V_VT(&arguments[3]) = VT_BOOL;
    V_BOOL(&arguments[2]) = VARIANT_FALSE; /* ShowDialog */
    V_BOOL(&arguments[3]) = VARIANT_TRUE;  /* NewSession: never that of another MAPI program */
    hr = V_BSTR(&arguments[0]) ? S_OK : E_OUTOFMEMORY;
    if (SUCCEEDED(hr))
        hr = call_member(apartment, apartment->connection.session, session_logon, DISPATCH_METHOD, arguments, 4, NULL);
    SysFreeString(V_BSTR(&arguments[0]));
    return hr;
}

static HRESULT open_session(struct apartment *apartment, const WCHAR *profile)
{
    struct connection *connection = &apartment->connection;
    IDispatch *inbox = NULL;
    BSTR text;
    HRESULT hr = get_object_by_text(
        apartment, connection->application, application_get_namespace, L"MAPI", NULL, &connection->session);

    if (SUCCEEDED(hr) && !connection->session) hr = E_FAIL;
    if (SUCCEEDED(hr) && profile) hr = log_on(apartment, profile);
    if (SUCCEEDED(hr))
        hr = get_object_by_long(apartment, connection->session, session_get_default_folder, FOLDER_INBOX, &inbox);
    drop_object(&inbox);
    for (unsigned i = 0; SUCCEEDED(hr) && i < folder_count; i++)
    {
        hr = get_object_by_long(
            apartment, connection->session, session_get_default_folder, folder_numbers[i], &connection->folders[i]);
        if (SUCCEEDED(hr) && !connection->folders[i]) hr = E_FAIL;
    }
    if (FAILED(hr)) return hr;
    if (FAILED(hr = get_text(apartment, connection->folders[folder_drafts], folder_store_id, &text))) return hr;
    connection->store_id = _wcsdup(text);
    SysFreeString(text);
    return connection->store_id ? S_OK : E_OUTOFMEMORY;
}

/* Each text names what it inserts in its own order. */
static HRESULT start_error(HRESULT hr, const WCHAR *said, const WCHAR *profile, struct error *error)
{
    enum error_id id = outlook_start_error((uint32_t)hr);
    WCHAR words[CODE_WORDS_SIZE], checked[CODE_WORDS_SIZE + 64];

    code_words(hr, words);
    swprintf(checked, ARRAYSIZE(checked), L"the activation of Outlook.Application, which answered %ls", words);
    if (id == error_no_outlook) return error_set(error, id, 1, checked);
    if (id == error_no_profile && profile)
        return error_set(error, error_profile_refused, 3, profile, words, user_name());
    if (id == error_logon_failed) return error_set(error, id, 3, words, said, user_name());
    if (id == error_elevation_refused)
        return error_set(error, id, 2, words, integrity_words(process_integrity(GetCurrentProcessId())));
    return error_set(error, id, 2, words, user_name());
}

static HRESULT activation_error(HRESULT hr, const struct outlook_install *install, struct error *error)
{
    WCHAR words[CODE_WORDS_SIZE];
    struct finding finding;

    code_words(hr, words);
    if (outlook_start_wrong(install, (uint32_t)hr, words, &finding)) return error_set_finding(error, &finding);
    return start_error(hr, L"", NULL, error);
}

/* What keeps Outlook from being had, found out without asking it. */
static HRESULT check_before(struct apartment *apartment, const struct outlook_install *install,
    const struct process_list *before, const WCHAR *profile, struct error *error)
{
    HRESULT hr = check_elevation(before, error);

    if (SUCCEEDED(hr)) hr = check_profile(install->major, profile, before->count > 0, error);
    /* An Outlook that runs is joined, however often it failed to start. */
    if (SUCCEEDED(hr) && !before->count) hr = starts_allowed(&apartment->outlook->starts, NULL, error);
    return hr;
}

/* From the first activation to the session. said: what Outlook answered, as its own code. */
static HRESULT ask_outlook(struct apartment *apartment, const struct image *image, const struct process_list *before,
    const struct outlook_install *install, const struct work *wish, HRESULT *said, struct error *error)
{
    struct connection *connection = &apartment->connection;
    HRESULT hr = activation_get(apartment, image, before, wish->join_only, &connection->application);

    *said = hr;
    if (FAILED(hr)) return activation_error(hr, install, error);
    if (!activation_find_process(apartment, image, before))
        return error_unexpected_windows(error, L"finding Outlook's process", *said = RPC_E_UNEXPECTED);
    *said = hr = open_session(apartment, wish->profile);
    if (FAILED(hr) && connection->lost) return connection_error(apartment, hr, L"logging on", error);
    return FAILED(hr) ? start_error(hr, apartment->answer.text, wish->profile, error) : S_OK;
}

HRESULT connection_start(struct apartment *apartment, struct work *wish)
{
    struct failed_start failed = {.asked = true, .profile_named = wish->profile != NULL};
    struct process_list before;
    struct outlook_install install;
    struct image image;
    HRESULT hr = find_image(&install, &image, &wish->error), said;

    if (FAILED(hr)) return hr;
    publish_install(apartment, &install, &image);
    list_processes(&image, &before);
    if (FAILED(hr = check_before(apartment, &install, &before, wish->profile, &wish->error))) return hr;
    hr = ask_outlook(apartment, &image, &before, &install, wish, &said, &wish->error);
    if (SUCCEEDED(hr)) return hr;
    connection_drop(apartment, FALSE, 0);
    failed.ran_before = before.count > 0;
    failed.hr = (uint32_t)said;
    if (!failed.ran_before) activation_end_failed(apartment, &image, &before);
    if (apartment->outlook->ending || apartment->left_behind || wish->join_only) return hr;
    if (circuit_counts(&failed)) starts_failed(&apartment->outlook->starts, &wish->error);
    return hr;
}
