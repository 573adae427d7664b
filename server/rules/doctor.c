/* doctor.c - see doctor.h: how a row is put together. */
#include "doctor.h"
#include "text_out.h"

static const wchar_t *const names[doctor_verdict_count] = {L"ok", L"unknown", L"warning", L"problem"};

const wchar_t *doctor_verdict_name(enum doctor_verdict verdict)
{
    return (unsigned)verdict < doctor_verdict_count ? names[verdict] : names[doctor_unknown];
}

int doctor_exit_code(enum doctor_verdict worst)
{
    static const int codes[doctor_verdict_count] = {0, 1, 1, 2};

    return (unsigned)worst < doctor_verdict_count ? codes[worst] : 2;
}

void doctor_add_texts(struct doctor_row *row, const wchar_t *const texts[doctor_texts])
{
    const size_t length = wcslen(row->found);
    struct text_out text;

    text_out_begin(&text, row->found + length, doctor_found_size - length);
    for (const wchar_t *pattern = texts[0]; *pattern; pattern++)
    {
        if (pattern[0] == L'%' && pattern[1] >= L'1' && pattern[1] <= L'9')
        {
            const wchar_t *insert = texts[*++pattern - L'0'];

            if (insert) text_out_add(&text, insert);
        }
        else
            text_out_character(&text, *pattern);
    }
    text_out_end(&text);
}

static void set_next(struct doctor_row *row, const wchar_t *next, size_t length)
{
    struct text_out text;

    text_out_begin(&text, row->next, doctor_next_size);
    text_out_part(&text, next, length);
    text_out_end(&text);
}

void doctor_judge(struct doctor_row *row, enum doctor_verdict verdict, const wchar_t *next)
{
    if (verdict <= row->verdict) return;
    row->verdict = verdict;
    set_next(row, next ? next : L"", next ? wcslen(next) : 0);
}

void doctor_add_error(struct doctor_row *row, enum doctor_verdict verdict, const wchar_t *text)
{
    static const wchar_t mark[] = L" Next: ";
    const wchar_t *next = wcsstr(text, mark);
    wchar_t found[doctor_found_size];
    struct text_out out;

    text_out_begin(&out, found, doctor_found_size);
    text_out_part(&out, text, next ? (size_t)(next - text) : wcslen(text));
    text_out_end(&out);
    doctor_add(row, L"%1", found);
    doctor_judge(row, verdict, next ? next + wcslen(mark) : NULL);
}

void doctor_add_finding(struct doctor_row *row, enum doctor_verdict verdict, const struct finding *finding)
{
    wchar_t text[doctor_found_size];

    finding_text(finding, text, doctor_found_size);
    doctor_add_error(row, verdict, text);
}

const wchar_t *doctor_number(uint64_t number, wchar_t out[DOCTOR_NUMBER_SIZE])
{
    wchar_t *at = out + DOCTOR_NUMBER_SIZE - 1;

    *at = 0;
    do
        *--at = (wchar_t)(L'0' + number % 10);
    while (number /= 10);
    return at;
}

const wchar_t *doctor_bytes(uint64_t bytes, wchar_t out[DOCTOR_NUMBER_SIZE])
{
    static const wchar_t *const units[] = {L" bytes", L" KB", L" MB", L" GB", L" TB"};
    wchar_t digits[DOCTOR_NUMBER_SIZE];
    struct text_out text;
    unsigned unit = 0;

    for (; bytes >= 10240 && unit < 4; unit++)
        bytes /= 1024;
    text_out_begin(&text, out, DOCTOR_NUMBER_SIZE);
    text_out_add(&text, doctor_number(bytes, digits));
    text_out_add(&text, units[unit]);
    text_out_end(&text);
    return out;
}
