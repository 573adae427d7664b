/* asp_test.c - client_sample/asp/send_mail.asp in asp-host.exe, which stands in for IIS: what it shows, what arrives,
 * and that nothing that came in goes out unencoded. At the end the host itself: where pages end, and how errors are
 * told. This process is no client of the broker itself. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define COMMAND_SIZE 4096
#define KEY_SIZE 39

/* --- asking for pages */

/* Runs the page as a visitor with this request sees it; the caller frees the answer. */
static char *host(const WCHAR *page, DWORD code, const WCHAR *method, const WCHAR *query, const char *body)
{
    WCHAR command[COMMAND_SIZE];
    char *answer;
    DWORD got;

    _snwprintf(command, COMMAND_SIZE - 1, L"asp-host \"%ls\" %ls \"%ls\" \"%hs\"", page, method, query, body);
    command[COMMAND_SIZE - 1] = 0;
    got = ob_run(command, OB_LONG_MS, &answer);
    ob_require(got == code, "%s ended with %lu:\n%s", ob_utf8(command), got, answer);
    return answer;
}

static char *get(const WCHAR *query)
{
    return host(ob_source_path(L"client_sample\\asp\\send_mail.asp"), 0, L"GET", query, "");
}

static char *post(const char *body)
{
    return host(ob_source_path(L"client_sample\\asp\\send_mail.asp"), 0, L"POST", L"", body);
}

static void expect(const char *answer, const char *words)
{
    ob_require(strstr(answer, words) != NULL, "\"%s\" is not in:\n%s", words, answer);
}

static void expect_not(const char *answer, const char *words)
{
    ob_require(!strstr(answer, words), "\"%s\" is in:\n%s", words, answer);
}

/* The 38 characters of a GUID behind words. */
static void take_guid(const char *answer, const char *words, char guid[KEY_SIZE])
{
    const char *at = strstr(answer, words);

    ob_require(at != NULL, "\"%s\" is not in:\n%s", words, answer);
    snprintf(guid, KEY_SIZE, "%s", at + strlen(words));
    ob_require(guid[0] == '{' && guid[KEY_SIZE - 2] == '}', "no GUID: %s", guid);
}

static void take_key(const char *answer, char key[KEY_SIZE])
{
    take_guid(answer, "name=\"key\" value=\"", key);
}

static void take_job(const char *answer, char id[KEY_SIZE])
{
    take_guid(answer, "<dt>Job</dt><dd>", id);
}

/* The page that shows this job; the caller frees it. */
static char *look_up(const char *id)
{
    WCHAR query[80];

    swprintf(query, ARRAYSIZE(query), L"job=%%7B%.36hs%%7D", id + 1);
    return get(query);
}

/* --- the page */

static void each_form_is_shown_with_a_key_of_its_own(void **state)
{
    char *first = get(L""), *second = get(L""), key[KEY_SIZE], other[KEY_SIZE];

    (void)state;
    expect(first, "HTTP/1.1 200 OK\r\n");
    expect(first, "\r\nContent-Type: text/html; charset=utf-8\r\n");
    expect(first, "\r\nCache-Control: no-store\r\n");
    expect(first, "<form method=\"post\"");
    expect(first, "name=\"to\" size=\"60\" value=\"\"");
    expect_not(first, "<dt>");
    expect_not(first, "role=\"alert\"");
    take_key(first, key);
    take_key(second, other);
    assert_string_not_equal(key, other);
    free(first);
    free(second);
}

static void a_link_sends_nothing(void **state)
{
    char *answer = get(L"to=a%40example.com&subject=link&body=x&key=link");

    (void)state;
    expect(answer, "name=\"to\" size=\"60\" value=\"\"");
    free(answer);
    answer = host(ob_source_path(L"client_sample\\asp\\send_mail.asp"), 0, L"HEAD", L"", "to=a%40example.com&key=head");
    expect_not(answer, "<dt>");
    free(answer);
    assert_int_equal(ob_count_delivered(), 0);
}

/* The texts as a browser encodes them. Sent twice, as by a reload. */
static void a_mail_that_is_posted_twice_arrives_once_as_it_was_written(void **state)
{
    static const char body[] = "to=a%40example.com%3B+b%40example.com&subject=Gr%C3%BC%C3%9Fe+%26+%F0%9F%8E%84+100%25"
                               "&body=eins+%2B+zwei%0D%0A%3Cb%3E&key=%7Btwice%7D";
    static const WCHAR subject[] = L"Gr\u00fc\u00dfe & \U0001F384 100%";
    char *answer, id[KEY_SIZE], again[KEY_SIZE];
    struct ob_arrivals arrivals;
    const struct ob_arrived *mail;

    (void)state;
    answer = post(body);
    take_job(answer, id);
    expect(answer, "<dt>State</dt><dd>sent ");
    expect_not(answer, "<form");
    expect_not(answer, "See how far it is");
    free(answer);
    answer = post(body);
    take_job(answer, again);
    assert_string_equal(id, again);
    free(answer);
    ob_read_mails(&arrivals);
    mail = ob_mail_with(&arrivals, subject);
    ob_assert_text(mail->body, L"eins + zwei\n<b>");
    ob_require(wcsstr(mail->to, L"a@example.com") && wcsstr(mail->to, L"b@example.com"), "to: %s", ob_utf8(mail->to));
    ob_free_mails(&arrivals);
    answer = look_up(id);
    expect(answer, "<dt>State</dt><dd>sent ");
    free(answer);
}

/* The visitor went back, changed the mail, and pressed Send: the form gets a key of its own. */
static void a_used_key_with_other_content_is_told_and_replaced(void **state)
{
    char *answer = post("to=a%40example.com&subject=changed&body=x&key=%7Btwice%7D"), key[KEY_SIZE];

    (void)state;
    expect(answer, "(error 0x8004B013)");
    expect(answer, "name=\"subject\" size=\"60\" value=\"changed\"");
    take_key(answer, key);
    free(answer);
}

static void a_mail_that_waits_is_told_with_a_way_to_look_again(void **state)
{
    char *answer, id[KEY_SIZE];
    unsigned delivered = ob_count_delivered();

    (void)state;
    ob_control("hold = Application.CreateItem before\n");
    answer = post("to=a%40example.com&subject=held&body=x&key=held");
    take_job(answer, id);
    expect(answer, "<dt>State</dt><dd>queued ");
    expect(answer, "<a href=\"?job=%7B");
    free(answer);
    ob_control("");
    ob_wait_delivered(delivered + 1);
    free(post("to=a%40example.com&subject=held&body=x&key=held")); /* waits until the job is done */
    answer = look_up(id);
    expect(answer, "<dt>State</dt><dd>sent ");
    expect_not(answer, "See how far it is");
    free(answer);
}

static int let_go(void **state)
{
    (void)state;
    ob_control("");
    return 0;
}

#define HOSTILE "%22%27%3E%3C%2Ftextarea%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%26amp%3B"
#define HOSTILE_SHOWN "&quot;'&gt;&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"

static void nothing_that_came_in_goes_out_unencoded(void **state)
{
    static const char *const shown[] = {"name=\"to\" size=\"60\" value=\"" HOSTILE_SHOWN "\"",
        "name=\"subject\" size=\"60\" value=\"" HOSTILE_SHOWN "\"", "rows=\"12\">" HOSTILE_SHOWN "</textarea>",
        "name=\"key\" value=\"" HOSTILE_SHOWN "\"", "<strong>The mail was not accepted (error 0x8004B010). To holds"};
    char *answer = post("to=" HOSTILE "&subject=" HOSTILE "&body=" HOSTILE "&key=" HOSTILE);

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(shown); i++)
        expect(answer, shown[i]);
    expect_not(answer, "<script");
    free(answer);
    answer = get(L"job=" HOSTILE);
    expect(answer, "The job cannot be shown (error 0x8004B015). &quot;" HOSTILE_SHOWN);
    expect_not(answer, "<script");
    free(answer);
    /* A text that the broker gives back with the job. */
    answer = post("to=nobody+%26lt+co&subject=x&body=x&key=hostile+name");
    expect(answer, "<dt>State</dt><dd>failed ");
    expect(answer, "not found: nobody &amp;lt co.");
    free(answer);
}

static void errors_are_shown_with_their_number_and_the_form_as_it_was(void **state)
{
    char *answer = post("subject=Kept+%C3%BC&body=kept+too&key=kept+key");

    (void)state;
    expect(answer, "The mail was not accepted (error 0x8004B00F). The mail has no recipient.");
    expect(answer, "value=\"Kept \xC3\xBC\"");
    expect(answer, ">kept too</textarea>");
    expect(answer, "name=\"key\" value=\"kept key\"");
    expect_not(answer, "<dt>");
    free(answer);
}

static void a_missing_broker_is_told_with_what_to_do(void **state)
{
    WCHAR program[MAX_PATH], command[MAX_PATH + 20];
    char *output, *answer;

    (void)state;
    wcscpy(program, ob_broker_program());
    ob_stop_broker();
    assert_int_equal(ob_run_broker(L"/UnregServer", &output), 0);
    free(output);
    answer = post("to=a%40example.com&subject=x&body=kept&key=k");
    expect(answer, "The broker could not be reached (error ");
    expect(answer, "The broker is not registered on the server");
    expect(answer, ">kept</textarea>");
    free(answer);
    answer = get(L"job=%7B01234567-89AB-CDEF-0123-456789ABCDEF%7D");
    expect(answer, "The broker is not registered on the server");
    free(answer);
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" /RegServer", program);
    assert_int_equal(ob_run(command, OB_LONG_MS, &output), 0);
    free(output);
}

/* --- the host */

static void the_host_runs_pages_as_they_are_written(void **state)
{
    static const struct
    {
        const char *page;
        const WCHAR *query;
        DWORD code;
        const char *words;
    } pages[] = {
        {"<%@ Language=\"VBScript\" %>\r\n<% Option Explicit %>a<% If 1 = 1 Then %>yes<% Else %>no<% End If %>b", L"",
            0, "\r\n\r\nayesb"},
        {"<%= Request.QueryString(\"a\") %>/<%= Request.QueryString(\"A\")(2) %>/<%= Request.QueryString(\"a\").Count "
         "%>/"
         "<%= Request.QueryString.Count %>/<%= Request.QueryString(\"no\") %>.",
            L"a=1&b=2&a=%C3%BC+%3C", 0, "\r\n\r\n1, \xC3\xBC </\xC3\xBC </2/3/."},
        {"<% On Error Resume Next\nResponse.Write 1 : Response.End : Response.Write 2 %>3", L"", 0, "\r\n\r\n1"},
        {"<% Response.Status = \"404 Not Found\" : Response.AddHeader \"X-A\", \"b\" %>", L"", 0, "404 Not Found\r\n"},
        {"x<% Response.Redirect \"?job=1\" %>y", L"", 0, "302 Object moved\r\n"},
        {"<%= Server.HTMLEncode(\"<\"\"&>\") & Server.URLEncode(\"{ \" & \"\xC3\xBC}\") %>", L"", 0,
            "&lt;&quot;&amp;&gt;%7B+%C3%BC%7D"},
        {"a\n<% x = 1\n\nResponse.Nope %>\nb", L"", 1, "line 4: Object doesn't support"},
        {"a\n\n<%= Request.QueryString(\"a\").Nope %>", L"", 1, "line 3: Object doesn't support"},
        {"a\n<%\nIf 1 Then\nNext %>", L"", 1, "line 4: "},
        {"a\n<% x = 1", L"", 1, "line 2: this part of script does not end"},
        {"<!--#include file=\"x\"-->", L"", 1, "includes no files"},
        {"<%@ Language=\"PerlScript\" %>", L"", 1, "line 1: the host does not understand the directive"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(pages); i++)
    {
        const WCHAR *path = ob_write_file(ob_file_path(L"page.asp"), pages[i].page, strlen(pages[i].page));
        char *answer = host(path, pages[i].code, L"GET", pages[i].query, "");
        const char *found = strstr(answer, pages[i].words);

        ob_require(found != NULL, "%s\nsays:\n%s", pages[i].page, answer);
        /* The words of a page that ends well are its last ones, unless they are headers. */
        if (!pages[i].code && pages[i].words[strlen(pages[i].words) - 1] != '\n')
            ob_require(!found[strlen(pages[i].words)], "%s\nsays:\n%s", pages[i].page, answer);
        free(answer);
    }
}

static int begin(void **state)
{
    int result = ob_begin(state);

    GetDesktopWindow(); /* has Wine start the desktop's process now: a child's would keep the child's output open */
    return result;
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_is_shown_with_a_key_of_its_own),
        cmocka_unit_test(a_link_sends_nothing),
        cmocka_unit_test(a_mail_that_is_posted_twice_arrives_once_as_it_was_written),
        cmocka_unit_test(a_used_key_with_other_content_is_told_and_replaced),
        cmocka_unit_test_teardown(a_mail_that_waits_is_told_with_a_way_to_look_again, let_go),
        cmocka_unit_test(nothing_that_came_in_goes_out_unencoded),
        cmocka_unit_test(errors_are_shown_with_their_number_and_the_form_as_it_was),
        cmocka_unit_test(a_missing_broker_is_told_with_what_to_do),
        cmocka_unit_test(the_host_runs_pages_as_they_are_written),
    };

    return cmocka_run_group_tests(tests, begin, ob_end);
}
