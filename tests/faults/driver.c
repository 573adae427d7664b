/* driver.c - one environment's faults: rounds of load, each ended by a kill of the broker, until as many processes were
 * killed as asked for; then everything is well again, clients repeat what was not accepted, and the queue runs empty.
 *
 * Wine makes the rounds. It forgets all registered classes with the broker's (see ob_kill_broker), and a client that
 * knew the forgotten rpcss is refused by the next one: so clients end with the broker, and an Outlook that outlived the
 * broker is found by one that is started by hand alone, which no client can reach. That one goes on with the queue, and
 * is killed too. Each kill is a line of driver.txt. */
#include "faults.h"
#include <stdio.h>
#include <stdlib.h>
#include <tlhelp32.h>
#include <wchar.h>

#define TICK_MS 20
#define AGAIN_MS 150 /* until a client that was lost is followed by the next */
#define GONE_MS 30000
#define KILLED 0xDEAD
#define CLIENTS (sender_count + 1) /* the last one reads */

struct driver
{
    const struct drive *drive;
    struct dice dice;
    FILE *log;
    ULONGLONG began;
    unsigned killed;
    HANDLE clients[CLIENTS];
    ULONGLONG due[CLIENTS]; /* when the next client of this number is to start */
};

static void say(struct driver *driver, const char *format, ...) __attribute__((format(__printf__, 2, 3)));
static void say(struct driver *driver, const char *format, ...)
{
    va_list arguments;

    fprintf(driver->log, "%llu ", GetTickCount64() - driver->began);
    va_start(arguments, format);
    vfprintf(driver->log, format, arguments);
    va_end(arguments);
    fputc('\n', driver->log);
    fflush(driver->log);
}

/* --- processes */

/* Terminates what runs of the image at one look; how many that were. */
static unsigned kill_those(const WCHAR *image)
{
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    unsigned count = 0;

    assert_true(list != INVALID_HANDLE_VALUE);
    for (BOOL more = Process32FirstW(list, &entry); more; more = Process32NextW(list, &entry))
    {
        HANDLE process;

        if (_wcsicmp(entry.szExeFile, image)) continue;
        process = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, entry.th32ProcessID);
        if (!process) continue;
        if (TerminateProcess(process, KILLED) && WaitForSingleObject(process, GONE_MS) == WAIT_OBJECT_0) count++;
        CloseHandle(process);
    }
    CloseHandle(list);
    return count;
}

/* Until none is left: somebody may be starting one. */
static unsigned kill_image(const WCHAR *image)
{
    ULONGLONG end = GetTickCount64() + GONE_MS;
    unsigned count = 0;

    do
    {
        count += kill_those(image);
        ob_require(GetTickCount64() < end, "%s does not end", ob_utf8(image));
    } while (ob_processes(image));
    return count;
}

/* One fault: the broker or Outlook is there no more from one moment to the next. */
static void strike(struct driver *driver, const WCHAR *image, const char *why)
{
    unsigned count = kill_those(image);

    if (count) driver->killed++;
    say(driver, "kill %ls %s: %u ended, %u kills", image, why, count, driver->killed);
}

/* --- clients */

static void start_client(struct driver *driver, unsigned number)
{
    const struct drive *drive = driver->drive;
    WCHAR arguments[100];

    swprintf(arguments, ARRAYSIZE(arguments), L"%ls %u %u %u", number < sender_count ? L"send" : L"read", drive->seed,
        drive->environment, number);
    driver->clients[number] = ob_start_self(arguments);
}

static DWORD take_client(struct driver *driver, unsigned number)
{
    DWORD code = STILL_ACTIVE;

    GetExitCodeProcess(driver->clients[number], &code);
    CloseHandle(driver->clients[number]);
    driver->clients[number] = NULL;
    if (code != client_lost && code != client_done && code != KILLED)
        say(driver, "client %u ended with %lu", number, code);
    return code;
}

/* Those that ended are followed by others; whether one has nothing left to do. */
static void look_at_clients(struct driver *driver)
{
    for (unsigned i = 0; i < CLIENTS; i++)
    {
        if (driver->clients[i] && WaitForSingleObject(driver->clients[i], 0) == WAIT_OBJECT_0)
        {
            take_client(driver, i);
            driver->due[i] = GetTickCount64() + AGAIN_MS;
        }
        if (!driver->clients[i] && GetTickCount64() >= driver->due[i]) start_client(driver, i);
    }
}

static void end_clients(struct driver *driver)
{
    for (unsigned i = 0; i < CLIENTS; i++)
    {
        if (!driver->clients[i]) continue;
        TerminateProcess(driver->clients[i], KILLED);
        WaitForSingleObject(driver->clients[i], GONE_MS);
        take_client(driver, i);
    }
}

static void run_for(struct driver *driver, DWORD ms)
{
    ULONGLONG end = GetTickCount64() + ms;

    do
    {
        look_at_clients(driver);
        Sleep(TICK_MS);
    } while (GetTickCount64() < end);
}

/* --- moments */

static bool mail_is_under_way(void)
{
    return ob_count_files(ob_sandbox_path(L"Drafts\\*.item")) || ob_count_files(ob_sandbox_path(L"Outbox\\*.item"));
}

/* How much the clients have written down so far, in bytes. */
static ULONGLONG journals_size(void)
{
    ULONGLONG size = 0;

    for (unsigned i = 0; i < sender_count; i++)
    {
        WIN32_FILE_ATTRIBUTE_DATA facts;
        WCHAR leaf[40];

        swprintf(leaf, ARRAYSIZE(leaf), L"journal-%u.txt", i);
        if (GetFileAttributesExW(ob_file_path(leaf), GetFileExInfoStandard, &facts)) size += facts.nFileSizeLow;
    }
    return size;
}

/* Any moment; most of them soon after a client was answered, or after Outlook was given a mail: there is most to lose.
 */
static void wait_for_moment(struct driver *driver, bool with_clients)
{
    struct dice *dice = &driver->dice;
    ULONGLONG end = GetTickCount64() + 4000;
    ULONGLONG enough = journals_size() + (with_clients && dice_roll(dice, 3) ? 70 * (1 + dice_roll(dice, 25)) : 0);
    bool under_way = dice_roll(dice, 4) != 0;

    while ((journals_size() < enough || (under_way && !mail_is_under_way())) && GetTickCount64() < end)
    {
        if (with_clients) look_at_clients(driver);
        Sleep(5);
    }
    if (with_clients && !dice_roll(dice, 4))
        run_for(driver, dice_roll(dice, 2000));
    else
        Sleep(dice_roll(dice, dice_roll(dice, 4) ? 100 : 1200));
}

/* --- rounds */

/* As at a hard power-off, once the broker is gone. */
static void lose_the_rest(struct driver *driver)
{
    end_clients(driver);
    kill_image(OB_BROKER_IMAGE); /* one that a client was starting */
    kill_image(OB_SANDBOX_IMAGE);
    kill_image(L"rpcss.exe");
    say(driver, "all ended");
}

/* Outlook goes on while one broker after the other dies over it. */
static void kill_brokers_in_turn(struct driver *driver)
{
    unsigned turns = 1 + dice_roll(&driver->dice, 3);

    end_clients(driver);
    kill_image(OB_BROKER_IMAGE);
    for (unsigned i = 0; i < turns && driver->killed < driver->drive->kills; i++)
    {
        CloseHandle(ob_start_broker(L"-Embedding"));
        wait_for_moment(driver, false);
        if (!dice_roll(&driver->dice, 3)) strike(driver, OB_SANDBOX_IMAGE, "under a broker by hand");
        if (!dice_roll(&driver->dice, 2)) Sleep(dice_roll(&driver->dice, 600));
        strike(driver, OB_BROKER_IMAGE, "by hand");
    }
}

/* The clean end, which revokes what a kill leaves: whoever comes next starts another broker. */
static void stop_broker(struct driver *driver)
{
    char *output;
    DWORD code = ob_run_broker(L"/Stop", &output);

    say(driver, "/Stop ended with %lu", code);
    free(output);
}

static void begin_round(struct driver *driver)
{
    ULONGLONG now = GetTickCount64();

    for (unsigned i = 0; i < CLIENTS; i++)
        driver->due[i] = now + (dice_roll(&driver->dice, 2) ? dice_roll(&driver->dice, 1500) : 0);
    if (!dice_roll(&driver->dice, 2)) CloseHandle(ob_start_broker(L"-Embedding"));
    trouble_begin(&driver->dice, driver->drive->copies);
}

static void run_round(struct driver *driver)
{
    unsigned strikes = dice_roll(&driver->dice, 4);

    begin_round(driver);
    for (unsigned i = 0; i < strikes && driver->killed < driver->drive->kills; i++)
    {
        wait_for_moment(driver, true);
        if (!dice_roll(&driver->dice, 10))
            stop_broker(driver);
        else
            strike(driver, OB_SANDBOX_IMAGE, "under load");
        if (!dice_roll(&driver->dice, 2)) trouble_begin(&driver->dice, driver->drive->copies);
    }
    wait_for_moment(driver, true);
    strike(driver, OB_BROKER_IMAGE, "under load");
    if (!dice_roll(&driver->dice, 2)) kill_brokers_in_turn(driver);
    lose_the_rest(driver);
}

/* --- the end */

static bool senders_done(struct driver *driver)
{
    bool done = true;

    for (unsigned i = 0; i < sender_count; i++)
    {
        if (driver->clients[i] && WaitForSingleObject(driver->clients[i], 0) == WAIT_OBJECT_0)
            driver->due[i] = take_client(driver, i) == client_done ? UINT64_MAX : GetTickCount64() + AGAIN_MS;
        if (!driver->clients[i] && GetTickCount64() >= driver->due[i]) start_client(driver, i);
        if (driver->clients[i] || driver->due[i] != UINT64_MAX) done = false;
    }
    return done;
}

static int run_dry(struct driver *driver)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    HANDLE drain;
    DWORD code;

    trouble_end(driver->drive->copies);
    ob_write_file(ob_file_path(FINISH_FILE), "", 0);
    for (unsigned i = 0; i < CLIENTS; i++)
        driver->due[i] = 0;
    while (!senders_done(driver))
    {
        ob_require(GetTickCount64() < end, "what was not accepted is not accepted either when nothing fails");
        Sleep(TICK_MS);
    }
    say(driver, "all accepted");
    drain = ob_start_self(L"drain");
    code = ob_wait_exit(drain, 2 * OB_LONG_MS);
    say(driver, "drained: %lu", code);
    stop_broker(driver);
    ob_wait_gone(OB_SANDBOX_IMAGE, 5000);
    ob_log_off();
    return code == client_done ? 0 : 1;
}

/* Short waits, so that what is to be tried again is tried again while the run lasts. */
static void set_up(void)
{
    ob_quick_settings();
    ob_set(L"RetryFirstSeconds", 1);
    ob_set(L"RetryLongestSeconds", 3);
    ob_set(L"OutlookIdleSeconds", 3);
    ob_set(L"StartDeadlineSeconds", 20);
    ob_set(L"LogBytes", 67108864);
}

int drive(const struct drive *drive)
{
    struct driver driver = {.drive = drive, .began = GetTickCount64()};
    WCHAR path[MAX_PATH];
    int code;

    wcscpy(path, ob_file_path(L"driver.txt"));
    driver.log = _wfopen(path, L"wb");
    ob_require(driver.log != NULL, "%s cannot be written", ob_utf8(path));
    dice_shake(&driver.dice, drive->seed, drive->environment, 0);
    set_up();
    while (driver.killed < drive->kills)
        run_round(&driver);
    code = run_dry(&driver);
    say(&driver, "end: %u kills", driver.killed);
    fclose(driver.log);
    return code;
}
