# environment.sh - throw-away Windows environments, as functions for bash scripts (source it; it runs nothing itself).
# An environment is a folder outlook-broker-XXXXXX below ${TMPDIR:-/tmp} that holds a copy of the template made by
# tools/set-up (prefix/) and the sandbox's store (sandbox/). Copies share no file with the template or with each other.
#
#   ob_environment_begin            makes one and starts it; sets OB_ENVIRONMENT, OB_SANDBOX_DIR, OB_DATA_DIR, OB_BUILD
#                                   and what Wine needs, all exported
#   ob_environment_register         registers broker and sandbox in it
#   ob_environment_end [--keep]     ends every process of it and removes it (--keep: leaves the files); safe to repeat
#
# Whoever begins one calls ob_environment_end in a trap on EXIT. The functions that can fail say why on stderr and
# return 1. Descriptors 7 and 8 belong to this file while an environment lives: start nothing long-lived with them open.

# shellcheck shell=bash
ob_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
ob_template=$ob_root/build/deps/prefix-template
ob_broker_exe=${OB_BROKER_EXE:-$ob_root/build/wine/outlook-broker.exe}
ob_sandbox_exe=${OB_SANDBOX_EXE:-$ob_root/build/tests/outlook-sandbox.exe}

# No .NET, no HTML engine, no entries in the desktop's menus: each would cost time or write outside of the environment.
ob_dll_overrides='mscoree,mshtml,winemenubuilder.exe='
ob_register_timeout_s=60
ob_stop_timeout_s=20

ob_complain()
{
    echo "$(basename "$0"): $*" >&2
    return 1
}

# Prints the Windows path of an absolute Unix path, or of several with ";" between them.
ob_windows_path()
{
    local path=Z:${1//;\//;Z:\/}

    printf '%s\n' "${path//\//\\}"
}

# Debian's Wine keeps the server's socket in a folder of TMPDIR that it names in the prefix, and leaves it behind; two
# processes that start at once in a fresh prefix trip over that file. So the name is there beforehand: folder $2, which
# lies directly or deeper in TMPDIR, is made for prefix $1.
ob_wineserver_folder()
{
    mkdir -m 700 "$TMPDIR/$2" || return 1
    rm -f "$1/wineserver"
    printf '%s' "$2" >"$1/wineserver" && chmod 400 "$1/wineserver"
}

# Removes what the server of prefix $1 leaves where a session manager gives each user a folder.
ob_wineserver_folder_remove()
{
    rm -rf "/run/user/$(id -u)/wine/server-$(stat -c %D "$1")-$(printf %x "$(stat -c %i "$1")")"
}

# Prints the ids of the processes that were started with prefix $1, but for this shell and those it came from.
ob_processes_of()
{
    local pid ours=" $$ $BASHPID "

    # Without the variable, or the search would find itself.
    for pid in $(unset WINEPREFIX; grep -lzxsF "WINEPREFIX=$1" /proc/[0-9]*/environ | cut -d / -f 3); do
        if [[ $ours != *" $pid "* ]]; then echo "$pid"; fi
    done
}

# Ends everything that runs in prefix $1 and returns when it is gone: Windows processes by their server, which writes
# the registry before it ends, then whatever else was started in it, politely first (a script may have an environment of
# its own to clean up). Again and again, for a process that is only just starting may start a server.
ob_processes_end()
{
    local try pids

    for try in {1..60}; do
        WINEPREFIX=$1 timeout "$ob_stop_timeout_s" wineserver -k >/dev/null 2>&1 </dev/null || true
        pids=$(ob_processes_of "$1")
        if [ -z "$pids" ]; then return 0; fi
        # shellcheck disable=SC2086 # a list of numbers
        if [ "$try" -gt 40 ]; then
            kill -s KILL $pids 2>/dev/null || true
        elif [ "$try" -gt 5 ]; then
            kill -s TERM $pids 2>/dev/null || true
            kill -s CONT $pids 2>/dev/null || true
        fi
        sleep 0.1
    done
    return 1
}

# Waits, out of reach of the signals that a terminal or a test runner sends, until its input ends, and then cleans up
# for a shell that could not do so itself because it was killed. A line of input tells that nothing is left to do.
ob_guard()
{
    # shellcheck disable=SC2016 # expanded by the guard
    env -u WINEPREFIX OB_ENVIRONMENT="$OB_ENVIRONMENT" setsid bash -c '
        trap "" INT TERM HUP
        . "$1"
        read -r _ || ob_environment_end' guard "$ob_root/tools/environment.sh" >/dev/null 2>&1
}

ob_environment_begin()
{
    local user

    if [ ! -f "$ob_template/stamp" ]; then
        ob_complain "there is no template of the Windows environments yet: run \`make\` or tools/set-up first"
        return 1
    fi
    if [ ! -O "$ob_template" ]; then
        ob_complain "$ob_template belongs to another user: run tools/set-up as the user who is to use it"
        return 1
    fi

    TMPDIR=$(cd "${TMPDIR:-/tmp}" && pwd -P) || return 1
    export TMPDIR
    OB_ENVIRONMENT=$(mktemp -d "$TMPDIR/outlook-broker-XXXXXX") || return 1
    exec 7> >(ob_guard)
    cp -a --reflink=auto "$ob_template" "$OB_ENVIRONMENT/prefix" || return 1
    ob_wineserver_folder "$OB_ENVIRONMENT/prefix" "${OB_ENVIRONMENT##*/}/wineserver" || return 1
    mkdir "$OB_ENVIRONMENT/sandbox" || return 1
    for user in "$OB_ENVIRONMENT"/prefix/drive_c/users/*; do
        if [ "${user##*/}" != Public ]; then break; fi
    done
    export OB_ENVIRONMENT
    export OB_SANDBOX_DIR=$OB_ENVIRONMENT/sandbox
    export OB_DATA_DIR=$user/AppData/Local/OutlookBroker
    export OB_BUILD=$ob_root/build
    export LC_ALL=C.UTF-8
    export WINEPREFIX=$OB_ENVIRONMENT/prefix
    export WINEDEBUG=${WINEDEBUG--all}
    export WINEDLLOVERRIDES=${WINEDLLOVERRIDES-$ob_dll_overrides}
    WINEPATH=$(ob_windows_path "$OB_BUILD/wine;$OB_BUILD/tests;$OB_BUILD/windows")${WINEPATH:+;$WINEPATH}
    export WINEPATH

    # Wine stops its services when the last ordinary process ends. This one waits for input that never comes; it ends by
    # itself when the shell that holds descriptor 8 is gone.
    mkfifo "$OB_ENVIRONMENT/anchor" || return 1
    exec 8<>"$OB_ENVIRONMENT/anchor"
    wine cmd /c pause <"$OB_ENVIRONMENT/anchor" >/dev/null 2>&1 7>&- 8>&- &
    disown $!
}

# ob_register WHAT EXE ARGUMENT...: runs the program so that it registers itself.
ob_register()
{
    local what=$1 exe=$2 result=0

    shift 2
    if [ ! -f "$exe" ]; then
        ob_complain "the $what is not built yet ($exe): run \`make\` first"
        return 1
    fi
    ob_interruptible timeout --foreground "$ob_register_timeout_s" wine "$exe" "$@" >&2 || result=$?
    if [ $result -ne 0 ]; then
        ob_complain "the $what could not be registered: it ended with $result"
        return 1
    fi
}

# Runs a command so that a trap of this shell does not have to wait for its end.
ob_interruptible()
{
    "$@" </dev/null 7>&- 8>&- &
    wait $!
}

ob_environment_register()
{
    ob_register broker "$ob_broker_exe" /RegServer || return 1
    ob_register sandbox "$ob_sandbox_exe" /RegServer "/Dir:$(ob_windows_path "$OB_SANDBOX_DIR")"
}

ob_environment_end()
{
    if [ -z "${OB_ENVIRONMENT-}" ]; then return 0; fi
    exec 8>&-
    if [ -d "$OB_ENVIRONMENT/prefix" ]; then
        ob_processes_end "$OB_ENVIRONMENT/prefix" ||
            ob_complain "processes of $OB_ENVIRONMENT could not be ended" || true
        ob_wineserver_folder_remove "$OB_ENVIRONMENT/prefix"
    fi
    rm -f "$OB_ENVIRONMENT/anchor"
    if [ "${1-}" != --keep ]; then rm -rf "$OB_ENVIRONMENT"; fi
    (trap '' PIPE; echo "done" >&7) 2>/dev/null || true
    exec 7>&-
    unset OB_ENVIRONMENT
}
