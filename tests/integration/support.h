/* support.h - what the tests from outside share. They see the broker as any client does: through COM, its command line,
 * its files, and what arrives.
 *
 * A helper that cannot do its own work fails the running test by cmocka, with a line that says why; so helpers return
 * no codes unless the code is what the test asks for. Nothing waits for a fixed time: every wait is for something that
 * happens, with a bound far beyond what it takes. One thread, unless it says otherwise. */
#pragma once

#include <windows.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "outlook_broker.h"

/* The bound of waits for what takes a second or two (a cold start of the broker, a mail's way). */
#define OB_LONG_MS 60000

/* --- com.c: sessions, late-bound calls, VARIANTs */

/* Group set-up: COM, multithreaded, and quick settings for the broker (see ob_quick_settings). */
int ob_begin(void **state);
int ob_end(void **state);

/* A session; the caller releases it. */
IObSession *ob_session(void);

/* The answer of a late-bound call. */
struct ob_answer
{
    HRESULT hr;        /* what Invoke returned */
    HRESULT code;      /* the error object's code if hr is DISP_E_EXCEPTION, else hr */
    BSTR text, source; /* the error object's, or NULL */
    UINT bad_argument; /* as Invoke left it; ~0 if it did not */
    VARIANT value;
};

/* Calls member of object by name; arguments in the order in which they are written. Cleared by ob_answer_clear. */
void ob_invoke(
    void *object, const WCHAR *member, WORD flags, const VARIANT *arguments, unsigned count, struct ob_answer *answer);
/* The same with the DISPPARAMS as they are. */
void ob_invoke_id(void *object, DISPID id, WORD flags, DISPPARAMS *params, struct ob_answer *answer);
DISPID ob_dispid(void *object, const WCHAR *member);
void ob_answer_clear(struct ob_answer *answer);
/* The job that the answer's object is; the caller releases it. */
IObJob *ob_answered_job(const struct ob_answer *answer);
/* A property's value by a late-bound get that succeeds; the caller clears it. */
VARIANT ob_get(void *object, const WCHAR *property);

VARIANT ob_text(const WCHAR *text);
VARIANT ob_long(LONG number);
VARIANT ob_missing(void);
/* An array of BSTR (type VT_BSTR) or VARIANT (VT_VARIANT) with this lower bound. */
VARIANT ob_array(VARTYPE type, LONG lower_bound, const WCHAR *const *texts, unsigned count);

/* --- jobs */

struct ob_mail /* NULL: "" */
{
    const WCHAR *to, *subject, *body, *html, *cc, *bcc, *key;
    const VARIANT *attachments; /* NULL: left out */
};

/* SendMail through the vtable; the caller releases the job. */
HRESULT ob_try_send(IObSession *session, const struct ob_mail *mail, IObJob **job);
IObJob *ob_send(IObSession *session, const struct ob_mail *mail);
/* One with no more than a subject and a line. */
IObJob *ob_send_plain(IObSession *session, const WCHAR *subject);
ObJobState ob_state_of(IObJob *job);
HRESULT ob_error_of(IObJob *job);
LONG ob_attempts_of(IObJob *job);
/* Waits until the job is in this state. */
void ob_wait_for_state(IObJob *job, ObJobState state);
/* Waits for the job's end; fails the test with the job's LastErrorText if it ends otherwise. */
void ob_expect_state(IObJob *job, ObJobState state);
/* Waits until the job's LastError is this. */
void ob_wait_for_error(IObJob *job, HRESULT code);
/* One plain mail there and back: the broker works. */
void ob_expect_good_mail(IObSession *session, const WCHAR *subject);
/* Status.LastError of now. */
HRESULT ob_status_error(IObSession *session);
void ob_expect_counts(IObSession *session, LONG queued, LONG submitted, LONG sent, LONG failed, LONG unknown);

/* --- comparisons that print what they got */

#define ob_assert_text(got, expected) ob_assert_text_at(got, expected, __FILE__, __LINE__)
#define ob_assert_hr(got, expected) ob_assert_hr_at(got, expected, #got, __FILE__, __LINE__)
#define ob_assert_ok(got) ob_assert_hr_at(got, S_OK, #got, __FILE__, __LINE__)
#define ob_require(condition, ...)                                                                                     \
    do                                                                                                                 \
    {                                                                                                                  \
        if (!(condition)) ob_fail(__FILE__, __LINE__, __VA_ARGS__);                                                    \
    } while (0)
void ob_assert_text_at(const WCHAR *got, const WCHAR *expected, const char *file, int line);
void ob_assert_hr_at(HRESULT got, HRESULT expected, const char *what, const char *file, int line);
void ob_fail(const char *file, int line, const char *format, ...) __attribute__((format(__printf__, 3, 4)));
/* UTF-8 of a text, in one of eight places that are used in turn: for messages. */
const char *ob_utf8(const WCHAR *text);

/* --- environment.c: places, files, settings. Texts that are returned stand in one of eight places used in turn. */

const WCHAR *ob_source_path(const WCHAR *relative); /* in the project's folder */
const WCHAR *ob_data_path(const WCHAR *leaf);       /* in %LOCALAPPDATA%\OutlookBroker */
const WCHAR *ob_sandbox_path(const WCHAR *leaf);    /* in the sandbox's store */
const WCHAR *ob_file_path(const WCHAR *leaf);       /* in a folder for the tests' own files, which is made */
const WCHAR *ob_write_file(const WCHAR *path, const void *bytes, size_t size);
void *ob_read_file(const WCHAR *path, size_t *size); /* with a zero after it; the caller frees; NULL: not there */
bool ob_exists(const WCHAR *path);
unsigned ob_count_files(const WCHAR *pattern); /* without "." and ".."; a pattern such as path\* */
/* Waits until as many files are there; the last count when the bound is reached. */
unsigned ob_wait_for_files(const WCHAR *folder, const WCHAR *pattern, unsigned count, DWORD timeout_ms);
/* How often a text stands in the broker's log; and waits until it stands there so often. */
unsigned ob_count_in_log(const WCHAR *text);
void ob_wait_in_log(const WCHAR *text, unsigned count);
/* Another program's hand in the outbox: from now on no job's row can be changed, or it can again. */
void ob_let_nothing_be_written(bool nothing);
/* The state of the mail with this subject on disk, read from a copy of outbox.db with what belongs to it; -1: there is
 * none. The broker may be gone, or has to be at rest. */
int ob_state_on_disk(const WCHAR *subject);
/* Writes over most of outbox.db; while no broker runs. */
void ob_damage_outbox(void);
/* A setting of the broker's, for brokers that start later. */
void ob_set(const WCHAR *name, DWORD value);
/* Looks for mail that has left 20 times a second instead of once, waits 2 s for copies. */
void ob_quick_settings(void);
/* Group set-up of tests that end brokers and so use COM in other processes alone: quick settings, and brokers that end
 * soon after their work. */
int ob_begin_without_com(void **state);
/* Has brokers that start from now on end, as in a crash, when they pass this point for the first time ("NAME") or the
 * N-th ("NAME N"), or fault there ("NAME N fault"); NULL: at none. The points are the FAILPOINTs of the server's
 * source. */
void ob_fail_at(const WCHAR *point);
/* A policy has Outlook's guard refuse each Send that a program asks for; or it does so no more. */
void ob_forbid_sending(bool forbid);
/* The broker's time of day is wrong by so much from now on; 0: right. A running one notices within a moment. */
void ob_set_clock_off(LONG seconds);

/* --- processes.c */

#define OB_BROKER_IMAGE L"outlook-broker.exe"
#define OB_SANDBOX_IMAGE L"outlook-sandbox.exe"

const WCHAR *ob_broker_program(void);
unsigned ob_processes(const WCHAR *image);
DWORD ob_process_of(const WCHAR *image); /* one of them; 0: there is none */
/* Connects to Wine's rpcss before any other process does; part of ob_begin. A new rpcss refuses a process that knew an
 * earlier one, unless as many processes came to it before; COM takes that for "no such server runs" and starts one. So
 * a test that ends the broker uses COM in no process that outlives it, but in others (ob_run_self), or is itself the
 * one that starts the next broker. */
void ob_first_at_rpcss(void);
/* Terminates the processes of the image that there are and waits until they are gone; somebody may start the next. */
void ob_kill(const WCHAR *image);
/* Waits until no more than count processes of the image run. */
bool ob_wait_processes(const WCHAR *image, unsigned count, DWORD timeout_ms);
/* Waits until no process of the image runs. */
bool ob_wait_gone(const WCHAR *image, DWORD timeout_ms);
/* The broker ends as in a crash; what Wine keeps of it goes too, so the sandbox is not found any more either. */
void ob_kill_broker(void);
/* By its /Stop; a process that uses COM can go on with the next broker. */
void ob_stop_broker(void);
/* The process of the session's broker, to wait for, look into or suspend; the caller closes the handle. */
HANDLE ob_open_broker(IObSession *session);
/* All ends as at a hard power-off: broker, sandbox, and what Wine keeps of them. */
void ob_log_off(void);
/* As the Run key does: outlook-broker.exe /Run, with no client of its own. */
void ob_log_on(void);
/* Starts a program; the caller closes the handle. */
HANDLE ob_start(const WCHAR *command_line);
/* This test program once more, with these arguments. */
HANDLE ob_start_self(const WCHAR *arguments);
DWORD ob_wait_exit(HANDLE process, DWORD timeout_ms);
/* Runs a program to its end with its output caught, both streams together, as UTF-8; the caller frees *output. */
DWORD ob_run(const WCHAR *command_line, DWORD timeout_ms, char **output);
/* This test program once more: fails the test with its output if it does not end with 0. */
void ob_run_self(const WCHAR *arguments);
/* outlook-broker.exe with these arguments. */
DWORD ob_run_broker(const WCHAR *arguments, char **output);
HANDLE ob_start_broker(const WCHAR *arguments);

/* --- sandbox.c: what tests tell the sandbox and hear of it */

/* The lines of control.txt from now on, "" for none. Fails if the sandbox did not understand those of before. */
void ob_control(const char *lines);
/* Waits until the sandbox holds a call. */
void ob_wait_held(void);
/* How often faults struck whose line in control.txt holds this text, in this environment. */
unsigned ob_count_strikes(const char *text);
/* How often the sandbox was asked for it, Class.Member, since its log of calls was begun (log-calls = on). */
unsigned ob_count_calls(const char *member);
/* Waits until they struck so often in all. */
void ob_wait_strikes(const char *text, unsigned count);
/* Waits for one of the sandbox's dialogs. */
HWND ob_wait_dialog(const WCHAR *title);
/* Answers one that has child windows. */
void ob_press(HWND dialog, const WCHAR *button);

/* --- mails.c: what arrived */

struct ob_attachment
{
    WCHAR *name; /* the file name that the reader sees */
    WCHAR *content_id, *disposition, *type, *display_name;
    unsigned long long size;
    char sha256[65];
};

struct ob_arrived
{
    WCHAR *file, *from, *to, *cc, *bcc, *subject, *stamp, *body, *html,
        *defect; /* defect: NULL if the parser saw none */
    /* Headers as they stand in the message, "" where there is none. */
    WCHAR *sender, *reply_to, *importance, *priority, *sensitivity, *keywords, *receipt_to, *report_to, *expires;
    struct ob_attachment *attachments;
    unsigned attachment_count;
};

struct ob_arrivals
{
    struct ob_arrived *mails;
    unsigned count;
};

/* Every message that the sandbox delivered in this environment, as Python's email package reads it. */
void ob_read_mails(struct ob_arrivals *arrivals);
void ob_free_mails(struct ob_arrivals *arrivals);
/* The one message with this subject; fails if there is none or more than one. Borrowed from arrivals. */
const struct ob_arrived *ob_mail_with(const struct ob_arrivals *arrivals, const WCHAR *subject);
unsigned ob_count_with(const struct ob_arrivals *arrivals, const WCHAR *subject);
unsigned ob_count_delivered(void);
/* How often a message with this subject was delivered; and that it was so often. */
unsigned ob_times_delivered(const WCHAR *subject);
void ob_expect_delivered(const WCHAR *subject, unsigned times);
/* Waits until this many messages were delivered in all. */
void ob_wait_delivered(unsigned count);
void ob_sha256(const void *bytes, size_t size, char hex[65]);

/* --- python.c */

/* What a Python script of tests/integration makes of a file or folder; leaf is the file of ob_file_path that it answers
 * by. The Python is that of the environment variable OB_PYTHON or, under Wine, the Unix side's. The caller frees it. */
char *ob_python(const WCHAR *script, const WCHAR *input, const WCHAR *leaf);
/* The values of a JSON text, each on a line, as Python reads it (read_json.py): fails the test where it is none. Frees
 * text; the caller frees the values. */
char *ob_json_values(char *text);
/* One of the values is this line. */
void ob_expect_json(const char *values, const char *line);

/* --- expected.c: tests/expected/bad_input.txt */

/* The code and text under [name], with {CALLER}, {FILES} (the folder of ob_file_path) and {DATA} filled in. The caller
 * frees *text. */
HRESULT ob_expected(const WCHAR *name, WCHAR **text);
