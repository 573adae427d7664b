#!/bin/bash
# samples_test.sh - compiles the sample in C by the very line of README.md, for samples_test.exe to run it.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd "$root" || exit 1
compile=$(sed -n 's/^    \(x86_64-w64-mingw32-gcc .*\)/\1/p' README.md)
if [ -z "$compile" ] || ! eval "$compile"; then
    echo "README.md's line does not compile: $compile" >&2
    exit 1
fi
exec tools/with-broker wine build/tests/samples_test.exe
