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
#include <wchar.h>

#define TICK_MS 20
#define OWN_STORE L"stores\\Own store"

struct driver
{
    const struct drive *drive;
    struct dice dice;
    struct load load;
    unsigned killed;
};

/* One fault: the broker or Outlook is there no more from one moment to the next. */
static void strike(struct driver *driver, const WCHAR *image, const char *why)
{
    unsigned count = load_kill_those(image);

    if (count) driver->killed++;
    load_say(&driver->load, "kill %ls %s: %u ended, %u kills", image, why, count, driver->killed);
}

/* --- moments */

static bool mail_is_under_way(void)
{
    return ob_count_files(ob_sandbox_path(L"Drafts\\*.item")) || ob_count_files(ob_sandbox_path(L"Outbox\\*.item")) ||
           ob_count_files(ob_sandbox_path(OWN_STORE L"\\Outbox\\*.item"));
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
        if (with_clients) load_look(&driver->load);
        Sleep(5);
    }
    if (with_clients && !dice_roll(dice, 4))
        load_run(&driver->load, dice_roll(dice, 2000));
    else
        Sleep(dice_roll(dice, dice_roll(dice, 4) ? 100 : 1200));
}

/* --- rounds */

/* As at a hard power-off, once the broker is gone. */
static void lose_the_rest(struct driver *driver)
{
    load_end(&driver->load);
    load_kill(OB_BROKER_IMAGE); /* one that a client was starting */
    load_kill(OB_SANDBOX_IMAGE);
    load_kill(L"rpcss.exe");
    load_say(&driver->load, "all ended");
}

/* Outlook goes on while one broker after the other dies over it. */
static void kill_brokers_in_turn(struct driver *driver)
{
    unsigned turns = 1 + dice_roll(&driver->dice, 3);

    load_end(&driver->load);
    load_kill(OB_BROKER_IMAGE);
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

    load_say(&driver->load, "/Stop ended with %lu", code);
    free(output);
}

static void begin_round(struct driver *driver)
{
    ULONGLONG now = GetTickCount64();

    for (unsigned i = 0; i < load_clients; i++)
        driver->load.due[i] = now + (dice_roll(&driver->dice, 2) ? dice_roll(&driver->dice, 1500) : 0);
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

static int run_dry(struct driver *driver)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    HANDLE drain;
    DWORD code;

    trouble_end(driver->drive->copies);
    ob_write_file(ob_file_path(FINISH_FILE), "", 0);
    for (unsigned i = 0; i < load_clients; i++)
        driver->load.due[i] = 0;
    while (!load_finished(&driver->load))
    {
        ob_require(GetTickCount64() < end, "what was not accepted is not accepted either when nothing fails");
        Sleep(TICK_MS);
    }
    load_say(&driver->load, "all accepted");
    drain = ob_start_self(L"drain");
    code = ob_wait_exit(drain, 2 * OB_LONG_MS);
    load_say(&driver->load, "drained: %lu", code);
    stop_broker(driver);
    ob_wait_gone(OB_SANDBOX_IMAGE, 5000);
    ob_log_off();
    return code == client_done ? 0 : 1;
}

void drive_settings(void)
{
    ob_quick_settings();
    ob_set(L"RetryFirstSeconds", 1);
    ob_set(L"RetryLongestSeconds", 3);
    ob_set(L"OutlookIdleSeconds", 3);
    ob_set(L"StartDeadlineSeconds", 20);
    ob_set(L"LogBytes", 67108864);
}

/* In every other environment the account that sends has a store of its own. */
static void set_accounts(unsigned environment)
{
    static const char one[] = "Main\tmain@example.com\r\n", own[] = "Own\town@example.com\t\t\tOwn store\r\n";

    if (environment % 2)
        ob_write_file(ob_sandbox_path(L"accounts.txt"), own, sizeof(own) - 1);
    else
        ob_write_file(ob_sandbox_path(L"accounts.txt"), one, sizeof(one) - 1);
}

int drive(const struct drive *drive)
{
    struct driver driver = {.drive = drive, .load = {.seed = drive->seed, .environment = drive->environment}};
    int code;

    load_begin(&driver.load, L"driver.txt");
    dice_shake(&driver.dice, drive->seed, drive->environment, 0);
    drive_settings();
    set_accounts(drive->environment);
    while (driver.killed < drive->kills)
        run_round(&driver);
    code = run_dry(&driver);
    load_say(&driver.load, "end: %u kills", driver.killed);
    fclose(driver.load.log);
    return code;
}
