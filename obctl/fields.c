/* fields.c - see fields.h. Times stay local, as the broker gives them. */
#include "fields.h"
#include <stdlib.h>
#include <stdio.h>
#include "host/error.h"

#define LABEL_WIDTH 18

static struct field *add(struct fields *fields, const WCHAR *member, const WCHAR *label, enum field_kind kind)
{
    struct field *field;

    if (fields->count == FIELDS_MOST) abort();
    field = &fields->all[fields->count++];
    *field = (struct field){.member = member, .label = label, .kind = kind};
    return field;
}

BSTR *fields_add_text(struct fields *fields, const WCHAR *member, const WCHAR *label)
{
    return &add(fields, member, label, field_text)->value.text;
}

LONG *fields_add_number(struct fields *fields, const WCHAR *member, const WCHAR *label)
{
    return &add(fields, member, label, field_number)->value.number;
}

LONG *fields_add_code(struct fields *fields, const WCHAR *member, const WCHAR *label)
{
    return &add(fields, member, label, field_code)->value.number;
}

VARIANT_BOOL *fields_add_flag(struct fields *fields, const WCHAR *member, const WCHAR *label)
{
    return &add(fields, member, label, field_flag)->value.flag;
}

VARIANT *fields_add_time(struct fields *fields, const WCHAR *member, const WCHAR *label)
{
    VARIANT *time = &add(fields, member, label, field_time)->value.time;

    VariantInit(time);
    return time;
}

void fields_clear(struct fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
    {
        struct field *field = &fields->all[i];

        if (field->kind == field_text) SysFreeString(field->value.text);
        if (field->kind == field_time) VariantClear(&field->value.time);
    }
    fields->count = 0;
}

void time_add(struct text *out, const VARIANT *time, BOOL json)
{
    SYSTEMTIME at;

    if (V_VT(time) == VT_DATE && VariantTimeToSystemTime(V_DATE(time), &at))
        text_format(out, json ? L"\"%04u-%02u-%02uT%02u:%02u:%02u\"" : L"%04u-%02u-%02u %02u:%02u:%02u", at.wYear,
            at.wMonth, at.wDay, at.wHour, at.wMinute, at.wSecond);
    else
        text_add(out, json ? L"null" : L"-");
}

void fields_hide_empty(struct fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
    {
        struct field *field = &fields->all[i];

        if ((field->kind == field_text && !SysStringLen(field->value.text)) ||
            (field->kind == field_code && !field->value.number))
            field->label = NULL;
    }
}

BOOL time_from_text(const WCHAR *text, VARIANT *time)
{
    SYSTEMTIME at = {0}, is;
    WCHAR divider = 0, extra;
    int read = swscanf(text, L"%4hu-%2hu-%2hu%lc%2hu:%2hu:%2hu%lc", &at.wYear, &at.wMonth, &at.wDay, &divider,
        &at.wHour, &at.wMinute, &at.wSecond, &extra);

    VariantInit(time);
    if ((read != 6 && read != 7) || (divider != L' ' && divider != L'T')) return FALSE;
    if (at.wMonth > 12 || at.wDay > 31 || at.wHour > 23 || at.wMinute > 59 || at.wSecond > 59) return FALSE;
    /* Days that a month does not have are taken for the next month's. */
    if (!SystemTimeToVariantTime(&at, &V_DATE(time)) || !VariantTimeToSystemTime(V_DATE(time), &is) ||
        is.wDay != at.wDay || is.wMonth != at.wMonth)
        return FALSE;
    V_VT(time) = VT_DATE;
    return TRUE;
}

static void add_text(struct text *out, BSTR value, BOOL json)
{
    if (json)
        json_string(out, value);
    else
        text_add(out, SysStringLen(value) ? value : L"-");
}

static void add_flag(struct text *out, VARIANT_BOOL value, BOOL json)
{
    if (json)
        text_add(out, value ? L"true" : L"false");
    else
        text_add(out, value ? L"yes" : L"no");
}

static void add_code(struct text *out, LONG code, BOOL json)
{
    WCHAR words[CODE_WORDS_SIZE];

    code_words(code, words);
    if (json)
        text_format(out, L"\"0x%08lX\"", (unsigned long)code);
    else
        text_add(out, code ? words : L"-");
}

static void add_value(struct text *out, const struct field *field, BOOL json)
{
    switch (field->kind)
    {
    case field_text:
        add_text(out, field->value.text, json);
        return;
    case field_number:
        text_format(out, L"%ld", field->value.number);
        return;
    case field_flag:
        add_flag(out, field->value.flag, json);
        return;
    case field_time:
        time_add(out, &field->value.time, json);
        return;
    case field_code:
        add_code(out, field->value.number, json);
        return;
    }
}

void fields_show(struct text *out, const struct fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
    {
        const struct field *field = &fields->all[i];

        if (!field->label) continue;
        text_add(out, field->label);
        text_column(out, LABEL_WIDTH);
        add_value(out, field, FALSE);
        text_add(out, L"\n");
    }
}

void json_string(struct text *out, const WCHAR *string)
{
    text_add(out, L"\"");
    for (; string && *string; string++)
    {
        if (*string == L'"' || *string == L'\\')
            text_format(out, L"\\%lc", *string);
        else if (*string < L' ' || (*string >= 0xD800 && *string <= 0xDFFF))
            text_format(out, L"\\u%04x", *string); /* surrogates too: a single one has no UTF-8 */
        else
            text_format(out, L"%lc", *string);
    }
    text_add(out, L"\"");
}

void fields_json(struct text *out, const struct fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
    {
        text_format(out, L"%ls  \"%ls\": ", i ? L",\n" : L"", fields->all[i].member);
        add_value(out, &fields->all[i], TRUE);
    }
}

void fields_print(struct text *out, const struct fields *fields, BOOL json)
{
    if (!json)
    {
        fields_show(out, fields);
        return;
    }
    text_add(out, L"{\n");
    fields_json(out, fields);
    text_add(out, L"\n}\n");
}
