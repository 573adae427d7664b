/* doctor_machine.c - see doctor.h: who is logged on, the broker's files, and the broker itself where it runs. The
 * broker's folder is looked at, never made. */
#include <windows.h>
#include <shlobj.h>
#include <wchar.h>
#include <wtsapi32.h>
#include "client.h"
#include "doctor.h"
#include "host/user.h"
#include "host/user_lock.h"

/* --- who is logged on */

static void read_session(const WTS_SESSION_INFOW *info, struct doctor_session *session)
{
    WCHAR *user = NULL, *domain = NULL;
    DWORD size;

    session->id = info->SessionId;
    session->active = info->State == WTSActive;
    session->disconnected = info->State == WTSDisconnected;
    if (WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, info->SessionId, WTSUserName, &user, &size) && user[0] &&
        WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, info->SessionId, WTSDomainName, &domain, &size))
        lstrcpynW(session->user, path_of(domain[0] ? L"%ls\\%ls" : L"%ls%ls", domain, user), doctor_name_size);
    WTSFreeMemory(user);
    WTSFreeMemory(domain);
}

void look_at_sessions(struct doctor_row *row, const struct examination *examination)
{
    struct doctor_sessions sessions = {.console = WTSGetActiveConsoleSessionId()};
    WTS_SESSION_INFOW *infos = NULL;
    DWORD count = 0;

    (void)examination;
    sessions.known = WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, &infos, &count) && count;
    for (DWORD i = 0; sessions.known && i < count && sessions.count < ARRAYSIZE(sessions.all); i++)
        read_session(&infos[i], &sessions.all[sessions.count++]);
    WTSFreeMemory(infos);
    doctor_sessions(row, &sessions);
}

void look_at_autologon(struct doctor_row *row, const struct examination *examination)
{
    static const WCHAR key[] = L"Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon";
    struct doctor_autologon autologon = {.on = false};
    WCHAR on[8];

    (void)examination;
    autologon.on =
        value_text(HKEY_LOCAL_MACHINE, key, L"AutoAdminLogon", KEY_WOW64_64KEY, on, ARRAYSIZE(on)) && !wcscmp(on, L"1");
    value_text(HKEY_LOCAL_MACHINE, key, L"DefaultUserName", KEY_WOW64_64KEY, autologon.user, doctor_name_size);
    doctor_autologon(row, &autologon);
}

void look_at_own_place(struct doctor_row *row, const struct examination *examination)
{
    const struct user *self = user_self();
    struct error error = {S_OK, NULL};

    (void)examination;
    if (FAILED(user_may_work(&error)))
        doctor_add_error(row, doctor_warning, error.text ? error.text : L"Windows does not say who this is");
    else if (self)
        doctor_add(row, L"%1 in Windows session %2", self->name, path_of(L"%lu", self->windows_session));
    error_clear(&error);
}

/* --- the broker's files */

/* FOLDERID_LocalAppData */
static const GUID local_data = {0xf1b32785, 0x6fba, 0x4fcf, {0x9d, 0x55, 0x7b, 0x8e, 0x7f, 0x15, 0x70, 0x91}};

/* A path in the broker's folder, which need not be there. */
static const WCHAR *data_file(const WCHAR *leaf)
{
    WCHAR *base = NULL;
    const WCHAR *path = L"";

    if (SUCCEEDED(SHGetKnownFolderPath(&local_data, 0, NULL, &base)))
        path = path_of(L"%ls\\OutlookBroker\\%ls", base, leaf);
    CoTaskMemFree(base);
    return path;
}

static BOOL file_size(const WCHAR *path, uint64_t *size)
{
    WIN32_FILE_ATTRIBUTE_DATA data;

    *size = 0;
    if (!GetFileAttributesExW(path, GetFileExInfoStandard, &data)) return FALSE;
    *size = ((uint64_t)data.nFileSizeHigh << 32) | data.nFileSizeLow;
    return TRUE;
}

/* Reads the file's beginning; hinders nobody. */
static BOOL read_begin(const WCHAR *path, char *bytes, DWORD size)
{
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
        OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    DWORD got = 0;
    BOOL opened = file != INVALID_HANDLE_VALUE;

    if (opened)
    {
        ReadFile(file, bytes, size, &got, NULL);
        CloseHandle(file);
    }
    return opened;
}

void look_at_outbox(struct doctor_row *row, const struct examination *examination)
{
    static const char database[16] = "SQLite format 3";
    const WCHAR *path = data_file(L"outbox.db");
    struct doctor_outbox outbox = {.there = false};
    char begin[sizeof(database)] = "";
    WCHAR volume[MAX_PATH];
    ULARGE_INTEGER space = {.QuadPart = 0};

    (void)examination;
    lstrcpynW(outbox.path, path, doctor_path_size);
    outbox.there = file_size(path, &outbox.size);
    file_size(path_of(L"%ls-wal", path), &outbox.log_size);
    outbox.readable = outbox.there && read_begin(path, begin, sizeof(begin));
    outbox.is_database = !memcmp(begin, database, sizeof(database));
    if (GetVolumePathNameW(path, volume, ARRAYSIZE(volume)))
        outbox.free_known = GetDiskFreeSpaceExW(volume, &space, NULL, NULL);
    if (outbox.free_known) outbox.free_bytes = space.QuadPart;
    doctor_outbox(row, &outbox);
}

void look_at_log(struct doctor_row *row, const struct examination *examination)
{
    const WCHAR *path = data_file(L"broker.log");
    struct doctor_log log = {.there = false};
    char begin[1];

    (void)examination;
    lstrcpynW(log.path, path, doctor_path_size);
    log.there = file_size(path, &log.size);
    log.readable = log.there && read_begin(path, begin, sizeof(begin));
    doctor_log(row, &log);
}

void look_at_lock(struct doctor_row *row, const struct examination *examination)
{
    struct doctor_lock lock = {.there = false};
    struct error error = {S_OK, NULL};
    struct lock_holder holder;
    uint64_t ignored;
    HRESULT hr;

    (void)examination;
    if ((lock.there = file_size(data_file(L"broker.lock"), &ignored)))
    {
        hr = user_lock_look(&holder, &error);
        lock.readable = SUCCEEDED(hr);
        lock.held = hr == S_OK;
        lock.process_id = holder.process_id;
        lock.windows_session = holder.windows_session;
        lock.stopping = holder.stopping;
        error_clear(&error);
    }
    doctor_lock(row, &lock);
}

/* --- the broker itself */

static HRESULT read_status(IObSession *session, struct doctor_broker *broker)
{
    LONG queued = 0, submitted = 0, failed = 0, unknown = 0;
    BSTR words = NULL, version = NULL;
    ObBrokerState state = obBrokerRefusing;
    IObStatus *status;
    HRESULT hr = IObSession_get_Status(session, &status);

    if (FAILED(hr)) return hr;
    if (SUCCEEDED(hr = IObStatus_get_Text(status, &words)) && SUCCEEDED(hr = IObStatus_get_State(status, &state)) &&
        SUCCEEDED(hr = IObStatus_get_Queued(status, &queued)) &&
        SUCCEEDED(hr = IObStatus_get_Submitted(status, &submitted)) &&
        SUCCEEDED(hr = IObStatus_get_Failed(status, &failed)) &&
        SUCCEEDED(hr = IObStatus_get_Unknown(status, &unknown)) &&
        SUCCEEDED(hr = IObSession_get_Version(session, &version)))
    {
        lstrcpynW(broker->words, words ? words : L"", ARRAYSIZE(broker->words));
        lstrcpynW(broker->version, version ? version : L"", doctor_name_size);
        broker->state = (unsigned)state;
        broker->queued = (uint32_t)queued;
        broker->submitted = (uint32_t)submitted;
        broker->failed = (uint32_t)failed;
        broker->unknown = (uint32_t)unknown;
        broker->answered = true;
    }
    SysFreeString(words);
    SysFreeString(version);
    IObStatus_Release(status);
    return hr;
}

void look_at_broker(struct doctor_row *row, const struct examination *examination)
{
    struct doctor_broker broker = {.runs = examination->broker_runs, .own_version = OB_VERSION};
    struct failure failure = {S_OK, NULL};
    IObSession *session = NULL;
    struct text words = {0};
    HRESULT hr;

    broker.asked = examination->broker_runs || examination->start;
    if (broker.asked)
    {
        if (SUCCEEDED(hr = client_open(&session, &failure)) && FAILED(hr = read_status(session, &broker)))
            client_failed(&failure, hr, NULL, NULL);
        if (!broker.answered)
        {
            failure_words(&words, &failure);
            lstrcpynW(broker.words, words.characters, ARRAYSIZE(broker.words));
        }
        client_close(session);
        failure_clear(&failure);
        text_clear(&words);
    }
    doctor_broker(row, &broker);
}
