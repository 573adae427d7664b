/* security.c - who may call the broker, as SDDL. Both descriptors name owner and group, because CoInitializeSecurity
 * asks for them, and neither has a SACL. What is read back from the registry may have been edited by hand: whatever is
 * not plainly a list of allowing and denying entries is refused, and the broker then does not start. */
#include "security.h"
#include "text_out.h"
#include <stdbool.h>

#define ACE_FIELDS 6
#define ACE_TRUSTEE 5

struct field
{
    const wchar_t *at;
    size_t length;
};

static bool is_letter_or_digit(wchar_t c)
{
    return (c >= L'0' && c <= L'9') || (c >= L'A' && c <= L'Z') || (c >= L'a' && c <= L'z');
}

/* Administrators as owner and group, and one allowing entry with the same mask for each trustee. */
static size_t write_descriptor(
    wchar_t *out, size_t size, uint32_t mask, const wchar_t *const *trustees, size_t trustee_count)
{
    struct text_out text;

    text_out_begin(&text, out, size);
    text_out_add(&text, L"O:BAG:BAD:");
    for (size_t i = 0; i < trustee_count; i++)
    {
        text_out_add(&text, L"(A;;");
        text_out_hex(&text, mask);
        text_out_add(&text, L";;;");
        text_out_add(&text, trustees[i]);
        text_out_add(&text, L")");
    }
    return text_out_end(&text);
}

size_t security_access_sddl(wchar_t *out, size_t size)
{
    static const wchar_t *const trustees[] = {L"SY", L"BA", L"PS"};

    return write_descriptor(out, size, COM_ACCESS_LOCAL, trustees, 3);
}

size_t security_launch_sddl(wchar_t *out, size_t size)
{
    static const wchar_t *const trustees[] = {L"SY", L"BA", L"IU"};

    return write_descriptor(out, size, COM_LAUNCH_LOCAL, trustees, 3);
}

static bool is_text(struct field field, const wchar_t *upper)
{
    size_t i = 0;

    for (; i < field.length && upper[i]; i++)
    {
        wchar_t c = field.at[i];

        if (c >= L'a' && c <= L'z') c = (wchar_t)(c - L'a' + L'A');
        if (c != upper[i]) return false;
    }
    return i == field.length && !upper[i];
}

/* S-1-5-21-...: the form, not the meaning. */
static bool is_sid(struct field field)
{
    if (field.length < 5 || !is_text((struct field){field.at, 4}, L"S-1-")) return false;
    for (size_t i = 4; i < field.length; i++)
    {
        bool digit = field.at[i] >= L'0' && field.at[i] <= L'9';

        if (!digit && (field.at[i] != L'-' || field.at[i - 1] == L'-')) return false;
    }
    return field.at[field.length - 1] != L'-';
}

/* A SID, or one of SDDL's names of two letters. */
static bool is_trustee(struct field field)
{
    return (field.length == 2 && is_letter_or_digit(field.at[0]) && is_letter_or_digit(field.at[1])) || is_sid(field);
}

static bool is_self(struct field field)
{
    return is_text(field, L"PS") || is_text(field, L"S-1-5-10");
}

/* Passes "O:" or "G:" and the trustee after it, which ends where the next part (its letter and a colon) begins. NULL if
 * it is not so. */
static const wchar_t *pass_trustee(const wchar_t *at, wchar_t letter)
{
    struct field field;

    if (at[0] != letter || at[1] != L':') return NULL;
    field = (struct field){at + 2, 0};
    while (is_letter_or_digit(field.at[field.length]) || field.at[field.length] == L'-')
        field.length++;
    if (!field.length || field.at[field.length] != L':') return NULL;
    field.length--;
    return is_trustee(field) ? field.at + field.length : NULL;
}

/* Divides the entry that begins at the parenthesis at; returns what follows it, NULL if it is not well-formed. */
static const wchar_t *divide_entry(const wchar_t *at, struct field fields[ACE_FIELDS])
{
    size_t count = 0;

    if (*at != L'(') return NULL;
    fields[0] = (struct field){++at, 0};
    for (; *at != L')'; at++)
    {
        if (!*at || *at == L'(' || *at == L' ') return NULL;
        if (*at != L';')
        {
            fields[count].length++;
            continue;
        }
        if (++count == ACE_FIELDS) return NULL;
        fields[count] = (struct field){at + 1, 0};
    }
    if (count != ACE_FIELDS - 1) return NULL;
    if (!is_text(fields[0], L"A") && !is_text(fields[0], L"D")) return NULL;
    if (!fields[2].length || fields[3].length || fields[4].length) return NULL;
    return is_trustee(fields[ACE_TRUSTEE]) ? at + 1 : NULL;
}

static bool write_for_user(struct text_out *text, const wchar_t *sddl, const wchar_t *user_sid)
{
    const wchar_t *at = pass_trustee(sddl, L'O');

    if (at) at = pass_trustee(at, L'G');
    if (!at || at[0] != L'D' || at[1] != L':') return false;
    at += 2;
    while (is_letter_or_digit(*at))
        at++;
    text_out_part(text, sddl, (size_t)(at - sddl));
    do
    {
        struct field fields[ACE_FIELDS], trustee;
        const wchar_t *end = divide_entry(at, fields);

        if (!end) return false;
        trustee = fields[ACE_TRUSTEE];
        text_out_part(text, at, (size_t)(trustee.at - at));
        if (is_self(trustee))
            text_out_add(text, user_sid);
        else
            text_out_part(text, trustee.at, trustee.length);
        text_out_character(text, L')');
        at = end;
    } while (*at);
    return true;
}

size_t security_for_user(wchar_t *out, size_t size, const wchar_t *sddl, const wchar_t *user_sid)
{
    struct text_out text;

    text_out_begin(&text, out, size);
    if (!sddl || !user_sid || !is_sid((struct field){user_sid, wcslen(user_sid)}) ||
        !write_for_user(&text, sddl, user_sid))
    {
        text_out_begin(&text, out, size);
    }
    return text_out_end(&text);
}
