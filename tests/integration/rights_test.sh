#!/bin/bash
# rights_test.sh - gives rights_test.exe a file that its caller may not read, which only the Unix side can make: as
# root, Windows opens a file of mode 000, but its rights refuse everyone.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck disable=SC2016 # expanded inside of the environment
exec "$root/tools/with-broker" bash -c '
    mkdir -p "$OB_ENVIRONMENT/files" &&
    echo "for nobody to read" >"$OB_ENVIRONMENT/files/secret.txt" &&
    chmod 000 "$OB_ENVIRONMENT/files/secret.txt" &&
    exec wine "$OB_BUILD/tests/rights_test.exe"'
