/* registry_snapshot.c - see registry_snapshot.h. Links are read as such and not followed: some lead in a circle. */
#include "registry_snapshot.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "support.h"

#define NAME_SIZE 1024
#define DATA_SIZE 65536

/* What Wine changes by itself while programs run. */
static const WCHAR *const volatile_keys[] = {
    L"HKLM\\HARDWARE",
    L"HKLM\\System\\CurrentControlSet\\Enum",
    L"HKLM\\System\\CurrentControlSet\\Control\\Video",
    L"HKLM\\System\\CurrentControlSet\\Control\\DeviceClasses",
    L"HKLM\\System\\ControlSet001", /* the same keys once more */
    L"HKCU\\Volatile Environment",
    L"HKCU\\Software\\Wine",
};

/* The keys in which registration makes others, or sets values. */
static const WCHAR *const touched_keys[] = {
    L"HKLM\\Software",
    L"HKLM\\Software\\Classes",
    L"HKLM\\Software\\Classes\\AppID",
    L"HKLM\\Software\\Classes\\CLSID",
    L"HKLM\\Software\\Classes\\Interface",
    L"HKLM\\Software\\Classes\\TypeLib",
    L"HKLM\\Software\\Classes\\Wow6432Node\\CLSID",
    L"HKLM\\Software\\Classes\\Wow6432Node\\Interface",
    L"HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run",
    L"HKLM\\System\\CurrentControlSet\\Services\\EventLog\\Application",
    L"HKCU\\Software",
};

struct snapshot
{
    bool only_ours; /* of keys below, those alone that have a name of ours */
    char *text;
    size_t length, room;
};

static void add(struct snapshot *snapshot, const char *text)
{
    size_t length = strlen(text);

    if (snapshot->length + length + 1 > snapshot->room)
    {
        snapshot->room = (snapshot->length + length + 1) * 2;
        snapshot->text = realloc(snapshot->text, snapshot->room);
        assert_non_null(snapshot->text);
    }
    memcpy(snapshot->text + snapshot->length, text, length + 1);
    snapshot->length += length;
}

static bool is_volatile(const WCHAR *path)
{
    for (unsigned i = 0; i < ARRAYSIZE(volatile_keys); i++)
        if (!_wcsicmp(path, volatile_keys[i])) return true;
    return false;
}

static bool is_ours(const WCHAR *path)
{
    return wcsstr(path, L"{9ACD0E04-") || wcsstr(path, L"OutlookBroker") || wcsstr(path, L"outlook-broker") ||
           !wcsncmp(path, L"HKCU", 4);
}

static void add_values(struct snapshot *snapshot, HKEY key)
{
    static BYTE data[DATA_SIZE];
    WCHAR name[NAME_SIZE];

    for (DWORD i = 0;; i++)
    {
        DWORD name_size = NAME_SIZE, size = DATA_SIZE, type;
        LSTATUS status = RegEnumValueW(key, i, name, &name_size, NULL, &type, data, &size);
        char head[64];

        if (status && status != ERROR_MORE_DATA) return;
        add(snapshot, "  ");
        add(snapshot, ob_utf8(name));
        snprintf(head, sizeof(head), " %ld %lu %lu ", status, type, size);
        add(snapshot, head);
        for (DWORD at = 0; !status && at < size; at++)
        {
            char hex[3] = {"0123456789abcdef"[data[at] >> 4], "0123456789abcdef"[data[at] & 15], 0};

            add(snapshot, hex);
        }
        add(snapshot, "\n");
    }
}

static void add_key(struct snapshot *snapshot, HKEY root, const WCHAR *path, const WCHAR *shown)
{
    WCHAR name[NAME_SIZE];
    HKEY key;

    if (is_volatile(shown)) return;
    add(snapshot, ob_utf8(shown));
    add(snapshot, "\n");
    if (RegOpenKeyExW(root, path, REG_OPTION_OPEN_LINK, KEY_READ | KEY_WOW64_64KEY, &key)) return;
    add_values(snapshot, key);
    for (DWORD i = 0;; i++)
    {
        WCHAR *below, *below_shown;
        DWORD size = NAME_SIZE;

        if (RegEnumKeyExW(key, i, name, &size, NULL, NULL, NULL, NULL)) break;
        if (snapshot->only_ours && !is_ours(shown) && !is_ours(name)) continue;
        below_shown = calloc(wcslen(shown) + size + 2, sizeof(WCHAR));
        below = calloc(wcslen(path) + size + 2, sizeof(WCHAR));
        assert_true(below && below_shown);
        swprintf(below_shown, wcslen(shown) + size + 2, L"%ls\\%ls", shown, name);
        swprintf(below, wcslen(path) + size + 2, L"%ls%ls%ls", path, *path ? L"\\" : L"", name);
        add_key(snapshot, root, below, below_shown);
        free(below);
        free(below_shown);
    }
    RegCloseKey(key);
}

char *snapshot_take(void)
{
    struct snapshot snapshot = {0};

    add_key(&snapshot, HKEY_LOCAL_MACHINE, L"", L"HKLM");
    add_key(&snapshot, HKEY_CURRENT_USER, L"", L"HKCU");
    return snapshot.text;
}

char *snapshot_take_ours(void)
{
    struct snapshot snapshot = {.only_ours = true};

    for (unsigned i = 0; i < ARRAYSIZE(touched_keys); i++)
        add_key(&snapshot, wcsncmp(touched_keys[i], L"HKCU", 4) ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER,
            touched_keys[i] + 5, touched_keys[i]);
    return snapshot.text;
}

static void expect_same(const char *before, char *now, const char *where)
{
    const char *a = before, *b = now;
    bool same = !strcmp(before, now);

    while (!same && *a && *a == *b)
        a++, b++;
    while (!same && a > before && a[-1] != '\n')
        a--, b--;
    ob_require(same, "%s: the registry differs\nbefore: %.*s\nnow:    %.*s", where, (int)strcspn(a, "\n"), a,
        (int)strcspn(b, "\n"), b);
    free(now);
}

void snapshot_expect(const char *before, const char *where)
{
    expect_same(before, snapshot_take(), where);
}

void snapshot_expect_ours(const char *before, const char *where)
{
    expect_same(before, snapshot_take_ours(), where);
}
