/* path_form.c - paths by their form alone. Only a drive letter, a colon and a slash begin a path that is taken; what
 * lies behind the drive (a mapped one, a link) only the opened file can tell. Slashes of both kinds divide, as in
 * Windows. */
#include "path_form.h"
#include <stdbool.h>
#include "letters.h"
#include "text_check.h"

static bool is_slash(wchar_t c)
{
    return c == L'\\' || c == L'/';
}

static bool is_digit(wchar_t c)
{
    return c >= L'0' && c <= L'9';
}

/* Does text begin with prefix (small ASCII letters; a backslash in it stands for both slashes)? */
static bool starts_with(const wchar_t *text, const wchar_t *prefix)
{
    for (; *prefix; text++, prefix++)
    {
        if (*prefix == L'\\' ? !is_slash(*text) : letter_small(*text) != *prefix) return false;
    }
    return true;
}

/* The number of a device: COM1, and also COM with a raised 1, 2 or 3. */
static bool is_device_number(wchar_t c)
{
    return is_digit(c) || c == 0xB9 || c == 0xB2 || c == 0xB3;
}

/* A name that Windows takes for a device in any folder; an extension, a stream and spaces behind it change nothing. */
static bool is_device_name(const wchar_t *name, size_t length)
{
    static const struct
    {
        const wchar_t *name;
        size_t length;
        bool numbered;
    } devices[] = {
        {L"con", 3, false},
        {L"prn", 3, false},
        {L"aux", 3, false},
        {L"nul", 3, false},
        {L"com", 3, true},
        {L"lpt", 3, true},
        {L"conin$", 6, false},
        {L"conout$", 7, false},
    };
    size_t base = 0;

    while (base < length && name[base] != L'.' && name[base] != L':')
        base++;
    while (base && name[base - 1] == L' ')
        base--;
    for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
    {
        size_t need = devices[i].length + (devices[i].numbered ? 1 : 0);

        if (base != need || !starts_with(name, devices[i].name)) continue;
        if (!devices[i].numbered || is_device_number(name[devices[i].length])) return true;
    }
    return false;
}

static bool has_device(const wchar_t *path)
{
    while (*path)
    {
        size_t length = 0;

        while (path[length] && !is_slash(path[length]))
            length++;
        if (is_device_name(path, length)) return true;
        path += length;
        while (is_slash(*path))
            path++;
    }
    return false;
}

/* Two letters or more before ":/" are no drive but a scheme, unless they are a device. */
static bool is_url(const wchar_t *path)
{
    size_t length = 0;

    if (!is_letter(path[0])) return false;
    while (is_letter_or_digit(path[length]) || (path[length] && wcschr(L"+-.", path[length])))
        length++;
    return length > 1 && path[length] == L':' && is_slash(path[length + 1]) && !is_device_name(path, length);
}

/* Paths that begin with a slash. */
static enum path_form rooted_form(const wchar_t *path)
{
    if (starts_with(path, L"\\\\?\\unc\\") || starts_with(path, L"\\\\.\\unc\\")) return path_unc;
    if (starts_with(path, L"\\\\?\\") || starts_with(path, L"\\\\.\\") || starts_with(path, L"\\?\?\\"))
        return path_device;
    if (starts_with(path, L"\\\\")) return path_unc;
    return has_device(path) ? path_device : path_relative;
}

/* At the end of a path Windows drops these without a word. */
static bool is_dropped(wchar_t c)
{
    return c == L'.' || c == L' ';
}

enum path_form path_form(const wchar_t *path)
{
    const wchar_t *rest;
    bool drive;

    if (path[wcsspn(path, L" ")] == 0) return path_empty;
    if (text_line_check(path, NULL)) return path_bad;
    if (is_slash(path[0])) return rooted_form(path);

    drive = is_letter(path[0]) && path[1] == L':';
    rest = drive ? path + 2 : path;
    if (is_url(path)) return path_url;
    if (has_device(rest)) return path_device;
    if (!drive || !is_slash(rest[0])) return path_relative;
    if (wcspbrk(rest, L"<>\"|?*")) return path_bad;
    if (wcschr(rest, L':')) return path_stream;
    return is_dropped(rest[wcslen(rest) - 1]) ? path_ending : path_full;
}

enum path_form path_leaf_form(const wchar_t *leaf)
{
    if (leaf[wcsspn(leaf, L" ")] == 0) return path_empty;
    if (text_line_check(leaf, NULL) || wcspbrk(leaf, L"<>\"|?*")) return path_bad;
    if (wcspbrk(leaf, L"\\/")) return path_folder;
    if (is_device_name(leaf, wcslen(leaf))) return path_device;
    if (wcschr(leaf, L':')) return path_stream;
    return is_dropped(leaf[wcslen(leaf) - 1]) ? path_ending : path_full;
}

const wchar_t *path_form_words(enum path_form form)
{
    static const wchar_t *const words[] = {
        [path_full] = L"it is a full path",
        [path_empty] = L"it is empty",
        [path_relative] = L"it is a relative path",
        [path_unc] = L"it is a network path",
        [path_device] = L"it names a device",
        [path_stream] = L"it names a stream inside a file",
        [path_url] = L"it is a URL",
        [path_ending] = L"it ends in a dot or a blank, which Windows would drop",
        [path_folder] = L"it names a folder too",
        [path_bad] = L"it holds a character that no file name may have",
    };

    return words[form];
}

bool path_final_is_local(const wchar_t *final_path)
{
    const wchar_t *rest;

    if (!starts_with(final_path, L"\\\\?\\")) return false;
    rest = final_path + 4;
    if (is_letter(rest[0]) && rest[1] == L':' && is_slash(rest[2])) return true;
    if (!starts_with(rest, L"volume{")) return false;
    rest += wcscspn(rest, L"\\/}");
    return rest[0] == L'}' && is_slash(rest[1]);
}

const wchar_t *path_leaf(const wchar_t *path)
{
    const wchar_t *leaf = path;

    for (; *path; path++)
    {
        if (is_slash(*path)) leaf = path + 1;
    }
    return leaf;
}

/* The most that can be taken of text within limit without halving a surrogate pair. */
static size_t whole_characters(const wchar_t *text, size_t limit)
{
    return limit && text[limit - 1] >= 0xD800 && text[limit - 1] <= 0xDBFF ? limit - 1 : limit;
}

void path_short_leaf(wchar_t *out, size_t limit, const wchar_t *leaf)
{
    size_t length = wcslen(leaf), stem = length, extension = 0;
    const wchar_t *dot = wcsrchr(leaf, L'.');

    if (length > limit)
    {
        if (dot && dot != leaf) extension = wcslen(dot);
        if (extension >= limit) extension = 0;
        stem = whole_characters(leaf, limit - extension);
        /* Windows would drop these at the end of a name. */
        while (!extension && stem && (leaf[stem - 1] == L' ' || leaf[stem - 1] == L'.'))
            stem--;
    }
    wmemcpy(out, leaf, stem);
    wmemcpy(out + stem, leaf + length - extension, extension);
    out[stem + extension] = 0;
}

/* A dot and up to five letters and digits that begin with a letter: not the dot of "No. 5" or "v1.5". */
static bool has_extension(const wchar_t *text, size_t length)
{
    size_t at = length;

    while (at && is_letter_or_digit(text[at - 1]))
        at--;
    return at > 1 && text[at - 1] == L'.' && length - at <= 5 && is_letter(text[at]);
}

void path_shown_leaf(wchar_t out[SHOWN_LEAF_SIZE], const wchar_t *display, const wchar_t *leaf)
{
    const size_t most = SHOWN_LEAF_SIZE - 1;
    const wchar_t *dot = wcsrchr(leaf, L'.');
    size_t extension = dot && dot != leaf ? wcslen(dot) : 0;
    size_t length = wcslen(display), prefix;

    while (length && is_dropped(display[length - 1]))
        length--;
    if (extension >= most || has_extension(display, length)) extension = 0;
    prefix = !length || is_device_name(display, length) ? 1 : 0;
    if (length > most - extension - prefix) length = whole_characters(display, most - extension - prefix);
    if (prefix) out[0] = L'_';
    for (size_t i = 0; i < length; i++)
        out[prefix + i] = wcschr(L"<>\"|?*\\/:", display[i]) ? L'_' : display[i];
    wmemcpy(out + prefix + length, dot ? dot : L"", extension);
    out[prefix + length + extension] = 0;
}
