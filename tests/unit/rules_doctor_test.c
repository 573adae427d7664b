/* rules_doctor_test.c - what doctor makes of what it found of the broker and the machine: a verdict, words, and a next
 * step for whatever is not well. */
#include "rules_doctor.h"
#include "rules/broker_state.h"
#include "rules/doctor.h"

/* --- registration */

static void the_class_is_looked_at_in_both_views(void **state)
{
    static const struct doctor_class
        none = {0},
        well = {.machine = true, .program = L"C:\\b.exe", .there = true, .progid_leads_back = true},
        own = {.user = true, .program = L"C:\\b.exe", .there = true, .progid_leads_back = true},
        gone = {.machine = true, .program = L"C:\\b.exe", .progid_leads_back = true},
        lost = {.machine = true, .program = L"C:\\b.exe", .there = true},
        bare = {.machine = true, .progid_leads_back = true},
        brief = {.machine = true, .program = L"b", .there = true, .progid_leads_back = true};
    static const struct
    {
        const struct doctor_class *of_64, *of_32;
        struct expected expected;
    } cases[] = {
        {&well, &well, {doctor_ok, L"64-bit programs: for the machine, C:\\b.exe; 32-bit programs: for", NULL}},
        {&none, &none, {doctor_problem, L"not registered", L"obctl register"}},
        {&well, &none, {doctor_warning, L"32-bit programs: not registered", L"obctl register again"}},
        {&gone, &well, {doctor_problem, L"which is not there", L"obctl register again"}},
        {&well, &lost, {doctor_problem, L"does not lead there", L"obctl register again"}},
        {&own, &own, {doctor_warning, L"for this user only", L"nothing for the user's own scripts"}},
        {&own, &well, {doctor_warning, L"for this user only", L"nothing for the user's own scripts"}},
        {&well, &own, {doctor_warning, L"for this user only", L"nothing for the user's own scripts"}},
        {&own, &none, {doctor_warning, L"this user only, C:\\b.exe; 32-bit programs: not", L"obctl register again"}},
        {&none, &own, {doctor_warning, L"64-bit programs: not registered; 32", L"obctl register again"}},
        {&none, &well, {doctor_warning, L"64-bit programs: not registered; 32", L"obctl register again"}},
        {&well, &gone, {doctor_problem, L"which is not there", L"obctl register again"}},
        {&lost, &well, {doctor_problem, L"does not lead there", L"obctl register again"}},
        {&bare, &well, {doctor_problem, L"for the machine, without a program, which is not there", L"register again"}},
        {&brief, &well, {doctor_ok, L"64-bit programs: for the machine, b; 32", NULL}},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        struct doctor_row row = {.verdict = doctor_ok};

        doctor_class(&row, cases[i].of_64, cases[i].of_32);
        CHECK(&row, &cases[i].expected, i);
    }
}

static void the_appid_has_to_be_as_it_was_registered(void **state)
{
    static const struct
    {
        struct doctor_appid facts;
        struct expected expected;
    } cases[] = {
        {{true, L"Interactive User", true, 6, false},
            {doctor_ok, L"RunAs Interactive User, AuthenticationLevel 6", NULL}},
        {{false, L"", false, 0, false}, {doctor_problem, L"not registered", L"obctl register"}},
        {{false, L"", false, 0, true}, {doctor_ok, L"one user only", NULL}},
        {{true, L"DOMAIN\\svc", true, 6, false}, {doctor_problem, L"RunAs DOMAIN\\svc", L"register again"}},
        {{true, L"s", true, 6, false},
            {doctor_problem, L"RunAs s, AuthenticationLevel 6; the broker has to run as \"Interactive User\"",
                L"again"}},
        {{true, L"", true, 6, false}, {doctor_problem, L"RunAs is not set", L"register again"}},
        {{true, L"Interactive User", true, 2, false},
            {doctor_warning, L"AuthenticationLevel 2; level 6, packet privacy", L"register again"}},
        {{true, L"Interactive User", false, 0, false},
            {doctor_warning, L"AuthenticationLevel is not set", L"register"}},
    };

    (void)state;
    CHECK_TABLE(cases, doctor_appid);
}

static void what_carries_the_calls_is_looked_at(void **state)
{
    static const struct
    {
        struct doctor_type_library facts;
        struct expected expected;
    } libraries[] = {
        {{{{L"k", L"C:\\b.exe", true}, {L"k", L"C:\\b.exe\\2", true}}},
            {doctor_ok, L"win64: C:\\b.exe; win32: C:\\b", NULL}},
        {{{{L"", L"", false}, {L"", L"", false}}}, {doctor_problem, L"win64: not registered", L"obctl register"}},
        {{{{L"k", L"C:\\b.exe", true}, {L"", L"", false}}}, {doctor_warning, L"win32: not registered", L"again"}},
        {{{{L"k", L"C:\\b.exe", false}, {L"k", L"C:\\b.exe\\2", true}}}, {doctor_problem, L"not there", L"again"}},
    };
    static const struct doctor_marshaler by_library = {5, 5, 0, L"", false}, by_proxy = {5, 5, 5, L"C:\\ps.dll", true},
                                         gone = {5, 5, 5, L"C:\\ps.dll", false}, none = {5, 0, 0, L"", false},
                                         some = {5, 3, 0, L"", false}, lost = {5, 5, 5, L"", false},
                                         brief = {5, 5, 5, L"p", true};
    static const struct
    {
        const struct doctor_marshaler *of_64, *of_32;
        struct expected expected;
    } marshalers[] = {
        {&by_proxy, &by_library, {doctor_ok, L"5 of 5 interfaces, by the broker's proxies, C:\\ps.dll; 32-bit", NULL}},
        {&none, &none, {doctor_problem, L"none of the broker's interfaces", L"obctl register"}},
        {&gone, &by_library, {doctor_problem, L"C:\\ps.dll, which is not there", L"again"}},
        {&by_library, &some, {doctor_warning, L"3 of 5", L"again"}},
        {&by_library, &none, {doctor_warning, L"32-bit programs: 0 of 5", L"again"}},
        {&none, &by_library, {doctor_warning, L"64-bit programs: 0 of 5", L"again"}},
        {&by_library, &lost, {doctor_problem, L"proxies, whose DLL is not registered, which is not there", L"again"}},
        {&by_library, &brief, {doctor_ok, L"proxies, p", NULL}},
    };

    (void)state;
    CHECK_TABLE(libraries, doctor_type_library);
    for (unsigned i = 0; i < COUNT_OF(marshalers); i++)
    {
        const struct doctor_marshaler views[outlook_views] = {*marshalers[i].of_64, *marshalers[i].of_32};
        struct doctor_row row = {.verdict = doctor_ok};

        doctor_marshalers(&row, views);
        CHECK(&row, &marshalers[i].expected, i);
    }
}

static void what_starts_the_broker_is_looked_at(void **state)
{
    static const struct doctor_file none = {.readable = true}, well = {true, true, L"\"C:\\b.exe\" /Run", true},
                                    gone = {true, true, L"\"C:\\b.exe\" /Run", false};
    static const struct
    {
        const struct doctor_file *machine, *user;
        struct expected expected;
    } runs[] = {
        {&well, &none, {doctor_ok, L"for everyone who logs on", NULL}},
        {&none, &well, {doctor_ok, L"for this user", NULL}},
        {&none, &none, {doctor_warning, L"not sent before", L"obctl register"}},
        {&gone, &none, {doctor_problem, L"not there", L"obctl register"}},
    };
    static const struct
    {
        struct doctor_file facts;
        struct expected expected;
    } sources[] = {
        {{true, true, L"C:\\ps.dll", true}, {doctor_ok, L"C:\\ps.dll", NULL}},
        {{true, true, L"C:\\ps.dll", false}, {doctor_warning, L"without their text", L"again"}},
        {{false, true, L"", false}, {doctor_warning, L"without their text", L"obctl register"}},
        {{false, false, L"", false}, {doctor_unknown, L"may not be read", NULL}},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(runs); i++)
    {
        struct doctor_row row = {.verdict = doctor_ok};

        doctor_run_key(&row, runs[i].machine, runs[i].user);
        CHECK(&row, &runs[i].expected, i);
    }
    CHECK_TABLE(sources, doctor_event_source);
}

/* --- who may */

static void a_permission_tells_whom_it_admits(void **state)
{
    static const struct
    {
        struct doctor_permission facts;
        struct expected expected;
    } cases[] = {
        {{true, true, true, L"SYSTEM, D\\u", false, true}, {doctor_ok, L"admits SYSTEM, D\\u", NULL}},
        {{true, true, true, L"Everyone", true, true}, {doctor_problem, L"whoever is there", L"/Deny:"}},
        {{true, true, true, L"INTERACTIVE", true, false}, {doctor_ok, L"admits INTERACTIVE", NULL}},
        {{true, false, false, L"", false, true}, {doctor_problem, L"not set: the broker does not start", L"again"}},
        {{true, true, false, L"", false, false}, {doctor_problem, L"damaged", L"again"}},
        {{false, false, false, L"", false, true}, {doctor_unknown, L"no AppID", NULL}},
    };

    (void)state;
    CHECK_TABLE(cases, doctor_permission);
}

static void an_account_is_told_what_it_may(void **state)
{
    static const struct
    {
        struct doctor_account facts;
        struct expected expected;
    } cases[] = {
        {{L"D\\u", true, true, true, true, true, false},
            {doctor_ok, L"D\\u may start the broker and may call it", NULL}},
        {{L"D\\u", true, true, true, true, false, false},
            {doctor_problem, L"may start the broker and may not call it", L"/Allow:"}},
        {{L"D\\u", true, true, true, false, false, true}, {doctor_ok, L"as the mailbox's owner; only a task", NULL}},
        {{L"D\\u", true, true, false, true, false, true}, {doctor_ok, L"from a session of its own and may call", NULL}},
        {{L"D\\u", true, true, true, true, true, true}, {doctor_ok, L"u may start the broker and may call it", NULL}},
        {{L"D\\u", true, false, true, false, false, true}, {doctor_problem, L"not registered", L"obctl register"}},
        {{L"D\\u", true, true, false, false, false, false}, {doctor_warning, L"groups were not looked at", L"/Allow:"}},
        {{L"D\\x", false, true, false, false, false, false}, {doctor_problem, L"no account \"D\\x\"", L"IIS AppPool"}},
        {{L"D\\u", true, false, false, false, false, false}, {doctor_problem, L"not registered", L"obctl register"}},
    };

    (void)state;
    CHECK_TABLE(cases, doctor_account);
}

static void limits_of_the_machine_are_told(void **state)
{
    static const struct
    {
        struct doctor_dcom facts;
        struct expected expected;
    } cases[] = {
        {{L"Y", false, false, false, false},
            {doctor_ok, L"EnableDCOM Y; limit of launching is Windows' own; limit of access is Windows' own", NULL}},
        {{L"", true, true, true, true},
            {doctor_ok, L"EnableDCOM is not set; limit of launching is set; limit of access is set", NULL}},
        {{L"", true, false, true, false}, {doctor_ok, L"launching is set; limit of access is Windows' own", NULL}},
        {{L"n", false, false, false, false}, {doctor_problem, L"EnableDCOM n", L"enable DCOM"}},
        {{L"N", false, false, false, false}, {doctor_problem, L"EnableDCOM N", L"enable DCOM"}},
        {{L"Y", true, false, false, false}, {doctor_warning, L"may still be refused", L"Edit Limits"}},
        {{L"Y", false, true, false, false}, {doctor_warning, L"may still be refused", L"Edit Limits"}},
    };

    (void)state;
    CHECK_TABLE(cases, doctor_dcom);
}

/* --- where it runs */

static void a_disconnected_session_counts_as_nobody(void **state)
{
    static const struct
    {
        struct doctor_sessions facts;
        struct expected expected;
    } cases[] = {
        {{true, 1, 2, {{0, false, true, L""}, {1, true, false, L"D\\u"}}},
            {doctor_ok, L"D\\u in session 1 (active, at the console)", NULL}},
        {{true, 1, 2, {{1, false, false, L""}, {2, false, true, L"D\\u"}}},
            {doctor_problem, L"session 2 (disconnected, which counts as nobody)", L"leave the session connected"}},
        {{true, 1, 2, {{1, false, false, L""}, {2, true, false, L"D\\u"}}},
            {doctor_warning, L"session 2 (active)", L"leave the remote desktop connected"}},
        {{true, 0xFFFFFFFF, 1, {{0, false, true, L""}}},
            {doctor_problem, L"nobody is logged on; no session", L"log on"}},
        {{true, 1, 2, {{1, true, false, L"u"}, {2, false, false, L"E\\v"}}},
            {doctor_ok, L"u in session 1 (active, at the console), E\\v in session 2 (not active)", NULL}},
        {{true, 1, 0, {{1, true, false, L"D\\u"}}}, {doctor_problem, L"nobody is logged on", L"log on"}},
        {{false, 1, 0, {{0}}}, {doctor_unknown, L"does not tell", NULL}},
    };
    static const struct
    {
        struct doctor_autologon facts;
        struct expected expected;
    } logons[] = {
        {{true, L"mailer"}, {doctor_ok, L"on, as mailer", NULL}},
        {{true, L"m"}, {doctor_ok, L"on, as m", NULL}},
        {{true, L""}, {doctor_ok, L"on, as the last user", NULL}},
        {{false, L""}, {doctor_ok, L"off: ", NULL}},
    };

    (void)state;
    CHECK_TABLE(cases, doctor_sessions);
    CHECK_TABLE(logons, doctor_autologon);
}

/* --- files and the broker */

static void files_are_looked_at(void **state)
{
    static const uint64_t much = 70ull << 30;
    const struct
    {
        struct doctor_outbox facts;
        struct expected expected;
    } outboxes[] = {
        {{L"C:\\o.db", false, false, false, 0, 0, true, much},
            {doctor_ok, L"not there yet; free on its disk: 70 GB", NULL}},
        {{L"C:\\o.db", true, true, true, 40960, 0, true, much},
            {doctor_ok, L"C:\\o.db, 40 KB, write-ahead log 0", NULL}},
        {{L"C:\\o.db", true, true, false, 40960, 0, true, much}, {doctor_problem, L"does not begin as", L"copy"}},
        {{L"C:\\o.db", true, true, false, 0, 0, true, much}, {doctor_ok, L"0 bytes", NULL}},
        {{L"C:\\o.db", true, false, false, 40960, 0, false, 0}, {doctor_unknown, L"cannot be read", L"owner"}},
        {{L"C:\\o.db", true, true, true, 40960, 0, true, 1 << 20}, {doctor_warning, L"free on its disk", L"make room"}},
        {{L"C:\\o.db", true, true, true, 40960, 0, true, 500ull << 20}, {doctor_ok, L"free on its disk: 500 MB", NULL}},
        {{L"C:\\o.db", true, true, true, 40960, 0, true, (500ull << 20) - 1},
            {doctor_warning, L"free on its disk: 499 MB", L"make room"}},
    };
    static const struct
    {
        struct doctor_log facts;
        struct expected expected;
    } logs[] = {
        {{L"C:\\b.log", false, false, 0}, {doctor_ok, L"not there yet", NULL}},
        {{L"C:\\b.log", true, true, 70}, {doctor_ok, L"C:\\b.log, 70 bytes", NULL}},
        {{L"C:\\b.log", true, false, 70}, {doctor_unknown, L"cannot be read", L"owner"}},
    };
    static const struct
    {
        struct doctor_lock facts;
        struct expected expected;
    } locks[] = {
        {{false, false, false, 0, 0, false}, {doctor_ok, L"no broker of this user", NULL}},
        {{true, false, true, 0, 0, false}, {doctor_ok, L"nobody holds it", NULL}},
        {{true, true, true, 7, 2, false}, {doctor_ok, L"process 7 in Windows session 2, which is running", NULL}},
        {{true, true, true, 7, 2, true}, {doctor_ok, L"which is stopping", NULL}},
        {{true, false, false, 0, 0, false}, {doctor_unknown, L"cannot be looked at", L"owner"}},
    };

    (void)state;
    CHECK_TABLE(outboxes, doctor_outbox);
    CHECK_TABLE(logs, doctor_log);
    CHECK_TABLE(locks, doctor_lock);
}

static void the_brokers_own_answer_is_judged(void **state)
{
    static const struct
    {
        struct doctor_broker facts;
        struct expected expected;
    } cases[] = {
        {{.runs = false}, {doctor_ok, L"was not started for this", NULL}},
        {{.runs = true}, {doctor_ok, L"it runs, but was not asked", NULL}},
        {{.asked = true, .answered = true, .words = L"None.", .state = broker_no_outlook},
            {doctor_problem, L"None.", L"obctl status"}},
        {{.asked = true, .answered = true, .words = L"Ready.", .state = broker_ready, .unknown = 3},
            {doctor_warning, L"3 unknown", L"obctl jobs"}},
        {{.runs = true,
             .asked = true,
             .answered = true,
             .words = L"The broker is ready.",
             .state = broker_ready,
             .version = L"1",
             .own_version = L"1"},
            {doctor_ok, L"version 1: The broker is ready. Jobs: 0 queued", NULL}},
        {{.asked = true,
             .answered = true,
             .words = L"Refused.",
             .state = broker_refusing,
             .version = L"1",
             .own_version = L"1"},
            {doctor_problem, L"Refused.", L"obctl status"}},
        {{.asked = true,
             .answered = true,
             .words = L"Blocked.",
             .state = broker_blocked,
             .version = L"1",
             .own_version = L"1"},
            {doctor_problem, L"Blocked.", L"obctl status"}},
        {{.asked = true,
             .answered = true,
             .words = L"Ready.",
             .state = broker_ready,
             .failed = 2,
             .version = L"1",
             .own_version = L"1"},
            {doctor_warning, L"2 failed", L"obctl jobs"}},
        {{.asked = true,
             .answered = true,
             .words = L"Ready.",
             .state = broker_ready,
             .version = L"1",
             .own_version = L"2"},
            {doctor_warning, L"obctl is version 2", L"came with the broker"}},
        {{.asked = true, .answered = false, .words = L"Nobody is logged on. Checked: x. Next: log on."},
            {doctor_problem, L"Nobody is logged on. Checked: x.", L"log on."}},
    };

    (void)state;
    CHECK_TABLE(cases, doctor_broker);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_class_is_looked_at_in_both_views),
        cmocka_unit_test(the_appid_has_to_be_as_it_was_registered),
        cmocka_unit_test(what_carries_the_calls_is_looked_at),
        cmocka_unit_test(what_starts_the_broker_is_looked_at),
        cmocka_unit_test(a_permission_tells_whom_it_admits),
        cmocka_unit_test(an_account_is_told_what_it_may),
        cmocka_unit_test(limits_of_the_machine_are_told),
        cmocka_unit_test(a_disconnected_session_counts_as_nobody),
        cmocka_unit_test(files_are_looked_at),
        cmocka_unit_test(the_brokers_own_answer_is_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
