/* register.c - see register.h. For the machine the application is run as the interactive user: that is where the
 * profile, the registry hive and the one Outlook are. */

#include "register.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include "host/owners.h"
#include "host/paths.h"
#include "host/processes.h"
#include "host/running_broker.h"
#include "host/user.h"
#include "outlook_broker.h"
#include "register_accounts.h"
#include "register_rows.h"

/* {9ACD0E04-8871-4188-BC42-AC6D967D9F30} */
const GUID broker_appid = {0x9acd0e04, 0x8871, 0x4188, {0xbc, 0x42, 0xac, 0x6d, 0x96, 0x7d, 0x9f, 0x30}};

#define SAID_SIZE 8192

/* What there is to tell, put together in memory that becomes the caller's. */
struct telling
{
    WCHAR *words;
    struct text_out text;
};

static HRESULT telling_begin(struct telling *telling, struct error *error)
{
    if (!(telling->words = malloc(SAID_SIZE * sizeof(*telling->words)))) return error_set(error, error_no_memory, 0);
    text_out_begin(&telling->text, telling->words, SAID_SIZE);
    return S_OK;
}

static void tell(struct telling *telling, const WCHAR *first, const WCHAR *second, const WCHAR *third)
{
    text_out_add(&telling->text, first);
    text_out_add(&telling->text, second);
    text_out_add(&telling->text, third);
}

/* Hands the words over, or lets go of them where hr is a failure. */
static HRESULT telling_end(struct telling *telling, HRESULT hr, WCHAR **said)
{
    text_out_end(&telling->text);
    if (SUCCEEDED(hr))
        *said = telling->words;
    else
        free(telling->words);
    return hr;
}

static HRESULT check_administrator(struct error *error)
{
    const struct user *self = user_self();
    BOOL is;
    HRESULT hr = token_is_administrator(NULL, &is);

    if (FAILED(hr)) return error_unexpected_windows(error, L"looking for an administrator's rights", hr);
    return is ? S_OK : error_set(error, error_not_administrator, 1, self ? self->name : L"this user");
}

/* Under a broker that runs the ground would move: COM would start a second one beside it, with other rights. */
static HRESULT check_no_broker(enum install install, struct error *error)
{
    WCHAR process[NUMBER_TEXT_SIZE], session[NUMBER_TEXT_SIZE];
    struct running_broker broker;

    if (!running_broker_find(install == install_machine, &broker)) return S_OK;
    return error_set(error, error_broker_running, 3, number_text(broker.process_id, process),
        number_text(broker.windows_session, session), broker.command_line);
}

static BOOL file_there(BOOL view_32)
{
    WCHAR path[DATA_PATH_SIZE];

    return SUCCEEDED(proxy_path(view_32, path, ARRAYSIZE(path))) && GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static HRESULT write_rows(struct registration *registration, struct error *error)
{
    struct registration_rows rows;
    HRESULT hr;

    registration->proxy_64 = file_there(FALSE);
    registration->proxy_32 = file_there(TRUE);
    if (FAILED(hr = registration_rows_make(registration, &rows, error))) return hr;
    hr = registry_write(rows.rows, rows.count, error);
    registration_rows_clear(&rows);
    return hr;
}

static HRESULT remove_rows(enum install install, struct error *error)
{
    struct registration whole = {.install = install, .whole = TRUE};
    struct registration_rows rows;
    HRESULT hr = registration_rows_make(&whole, &rows, error);

    if (FAILED(hr)) return hr;
    hr = registry_remove(rows.rows, rows.count, error);
    registration_rows_clear(&rows);
    return hr;
}

static void tell_program(struct telling *telling, const WCHAR *whom)
{
    WCHAR program[DATA_PATH_SIZE];

    tell(telling, L"Outlook Broker is registered for ", whom, L": ");
    tell(telling, SUCCEEDED(program_path(program)) ? program : L"?", L"\n", L"");
}

static void tell_proxies(struct telling *telling, const struct registration *registration)
{
    WCHAR path[DATA_PATH_SIZE];

    for (BOOL view_32 = FALSE; view_32 <= TRUE; view_32++)
    {
        if (view_32 ? registration->proxy_32 : registration->proxy_64) continue;
        if (FAILED(proxy_path(view_32, path, ARRAYSIZE(path)))) continue;
        tell(telling, view_32 ? L"32" : L"64",
            L"-bit programs call it by its type library: there are no proxies for them in ", path);
        tell(telling, L"\n", L"", L"");
    }
}

static void tell_owners(struct telling *telling)
{
    WCHAR owners[2048];

    owners_names(owners, ARRAYSIZE(owners));
    tell(telling, L"Mailbox owners: ", *owners ? owners : L"every user of this machine", L"\n");
}

HRESULT register_machine(const struct command_line *line, WCHAR **said, struct error *error)
{
    struct found_accounts *found = NULL;
    struct descriptors descriptors = {0};
    struct registration registration = {.install = install_machine};
    struct telling telling = {0}, notes = {0};
    WCHAR *owners = NULL;
    HRESULT hr = check_administrator(error);

    if (FAILED(hr)) return hr;
    if (!(found = calloc(1, sizeof(*found)))) return error_set(error, error_no_memory, 0);
    if (FAILED(hr = accounts_find(line, found, error))) goto done;
    if (FAILED(hr = check_no_broker(install_machine, error))) goto done;
    if (FAILED(hr = telling_begin(&telling, error)) || FAILED(hr = telling_begin(&notes, error))) goto done;
    if (FAILED(hr = accounts_descriptors(found, &descriptors, &notes.text, error))) goto done;
    registration.launch = descriptors.sddl[permission_launch];
    registration.access = descriptors.sddl[permission_access];
    if (FAILED(hr = accounts_owners(found, &owners, error))) goto done;
    registration.owners = owners;
    if (FAILED(hr = write_rows(&registration, error))) goto done;
    tell_program(&telling, L"all users of this machine");
    tell(&telling, L"May use it: the logged-on user, administrators, SYSTEM, and ", L"", L"");
    accounts_say_allowed(registration.access, &telling.text);
    tell(&telling, L"\n", L"", L"");
    tell_owners(&telling);
    text_out_end(&notes.text);
    tell(&telling, notes.words, L"", L"");
    tell_proxies(&telling, &registration);
    tell(&telling, L"Next: see with obctl status, as the user whose Outlook it is to be, that the broker answers.", L"",
        L"");

done:
    free(owners);
    free(notes.words);
    descriptors_clear(&descriptors);
    free(found);
    return telling_end(&telling, hr, said);
}

HRESULT register_per_user(const struct command_line *line, WCHAR **said, struct error *error)
{
    struct registration registration = {.install = install_user};
    struct telling telling = {0};
    const struct user *self = user_self();
    HRESULT hr;

    (void)line;
    if (FAILED(hr = check_no_broker(install_user, error)) || FAILED(hr = telling_begin(&telling, error))) return hr;
    if (SUCCEEDED(hr = write_rows(&registration, error)))
    {
        tell_program(&telling, self ? self->name : L"this user");
        tell(&telling,
            L"May use it: this user's own programs, and administrators and SYSTEM; services, ASP pages and other users "
            L"need a registration for the whole machine.\n",
            L"", L"");
        tell_proxies(&telling, &registration);
        tell(&telling, L"Next: see with obctl status that the broker answers.", L"", L"");
    }
    return telling_end(&telling, hr, said);
}

static HRESULT unregister(enum install install, const WCHAR *words, WCHAR **said, struct error *error)
{
    WCHAR folder[DATA_PATH_SIZE];
    struct telling telling = {0};
    HRESULT hr;

    if (FAILED(hr = check_no_broker(install, error)) || FAILED(hr = telling_begin(&telling, error))) return hr;
    if (SUCCEEDED(hr = remove_rows(install, error)))
    {
        tell(&telling, words, L"Outbox and log stay", L"");
        if (install == install_machine)
            tell(&telling, L" in %LOCALAPPDATA%\\OutlookBroker of every user who had a broker", L"", L"");
        if (SUCCEEDED(data_folder(folder)))
            tell(&telling, install == install_machine ? L"; this user's is " : L" in ", folder, L"");
        tell(&telling, L". Next: delete that folder if no mail of it is wanted any more.", L"", L"");
    }
    return telling_end(&telling, hr, said);
}

HRESULT unregister_machine(const struct command_line *line, WCHAR **said, struct error *error)
{
    HRESULT hr = check_administrator(error);

    (void)line;
    if (FAILED(hr)) return hr;
    return unregister(install_machine, L"Outlook Broker is unregistered on this machine. ", said, error);
}

HRESULT unregister_per_user(const struct command_line *line, WCHAR **said, struct error *error)
{
    (void)line;
    return unregister(install_user, L"Outlook Broker is unregistered for this user. ", said, error);
}

BOOL registered_for_user(void)
{
    WCHAR key[100], clsid[40], registered[DATA_PATH_SIZE + 2], program[DATA_PATH_SIZE], quoted[DATA_PATH_SIZE + 2];
    DWORD size = sizeof(registered);

    StringFromGUID2(&CLSID_ObSession, clsid, ARRAYSIZE(clsid));
    swprintf(key, ARRAYSIZE(key), L"Software\\Classes\\CLSID\\%ls\\LocalServer32", clsid);
    if (RegGetValueW(HKEY_CURRENT_USER, key, NULL, RRF_RT_REG_SZ, NULL, registered, &size)) return FALSE;
    if (FAILED(program_path(program))) return FALSE;
    swprintf(quoted, ARRAYSIZE(quoted), L"\"%ls\"", program);
    return !_wcsicmp(registered, quoted);
}
