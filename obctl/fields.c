/* fields.c - see fields.h. Times stay local, as the broker gives them. */
#include "fields.h"
#include <stdlib.h>
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

static void add_time(struct text *out, const SYSTEMTIME *time, WCHAR divider)
{
    text_format(out, L"%04u-%02u-%02u%c%02u:%02u:%02u", time->wYear, time->wMonth, time->wDay, divider, time->wHour,
        time->wMinute, time->wSecond);
}

void time_show(struct text *out, const VARIANT *time)
{
    SYSTEMTIME local;

    if (V_VT(time) == VT_DATE && VariantTimeToSystemTime(V_DATE(time), &local))
        add_time(out, &local, L' ');
    else
        text_add(out, L"-");
}

void time_json(struct text *out, const VARIANT *time)
{
    SYSTEMTIME local;

    if (V_VT(time) != VT_DATE || !VariantTimeToSystemTime(V_DATE(time), &local))
    {
        text_add(out, L"null");
        return;
    }
    text_add(out, L"\"");
    add_time(out, &local, L'T');
    text_add(out, L"\"");
}

static void show_code(struct text *out, LONG code)
{
    WCHAR words[CODE_WORDS_SIZE];

    code_words(code, words);
    text_add(out, code ? words : L"-");
}

static void show_value(struct text *out, const struct field *field)
{
    switch (field->kind)
    {
    case field_text:
        text_add(out, SysStringLen(field->value.text) ? field->value.text : L"-");
        return;
    case field_number:
        text_format(out, L"%ld", field->value.number);
        return;
    case field_flag:
        text_add(out, field->value.flag ? L"yes" : L"no");
        return;
    case field_time:
        time_show(out, &field->value.time);
        return;
    case field_code:
        show_code(out, field->value.number);
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
        show_value(out, field);
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

static void json_value(struct text *out, const struct field *field)
{
    switch (field->kind)
    {
    case field_text:
        json_string(out, field->value.text);
        return;
    case field_number:
        text_format(out, L"%ld", field->value.number);
        return;
    case field_flag:
        text_add(out, field->value.flag ? L"true" : L"false");
        return;
    case field_time:
        time_json(out, &field->value.time);
        return;
    case field_code:
        text_format(out, L"\"0x%08lX\"", (unsigned long)field->value.number);
        return;
    }
}

void fields_json(struct text *out, const struct fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
    {
        text_format(out, L"%ls  \"%ls\": ", i ? L",\n" : L"", fields->all[i].member);
        json_value(out, &fields->all[i]);
    }
}
