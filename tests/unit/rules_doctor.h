/* rules_doctor.h - what the tests of doctor share: a row that is expected, and tables of facts with such rows. */
#ifndef OB_TESTS_RULES_DOCTOR_H
#define OB_TESTS_RULES_DOCTOR_H

#include "rules_test.h"
#include "rules/doctor.h"

struct expected
{
    enum doctor_verdict verdict;
    const wchar_t *found, *next; /* parts; a next of NULL: there is none */
};

static inline void check_at(const struct doctor_row *row, const struct expected *expected, unsigned number, int line)
{
    expect(row->verdict == expected->verdict, "line %d, row %u: %s: %s", line, number,
        shown(doctor_verdict_name(row->verdict)), shown(row->found));
    expect(wcsstr(row->found, expected->found) != NULL, "line %d, row %u: %s", line, number, shown(row->found));
    if (expected->next)
        expect(wcsstr(row->next, expected->next) != NULL, "line %d, row %u: %s", line, number, shown(row->next));
    else
        expect(!row->next[0], "line %d, row %u: %s", line, number, shown(row->next));
    expect(
        !wcschr(row->found, L'%') && !wcschr(row->next, L'%'), "line %d, row %u: %s", line, number, shown(row->found));
}
#define CHECK(row, expected, number) check_at(row, expected, number, __LINE__)

/* Judges every row of a table of {facts, expected} by one function. */
#define CHECK_TABLE(cases, function)                                                                                   \
    for (unsigned i = 0; i < COUNT_OF(cases); i++)                                                                     \
    {                                                                                                                  \
        struct doctor_row row = {.verdict = doctor_ok};                                                                \
                                                                                                                       \
        function(&row, &(cases)[i].facts);                                                                             \
        CHECK(&row, &(cases)[i].expected, i);                                                                          \
    }

#endif
