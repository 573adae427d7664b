/* rules_outlook_error_test.c - what Outlook's codes mean, with the codes that were seen in the field. */
#include "rules_test.h"
#include "rules/outlook_error.h"

static void stray_bits_are_cleared_and_other_codes_pass(void **state)
{
    static const struct
    {
        uint32_t hr, clean;
    } cases[] = {
        {0xE514010Au, 0x8004010Au}, /* seen in the field */
        {0xC204011Du, 0x8004011Du},
        {0xA72300FCu, 0x800300FCu},
        {0xFFF40305u, 0x80040305u},
        {0xE5170005u, 0x80070005u},
        {0xA5104005u, 0x80004005u},
        {0x8004010Au, 0x8004010Au}, /* clean already */
        {0x800300FCu, 0x800300FCu},
        {0x80004004u, 0x80004004u},
        {0x80010001u, 0x80010001u},
        {0x8001010Au, 0x8001010Au},
        {0x80020009u, 0x80020009u},
        {0x800706BAu, 0x800706BAu},
        {0x80080005u, 0x80080005u},
        {0x800A01A8u, 0x800A01A8u},
        {0x8004B001u, 0x8004B001u},
        {0x8004B01Eu, 0x8004B01Eu},
        {0u, 0u},
        {1u, 1u},
        {0x00040000u, 0x00040000u},
        {0x7FF40001u, 0x7FF40001u},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        uint32_t clean = outlook_error_clean(cases[i].hr);

        expect(clean == cases[i].clean, "%08x in place of %08x for %08x", (unsigned)clean, (unsigned)cases[i].clean,
            (unsigned)cases[i].hr);
        expect(outlook_error_clean(clean) == clean, "%08x", (unsigned)clean);
    }
}

static void each_code_has_its_class(void **state)
{
    static const struct
    {
        enum outlook_error_class class;
        uint32_t codes[48];
    } cases[] = {
        {outlook_ok, {1u, 0x00040000u, 0x7FFFFFFFu}},
        {outlook_busy, {0x80010001u, 0x8001010Au, 0x8001010Bu, 0x800706BBu, 0x8004B00Bu}},
        {outlook_lost, {0x800706BAu, 0x800706BEu, 0x800706BFu, 0x800706B5u, 0x80010002u, 0x80010006u, 0x80010007u,
                           0x80010012u, 0x80010100u, 0x80010105u, 0x80010108u, 0x80010114u, 0x8001011Fu, 0x800401FDu,
                           0x800703E6u, 0x80040200u, 0x8004B00Cu}},
        {outlook_absent,
            {0x80040154u, 0x80040155u, 0x800401E3u, 0x800401F3u, 0x800401F5u, 0x800401F7u, 0x80080005u, 0x80080008u,
                0x8000401Au, 0x800702E4u, 0x8002801Du, 0x80029C4Au, 0x80040111u, 0x80040112u, 0x80040113u, 0x8004011Cu,
                0x80040120u, 0x80040121u, 0x80040122u, 0x80040123u, 0x80040124u, 0x80040204u, 0x8004B001u, 0x8004B002u,
                0x8004B003u, 0x8004B004u, 0x8004B005u, 0x8004B007u, 0x8004B01Bu}},
        {outlook_permanent,
            {0x80004004u, 0x80040102u, 0x80004005u, 0x80070005u, 0x80070002u, 0x80070003u, 0x800300FCu, 0x80040607u,
                0x80040700u, 0x80004001u, 0x80004002u, 0x80070057u, 0x80020003u, 0x80020004u, 0x80020005u, 0x80020006u,
                0x80020007u, 0x80020008u, 0x80020009u, 0x8002000Au, 0x8002000Bu, 0x8002000Eu, 0x8002000Fu, 0x80040103u,
                0x80040105u, 0x80040106u, 0x80040110u, 0x80040117u, 0x80040118u, 0x8004011Au, 0x8004011Bu, 0x80040301u,
                0x80040302u, 0x80040303u, 0x80040304u, 0x8004B00Du, 0x8004B00Eu, 0x8004B00Fu, 0x8004B010u, 0x8004B011u,
                0x8004B012u, 0x8004B01Au}},
        {outlook_temporary, {0x80040115u, 0x8004011Du, 0x80040305u, 0x8004010Du, 0x8004010Eu, 0x8004060Cu, 0x80040401u,
                                0x80040109u, 0x8004010Au, 0x8004010Bu, 0x8004010Fu, 0x80040107u, 0x80040201u,
                                0x80040608u, 0x80040126u, 0x8007000Eu, 0x80070020u, 0x80030050u, 0x80040114u,
                                0x80040116u, 0x80040125u, 0x80040400u, 0x80040600u, 0x80040601u, 0x8004B017u}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        for (size_t j = 0; cases[i].codes[j]; j++)
        {
            uint32_t hr = cases[i].codes[j];

            expect(outlook_error_class(hr) == cases[i].class, "%d for %08x", outlook_error_class(hr), (unsigned)hr);
            if (!(hr & 0x80000000u)) continue;
            expect(outlook_error_class(hr | 0x65100000u) == cases[i].class, "%08x with stray bits", (unsigned)hr);
        }
    }
    expect(outlook_error_class(0) == outlook_ok, "S_OK");
}

static void a_code_that_is_not_known_is_tried_again(void **state)
{
    static const uint32_t codes[] = {0x8000FFFFu, 0x80131500u, 0xC0000005u, 0x80040FFFu, 0x80070015u};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(codes); i++)
    {
        expect(outlook_error_class(codes[i]) == outlook_temporary, "%08x", (unsigned)codes[i]);
    }
}

static void a_failed_start_names_what_is_missing(void **state)
{
    static const struct
    {
        uint32_t hr;
        enum error_id id;
    } cases[] = {
        {0x80040154u, error_no_outlook},
        {0x800401F3u, error_no_outlook},
        {0x800401F5u, error_no_outlook},
        {0x80070002u, error_no_outlook},
        {0x80070003u, error_no_outlook},
        {0x80040111u, error_no_profile}, /* never read as "class not available" */
        {0xA5140111u, error_no_profile},
        {0x8004011Cu, error_no_profile},
        {0x80040204u, error_no_profile},
        {0x80040112u, error_logon_failed},
        {0x80040113u, error_logon_failed},
        {0x80040115u, error_logon_failed},
        {0xC204011Du, error_logon_failed},
        {0x80040120u, error_logon_failed},
        {0x80040121u, error_logon_failed},
        {0x80040122u, error_logon_failed},
        {0x80040123u, error_logon_failed},
        {0x80040124u, error_logon_failed},
        {0x800702E4u, error_elevation_refused},
        {0x80080005u, error_start_failed},
        {0x80070005u, error_start_failed},
        {0x800401E3u, error_start_failed},
        {0x800706BAu, error_start_failed},
        {0x8000FFFFu, error_start_failed},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        expect(outlook_start_error(cases[i].hr) == cases[i].id, "%08x", (unsigned)cases[i].hr);
    }
}

/* All others may hide what is there. */
static void few_answers_say_that_there_is_none(void **state)
{
    static const uint32_t none[] = {0x8004010Fu, 0x80040102u, 0x80020003u, 0x80020006u, 0x8A44010Fu};
    static const uint32_t other[] = {0, 1, 0x80004005u, 0x80070005u, 0x8004011Du, 0x80040115u, 0x80040126u, 0x80040600u,
        0x80040111u, 0x8007000Eu, 0x800706BAu};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(none); i++)
        expect(outlook_has_none(none[i]), "%08X", (unsigned)none[i]);
    for (size_t i = 0; i < COUNT_OF(other); i++)
        expect(!outlook_has_none(other[i]), "%08X", (unsigned)other[i]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(stray_bits_are_cleared_and_other_codes_pass),
        cmocka_unit_test(each_code_has_its_class),
        cmocka_unit_test(a_code_that_is_not_known_is_tried_again),
        cmocka_unit_test(few_answers_say_that_there_is_none),
        cmocka_unit_test(a_failed_start_names_what_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
