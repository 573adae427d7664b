/* host_caller_file_test.c - a file that a caller named is opened only where the caller itself may read it. The caller
 * here is a copy of this process's token, and "denied" is a file that nobody may read: under Wine there is one user,
 * and the rights of a file are its Unix modes. Callers that differ, network drives, labels and encryption are for
 * Windows to show. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>
#include <sddl.h>
#include "host/caller.h"
#include "host/user.h"

#define ATTACHMENT ((HRESULT)0x8004B011)

static WCHAR folder[MAX_PATH];
static struct caller caller;

static int caller_make(void **state)
{
    const struct user *self = user_self();
    HANDLE token;

    (void)state;
    assert_non_null(self);
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_DUPLICATE, &token));
    assert_true(DuplicateTokenEx(token, TOKEN_QUERY, NULL, SecurityIdentification, TokenImpersonation, &caller.token));
    CloseHandle(token);
    wcscpy(caller.sid, self->sid);
    wcscpy(caller.name, L"TEST\\caller");
    caller.facts.is_user = true;
    GetTempPathW(MAX_PATH, folder);
    wcscat(folder, L"caller-file \u00fc\u4e2d");
    return CreateDirectoryW(folder, NULL) || GetLastError() == ERROR_ALREADY_EXISTS ? 0 : -1;
}

static int caller_end(void **state)
{
    (void)state;
    caller_clear(&caller);
    return RemoveDirectoryW(folder) ? 0 : -1;
}

static const WCHAR *file_make(const WCHAR *leaf, const char *content)
{
    static WCHAR path[MAX_PATH];
    DWORD put;
    HANDLE file;

    swprintf(path, MAX_PATH, L"%ls\\%ls", folder, leaf);
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, content, (DWORD)strlen(content), &put, NULL));
    CloseHandle(file);
    return path;
}

static void file_protect(const WCHAR *path, const WCHAR *sddl)
{
    PSECURITY_DESCRIPTOR descriptor;

    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor, NULL));
    assert_true(SetFileSecurityW(path, DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, descriptor));
    LocalFree(descriptor);
}

/* What nobody may write counts as read-only, and cannot be deleted. */
static void file_remove(const WCHAR *path)
{
    file_protect(path, L"D:P(A;;FA;;;WD)");
    assert_true(DeleteFileW(path));
}

/* Refused, with all of these words in the text; nothing was handed out. */
static void assert_refused(const struct caller *who, const WCHAR *path, const WCHAR *words, const WCHAR *more)
{
    HANDLE file = (HANDLE)(ULONG_PTR)1;
    struct error error = {0};
    ULONGLONG size = 1;
    HRESULT hr = caller_open_file(who, path, deadline_never, &file, &size, &error);

    if (hr != ATTACHMENT) fail_msg("%ls: %#lx", path, (unsigned long)hr);
    assert_null(file);
    assert_int_equal(size, 0);
    assert_int_equal(error.code, ATTACHMENT);
    assert_non_null(error.text);
    if (!wcsstr(error.text, words) || !wcsstr(error.text, more))
        fail_msg("\"%ls\" or \"%ls\" is not in: %ls", words, more, error.text);
    error_clear(&error);
}

static void assert_opened(const struct caller *who, const WCHAR *path, const char *content)
{
    struct error error = {0};
    char got[64] = {0};
    ULONGLONG size;
    DWORD count;
    HANDLE file;
    HRESULT hr = caller_open_file(who, path, deadline_never, &file, &size, &error);

    if (hr) fail_msg("%ls: %ls", path, error.text);
    assert_int_equal(size, strlen(content));
    assert_true(ReadFile(file, got, sizeof(got) - 1, &count, NULL));
    assert_string_equal(got, content);
    CloseHandle(file);
}

static void a_file_that_the_caller_may_read_is_opened(void **state)
{
    const WCHAR *path = file_make(L"r\u00e9sum\u00e9 \U0001F4CE.txt", "what it holds");

    (void)state;
    assert_opened(&caller, path, "what it holds");
    file_remove(path);
}

static void an_empty_file_is_fine(void **state)
{
    const WCHAR *path = file_make(L"empty", "");

    (void)state;
    assert_opened(&caller, path, "");
    file_remove(path);
}

static void a_file_that_is_being_written_is_opened(void **state)
{
    const WCHAR *path = file_make(L"growing.log", "so far");
    HANDLE writer = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);

    (void)state;
    assert_true(writer != INVALID_HANDLE_VALUE);
    assert_opened(&caller, path, "so far");
    CloseHandle(writer);
    file_remove(path);
}

static void what_is_no_full_local_path_is_refused_by_its_form(void **state)
{
    static const WCHAR *const paths[] = {L"", L"report.pdf", L"..\\report.pdf", L"\\report.pdf", L"C:report.pdf",
        L"\\\\server\\share\\report.pdf", L"\\\\?\\C:\\report.pdf", L"\\\\.\\pipe\\x", L"C:\\NUL", L"C:\\a.txt:hidden",
        L"http://server/report.pdf"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        assert_refused(&caller, paths[i], L"the form of the path", paths[i]);
}

static void a_missing_file_folder_or_drive_is_not_found(void **state)
{
    static const WCHAR *const paths[] = {L"C:\\no such file.pdf", L"C:\\no such folder\\file.pdf", L"Q:\\file.pdf"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        assert_refused(&caller, paths[i], L"was not found", paths[i]);
    assert_refused(&caller, paths[0], L"0x80070002", L"(");
}

static void a_folder_is_named_as_one(void **state)
{
    (void)state;
    assert_refused(&caller, folder, L"it is a folder", folder);
    assert_refused(&caller, L"C:\\", L"it is a folder", L"C:\\");
}

static void a_file_that_another_program_keeps_locked_cannot_be_opened(void **state)
{
    const WCHAR *path = file_make(L"locked.txt", "x");
    HANDLE owner = CreateFileW(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);

    (void)state;
    assert_true(owner != INVALID_HANDLE_VALUE);
    assert_refused(&caller, path, L"cannot be opened", L"0x80070020");
    CloseHandle(owner);
    file_remove(path);
}

static void a_file_that_nobody_may_read_is_denied_and_names_the_caller(void **state)
{
    const WCHAR *path = file_make(L"closed.txt", "x");

    (void)state;
    file_protect(path, L"D:P");
    assert_refused(&caller, path, L"may not be read by TEST\\caller", path);
    file_remove(path);
}

static void a_file_that_the_user_keeps_to_himself_is_opened_for_the_user(void **state)
{
    const WCHAR *path = file_make(L"private.txt", "secret");
    WCHAR sddl[256];

    (void)state;
    swprintf(sddl, 256, L"D:P(A;;FA;;;%ls)", caller.sid);
    file_protect(path, sddl);
    assert_opened(&caller, path, "secret");
    file_remove(path);
}

static void a_caller_without_a_token_gets_nothing(void **state)
{
    const WCHAR *path = file_make(L"any.txt", "x");
    struct caller nobody = {.name = L"TEST\\nobody"};

    (void)state;
    assert_refused(&nobody, path, L"cannot be opened", path);
    file_remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_the_caller_may_read_is_opened),
        cmocka_unit_test(an_empty_file_is_fine),
        cmocka_unit_test(a_file_that_is_being_written_is_opened),
        cmocka_unit_test(what_is_no_full_local_path_is_refused_by_its_form),
        cmocka_unit_test(a_missing_file_folder_or_drive_is_not_found),
        cmocka_unit_test(a_folder_is_named_as_one),
        cmocka_unit_test(a_file_that_another_program_keeps_locked_cannot_be_opened),
        cmocka_unit_test(a_file_that_nobody_may_read_is_denied_and_names_the_caller),
        cmocka_unit_test(a_file_that_the_user_keeps_to_himself_is_opened_for_the_user),
        cmocka_unit_test(a_caller_without_a_token_gets_nothing),
    };

    return cmocka_run_group_tests(tests, caller_make, caller_end);
}
