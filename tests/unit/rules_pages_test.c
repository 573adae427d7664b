/* rules_pages_test.c - the pages of docs/ that are generated are what they would be now: a table, a text or a help
 * string that changed without `make docs` fails. Run in the project's root, after build/docs was made. */
#include "rules_test.h"

#define LINE_SIZE 4096

/* The next line of either file; false at its end. */
static bool next_line(FILE *file, char line[LINE_SIZE])
{
    line[0] = 0;
    return fgets(line, LINE_SIZE, file) != NULL;
}

static void compare(const char *page)
{
    char made_path[100], kept_path[100], made_line[LINE_SIZE], kept_line[LINE_SIZE];
    unsigned number = 0;
    bool made_more, kept_more;
    FILE *made, *kept;

    snprintf(made_path, sizeof(made_path), "build/docs/%s", page);
    snprintf(kept_path, sizeof(kept_path), "docs/%s", page);
    made = fopen(made_path, "rb");
    kept = fopen(kept_path, "rb");
    expect(made != NULL, "%s is not there", made_path);
    expect(kept != NULL, "%s is not there; run make docs", kept_path);
    do
    {
        made_more = next_line(made, made_line);
        kept_more = next_line(kept, kept_line);
        number++;
        expect(!strcmp(made_line, kept_line), "%s, line %u is\n%sand ought to be\n%srun make docs", kept_path, number,
            kept_line, made_line);
    } while (made_more && kept_more);
    expect(number > 30, "%s has but %u lines", kept_path, number);
    fclose(made);
    fclose(kept);
}

static void every_generated_page_is_up_to_date(void **state)
{
    static const char *const pages[] = {"api.md", "errors.md", "settings.md"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(pages); i++)
        compare(pages[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_generated_page_is_up_to_date),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
