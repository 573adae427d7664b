/* doctor.c - obctl doctor: one row a check, with what was found, how bad that is, and the next step. */
#include "doctor.h"
#include <stdlib.h>
#include "commands.h"
#include "fields.h"
#include "host/outlook_facts.h"
#include "host/processes.h"

#define TITLE_COLUMN 9
#define FOUND_COLUMN 34

static const struct option options[] = {
    {.name = L"account",
        .value = L"NAME",
        .kind = option_text,
        .meaning = L"whether this account may use the broker, such as \"IIS AppPool\\DefaultAppPool\""},
    {.name = L"start", .kind = option_flag, .meaning = L"start the broker if it does not run, to ask it"},
};

static const struct check
{
    const WCHAR *name, *title;
    look *look;
} checks[] = {
    {L"outlook", L"Outlook", look_at_outlook},
    {L"profile", L"Mail profile", look_at_profile},
    {L"guard", L"Object model guard", look_at_guard},
    {L"integrity", L"Integrity levels", look_at_integrity},
    {L"starts", L"Starts of Outlook", look_at_starts},
    {L"outlook-type-library", L"Outlook's type library", look_at_outlook_libraries},
    {L"office-type-library", L"Office's type library", look_at_office_libraries},
    {L"class", L"Registration", look_at_class},
    {L"appid", L"AppID", look_at_appid},
    {L"type-library", L"Type library", look_at_type_library},
    {L"proxies", L"Proxies", look_at_marshalers},
    {L"launch", L"LaunchPermission", look_at_launch},
    {L"access", L"AccessPermission", look_at_access},
    {L"account", L"Account", look_at_account},
    {L"dcom", L"DCOM on this machine", look_at_dcom},
    {L"owners", L"Mailbox owners", look_at_owners},
    {L"run-key", L"Start at log-on", look_at_run_key},
    {L"event-source", L"Event source", look_at_event_source},
    {L"sessions", L"Who is logged on", look_at_sessions},
    {L"autologon", L"Automatic log-on", look_at_autologon},
    {L"here", L"This process", look_at_own_place},
    {L"lock", L"Lock", look_at_lock},
    {L"outbox", L"Outbox", look_at_outbox},
    {L"log", L"Log file", look_at_log},
    {L"broker", L"Broker", look_at_broker},
};

static void show_row(struct text *out, const struct check *check, const struct doctor_row *row)
{
    text_add(out, doctor_verdict_name(row->verdict));
    text_column(out, TITLE_COLUMN);
    text_add(out, check->title);
    text_column(out, FOUND_COLUMN);
    text_format(out, L"%ls\n", row->found);
    if (!row->next[0]) return;
    text_column(out, FOUND_COLUMN);
    text_format(out, L"Next: %ls\n", row->next);
}

static void json_member(struct text *out, const WCHAR *name, const WCHAR *value)
{
    text_format(out, L", \"%ls\": ", name);
    json_string(out, value);
}

static void json_row(struct text *out, const struct check *check, const struct doctor_row *row, BOOL first)
{
    text_add(out, first ? L"\n    {\"Check\": " : L",\n    {\"Check\": ");
    json_string(out, check->name);
    json_member(out, L"Title", check->title);
    json_member(out, L"Verdict", doctor_verdict_name(row->verdict));
    json_member(out, L"Found", row->found);
    json_member(out, L"Next", row->next);
    text_add(out, L"}");
}

static void add_sum(struct text *out, const unsigned counts[doctor_verdict_count], enum doctor_verdict worst, BOOL json)
{
    text_format(out,
        json ? L"\n  ],\n  \"Worst\": \"%ls\",\n  \"Problems\": %u,\n  \"Warnings\": %u,\n  \"Unknown\": %u\n}\n"
             : L"\nWorst: %ls. Problems: %u, warnings: %u, could not be told: %u\n",
        doctor_verdict_name(worst), counts[doctor_problem], counts[doctor_warning], counts[doctor_unknown]);
}

static HRESULT run(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    struct examination *examination = calloc(1, sizeof(*examination));
    unsigned counts[doctor_verdict_count] = {0};
    enum doctor_verdict worst = doctor_ok;
    struct process broker;

    if (!examination) return client_failed(failure, E_OUTOFMEMORY, NULL, NULL);
    examination->account = given_text(request->arguments, L"account");
    examination->start = given_flag(request->arguments, L"start");
    examination->broker_runs = processes_by_image(L"outlook-broker.exe", &broker, 1) > 0;
    outlook_install_read(&examination->install);
    if (request->json) text_add(out, L"{\n  \"ObctlVersion\": \"" OB_VERSION L"\",\n  \"Rows\": [");
    for (size_t i = 0; i < ARRAYSIZE(checks); i++)
    {
        struct doctor_row row = {.verdict = doctor_ok};

        checks[i].look(&row, examination);
        counts[row.verdict]++;
        if (row.verdict > worst) worst = row.verdict;
        if (request->json)
            json_row(out, &checks[i], &row, i == 0);
        else
            show_row(out, &checks[i], &row);
    }
    add_sum(out, counts, worst, request->json);
    free(examination);
    *exit_code = doctor_exit_code(worst);
    return S_OK;
}

const struct command command_doctor = {
    .name = L"doctor",
    .meaning = L"look at all that the broker needs on this machine, and say what is wrong",
    .more =
        L"It reads only, and starts neither Outlook nor, without --start, the broker. Run it as the mailbox's owner:\n"
        L"profile, guard, outbox and log are the user's own.\n\n"
        L"exit codes: 0 all is well; 1 warnings, or something could not be told; 2 problems; 3 usage\n",
    .options = options,
    .option_count = ARRAYSIZE(options),
    .needs = needs_nothing,
    .run = run,
};
