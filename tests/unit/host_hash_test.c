/* host_hash_test.c - SHA-256 against the vectors of FIPS 180-4. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "host/hash.h"

static void digest_text(const char *data, size_t size, size_t step, char out[2 * HASH_SIZE + 1])
{
    BYTE digest[HASH_SIZE];
    struct hash *hash;
    size_t at, part;

    assert_int_equal(hash_begin(&hash), S_OK);
    for (at = 0; at < size; at += part)
    {
        part = size - at < step ? size - at : step;
        assert_int_equal(hash_add(hash, data + at, part), S_OK);
    }
    assert_int_equal(hash_end(hash, digest), S_OK);
    for (at = 0; at < HASH_SIZE; at++)
        sprintf(out + 2 * at, "%02x", digest[at]);
}

static void known_texts_have_their_known_digests(void **state)
{
    static const struct
    {
        const char *text, *digest;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    char digest[2 * HASH_SIZE + 1];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
    {
        digest_text(cases[i].text, strlen(cases[i].text), 1000, digest);
        assert_string_equal(digest, cases[i].digest);
    }
}

static void parts_give_the_digest_of_the_whole(void **state)
{
    static char data[100000];
    char whole[2 * HASH_SIZE + 1], parts[2 * HASH_SIZE + 1];

    (void)state;
    memset(data, 'a', sizeof(data));
    digest_text(data, sizeof(data), sizeof(data), whole);
    digest_text(data, sizeof(data), 777, parts);
    assert_string_equal(parts, whole);
}

static void a_computation_may_be_given_up(void **state)
{
    struct hash *hash;

    (void)state;
    assert_int_equal(hash_begin(&hash), S_OK);
    assert_int_equal(hash_add(hash, "x", 1), S_OK);
    hash_drop(hash);
    hash_drop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts_have_their_known_digests),
        cmocka_unit_test(parts_give_the_digest_of_the_whole),
        cmocka_unit_test(a_computation_may_be_given_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
