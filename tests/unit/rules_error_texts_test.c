/* rules_error_texts_test.c - every text of the table, formatted, against tests/expected/errors.txt, word for word and
 * in its order: a text that is missing or differs on either side fails. Run in the project's root. */
#include "rules_test.h"
#include "rules/error_text.h"

#define EXPECTED_FILE "tests/expected/errors.txt"
#define LINE_SIZE 2048

struct record
{
    char head[128]; /* "[id] NAME 0xCODE" */
    wchar_t text[LINE_SIZE];
};

/* UTF-8 as wide characters of the basic plane: more the file does not hold. */
static void widen(wchar_t *out, size_t size, const char *utf8)
{
    const unsigned char *at = (const unsigned char *)utf8;
    size_t length = 0;

    while (*at && length + 1 < size)
    {
        unsigned c = *at++;
        int more = c < 0x80 ? 0 : c < 0xE0 ? 1 : 2;

        expect(c < 0x80 || (c >= 0xC2 && c < 0xF0), "byte %02x in %s", c, EXPECTED_FILE);
        if (more) c &= 0x3Fu >> more;
        for (; more; more--)
        {
            expect((*at & 0xC0) == 0x80, "broken UTF-8 in %s", EXPECTED_FILE);
            c = c << 6 | (*at++ & 0x3F);
        }
        out[length++] = (wchar_t)c;
    }
    out[length] = 0;
}

/* The next line that says something, without its end; false at the end of the file. */
static bool next_line(FILE *file, char line[LINE_SIZE])
{
    while (fgets(line, LINE_SIZE, file))
    {
        expect(strlen(line) + 1 < LINE_SIZE, "a line of %s is too long", EXPECTED_FILE);
        line[strcspn(line, "\r\n")] = 0;
        if (line[0] && line[0] != '#') return true;
    }
    return false;
}

static bool next_record(FILE *file, struct record *record)
{
    char line[LINE_SIZE];

    if (!next_line(file, line)) return false;
    expect(line[0] == '[' && strlen(line) < sizeof(record->head), "in place of a head: %s", line);
    strcpy(record->head, line);
    expect(next_line(file, line), "%s has no text", record->head);
    widen(record->text, LINE_SIZE, line);
    return true;
}

/* What stands behind the id: the symbol and the code. */
static void expect_head(const struct record *record, const struct error_row *row)
{
    const char *name = strchr(record->head, ' ');
    char actual[96];

    expect(name != NULL, "%s", record->head);
    snprintf(actual, sizeof(actual), " %s 0x%08X", shown(row->name), (unsigned)row->code);
    expect(strcmp(name, actual) == 0, "the table has%s in place of %s", actual, record->head);
}

static void every_text_reads_as_it_was_approved(void **state)
{
    static const wchar_t *const inserts[] = {
        L"\u00AB1\u00BB", L"\u00AB2\u00BB", L"\u00AB3\u00BB", L"\u00AB4\u00BB", L"\u00AB5\u00BB"};
    FILE *file = fopen(EXPECTED_FILE, "rb");
    struct record record;
    int id = 0;

    (void)state;
    expect(file != NULL, "%s cannot be opened: run the test in the project's root", EXPECTED_FILE);
    for (; next_record(file, &record); id++)
    {
        wchar_t actual[LINE_SIZE];

        expect(id < error_id_count, "%s has no text in the table", record.head);
        error_text_format(actual, LINE_SIZE, (enum error_id)id, inserts, COUNT_OF(inserts));
        expect_text(actual, record.text, "%s", record.head);
        expect_head(&record, error_row((enum error_id)id));
    }
    fclose(file);
    expect(id == error_id_count, "%s has %d texts, the table %d", EXPECTED_FILE, id, error_id_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_reads_as_it_was_approved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
