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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_private_and_identify_only),
        cmocka_unit_test(the_descriptor_is_absolute_with_owner_and_group_and_no_audit_list),
        cmocka_unit_test(a_descriptor_that_would_admit_everyone_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
