#!/bin/bash
# register_test.sh - runs register_test.exe where nothing is registered yet.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
exec "$root/tools/with-broker" --no-register wine "$root/build/tests/register_test.exe"
