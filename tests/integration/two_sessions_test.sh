#!/bin/bash
# two_sessions_test.sh - two environments that share the broker's folder stand for two Windows sessions of one user. In
# the first, two_sessions_test.exe holds the lock until it is told to go; in the second it is the test.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
shared=$(mktemp -d "${TMPDIR:-/tmp}/outlook-broker-two-XXXXXX") || exit 1
holder=
# shellcheck disable=SC2317 # called by the trap
clean_up()
{
    touch "$shared/go"
    if [ -n "$holder" ]; then wait "$holder"; fi
    rm -rf "$shared"
}
trap clean_up EXIT
export OB_TEST_SHARED=$shared

"$root/tools/with-broker" --share-data "$shared/data" wine "$root/build/tests/two_sessions_test.exe" holder &
holder=$!
# The other session's broker refuses, as on Windows; without this the test build ends instead.
OB_REFUSE_WHEN_LOST=1 "$root/tools/with-broker" --share-data "$shared/data" wine "$root/build/tests/two_sessions_test.exe"
