#!/bin/bash
# dist_test.sh - unpacks the zip of `make dist` into an empty environment, in a folder with a blank in its name, for
# dist_test.exe to install, check and remove it by its own README. None of this tree's programs is on the path.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd "$root" || exit 1
if ! (unset MAKEFLAGS MAKELEVEL MFLAGS && make --no-print-directory zip); then exit 1; fi
# shellcheck disable=SC2016 # expanded inside of the environment
exec tools/with-broker --no-register bash -c '
    unset WINEPATH
    mkdir -p "$OB_ENVIRONMENT/files/Outlook Broker" &&
    python3 -m zipfile -e "$(ls -t "$OB_BUILD"/dist/*.zip | head -n 1)" "$OB_ENVIRONMENT/files/Outlook Broker" &&
    mv "$OB_ENVIRONMENT/files/Outlook Broker"/*/* "$OB_ENVIRONMENT/files/Outlook Broker/" &&
    exec wine "$OB_BUILD/tests/dist_test.exe"'
