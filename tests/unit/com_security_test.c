/* com_security_test.c - what COM is told about who may call. Wine enforces none of it: what is asserted are the
 * arguments. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "com/security.h"
#include "host/user.h"
#include "rules/security.h"
#include <sddl.h>
#include <wchar.h>

static void calls_are_private_and_identify_only(void **state)
{
    (void)state;
    assert_int_equal(security_arguments.authentication_level, RPC_C_AUTHN_LEVEL_PKT_PRIVACY);
    assert_int_equal(security_arguments.impersonation_level, RPC_C_IMP_LEVEL_IDENTIFY);
    assert_int_equal(security_arguments.capabilities, EOAC_NO_CUSTOM_MARSHAL | EOAC_DISABLE_AAA);
    assert_false(security_arguments.capabilities & EOAC_APPID);
}

static void the_descriptor_is_absolute_with_owner_and_group_and_no_audit_list(void **state)
{
    WCHAR access[512], mine[1024];
    PSECURITY_DESCRIPTOR descriptor;
    SECURITY_DESCRIPTOR_CONTROL control;
    ACL_SIZE_INFORMATION size;
    BOOL present, defaulted;
    DWORD revision;
    PSID sid;
    ACL *acl;

    (void)state;
    security_access_sddl(access, ARRAYSIZE(access));
    assert_true(security_for_user(mine, ARRAYSIZE(mine), access, user_self()->sid) > 0);
    assert_int_equal(security_descriptor(mine, &descriptor), S_OK);
    assert_true(GetSecurityDescriptorControl(descriptor, &control, &revision));
    assert_false(control & SE_SELF_RELATIVE);
    assert_true(GetSecurityDescriptorOwner(descriptor, &sid, &defaulted) && IsValidSid(sid));
    assert_true(GetSecurityDescriptorGroup(descriptor, &sid, &defaulted) && IsValidSid(sid));
    assert_true(GetSecurityDescriptorDacl(descriptor, &present, &acl, &defaulted) && present && acl);
    assert_true(GetAclInformation(acl, &size, sizeof(size), AclSizeInformation));
    assert_int_equal(size.AceCount, 3);
    for (DWORD i = 0; i < size.AceCount; i++)
    {
        ACCESS_ALLOWED_ACE *entry;

        assert_true(GetAce(acl, i, (void **)&entry));
        assert_int_equal(entry->Header.AceType, ACCESS_ALLOWED_ACE_TYPE);
        assert_int_equal(entry->Mask, COM_ACCESS_LOCAL);
    }
    assert_true(GetSecurityDescriptorSacl(descriptor, &present, &acl, &defaulted));
    assert_false(present);
    LocalFree(descriptor);
}

static void a_descriptor_that_would_admit_everyone_is_refused(void **state)
{
    static const WCHAR *const table[] = {
        L"", L"O:BAG:BA", L"O:BAG:BAD:", L"D:(A;;0x3;;;SY)", L"G:BAD:(A;;0x3;;;SY)", L"rubbish"};

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(table); i++)
    {
        PSECURITY_DESCRIPTOR descriptor;

        if (SUCCEEDED(security_descriptor(table[i], &descriptor))) fail_msg("row %u was taken", i);
    }
}

static const GUID appid = {0x9acd0e04, 0x8871, 0x4188, {0xbc, 0x42, 0xac, 0x6d, 0x96, 0x7d, 0x9f, 0xff}};
#define APPID_KEY L"Software\\Classes\\AppID\\{9ACD0E04-8871-4188-BC42-AC6D967D9FFF}"

static int clear(void **state)
{
    (void)state;
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, APPID_KEY);
    return 0;
}

static void store(const WCHAR *sddl)
{
    PSECURITY_DESCRIPTOR descriptor;
    ULONG size;

    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor, &size));
    assert_int_equal(
        RegSetKeyValueW(HKEY_LOCAL_MACHINE, APPID_KEY, L"AccessPermission", REG_BINARY, descriptor, size), 0);
    LocalFree(descriptor);
}

static void what_is_stored_is_read_back_with_every_sid_written_out(void **state)
{
    static const struct
    {
        const WCHAR *stored, *read;
    } table[] = {
        {L"O:BAG:BAD:(A;;0x3;;;SY)(D;;0xb;;;PS)(A;;0x7;;;S-1-5-21-1-2-3-500)",
            L"O:S-1-5-32-544G:S-1-5-32-544D:(A;;0x3;;;S-1-5-18)(D;;0xb;;;S-1-5-10)(A;;0x7;;;S-1-5-21-1-2-3-500)"},
        {L"O:SYG:SYD:(A;OICIID;0x1;;;NS)", L"O:S-1-5-18G:S-1-5-18D:(A;OICIID;0x1;;;S-1-5-20)"},
        {L"O:BAG:BAD:P", L"O:S-1-5-32-544G:S-1-5-32-544D:"},
    };

    (void)state;
    assert_false(security_appid_there(&appid));
    for (unsigned i = 0; i < ARRAYSIZE(table); i++)
    {
        WCHAR *read;

        store(table[i].stored);
        assert_int_equal(security_stored(&appid, L"AccessPermission", &read), S_OK);
        if (wcscmp(read, table[i].read)) fail_msg("row %u: %ls", i, read);
        LocalFree(read);
    }
    assert_true(security_appid_there(&appid));
}

static void what_com_would_not_take_is_not_read_back(void **state)
{
    static const WCHAR *const table[] = {L"D:(A;;0x3;;;SY)", L"O:BAD:(A;;0x3;;;SY)", L"O:BAG:BA"};
    static const BYTE rubbish[40] = {1, 2, 3};
    WCHAR *read;

    (void)state;
    assert_int_equal(security_stored(&appid, L"AccessPermission", &read), HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
    for (unsigned i = 0; i < ARRAYSIZE(table); i++)
    {
        store(table[i]);
        if (security_stored(&appid, L"AccessPermission", &read) != HRESULT_FROM_WIN32(ERROR_INVALID_SECURITY_DESCR))
            fail_msg("row %u was taken", i);
        assert_null(read);
    }
    for (DWORD size = 0; size <= sizeof(rubbish); size += 8)
    {
        RegSetKeyValueW(HKEY_LOCAL_MACHINE, APPID_KEY, L"AccessPermission", REG_BINARY, rubbish, size);
        assert_true(FAILED(security_stored(&appid, L"AccessPermission", &read)));
        assert_null(read);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_private_and_identify_only),
        cmocka_unit_test(the_descriptor_is_absolute_with_owner_and_group_and_no_audit_list),
        cmocka_unit_test(a_descriptor_that_would_admit_everyone_is_refused),
        cmocka_unit_test_setup_teardown(what_is_stored_is_read_back_with_every_sid_written_out, clear, clear),
        cmocka_unit_test_setup_teardown(what_com_would_not_take_is_not_read_back, clear, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
