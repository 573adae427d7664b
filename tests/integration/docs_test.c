/* docs_test.c - README.md, CONTRIBUTING.md and the pages of docs/ lead nowhere wrong: files and headings behind their
 * links are there, commands and switches that they name are in the programs' own help, and tests that they name are
 * there. */
#include "support.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define MOST_PAGES 32
#define MOST_HELPS 32
#define PATH_SIZE 300

struct page
{
    char name[PATH_SIZE]; /* from the project's root: "docs/admin.md" */
    char *text;
};

static struct page pages[MOST_PAGES];
static unsigned page_count;

/* --- reading */

static char *read_source(const char *path)
{
    WCHAR wide[PATH_SIZE];
    char *text, *to;

    MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, PATH_SIZE);
    if (!(text = ob_read_file(ob_source_path(wide), NULL))) return NULL;
    to = text;
    for (const char *from = text; *from; from++)
        if (*from != '\r') *to++ = *from;
    *to = 0;
    return text;
}

static void add_page(const char *path)
{
    ob_require(page_count < MOST_PAGES, "too many pages for this test");
    pages[page_count].text = read_source(path);
    ob_require(pages[page_count].text != NULL, "%s cannot be read", path);
    snprintf(pages[page_count++].name, PATH_SIZE, "%s", path);
}

static int read_pages(void **state)
{
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW(ob_source_path(L"docs\\*.md"), &found);
    char path[PATH_SIZE];

    (void)state;
    add_page("README.md");
    add_page("CONTRIBUTING.md");
    if (find == INVALID_HANDLE_VALUE) return 1;
    do
    {
        snprintf(path, PATH_SIZE, "docs/%ls", found.cFileName);
        add_page(path);
    } while (FindNextFileW(find, &found));
    FindClose(find);
    return page_count < 8; /* six pages of docs/ at least */
}

static int free_pages(void **state)
{
    (void)state;
    for (unsigned i = 0; i < page_count; i++)
        free(pages[i].text);
    return 0;
}

/* --- links */

/* Where a page's link leads, from the root: "../README.md" in docs/ is "README.md". */
static void resolve(const char *page, const char *target, char out[PATH_SIZE])
{
    const char *slash = strrchr(page, '/');
    int folder = slash && *target ? (int)(slash + 1 - page) : 0;

    if (!*target)
        snprintf(out, PATH_SIZE, "%s", page);
    else if (folder && !strncmp(target, "../", 3))
        snprintf(out, PATH_SIZE, "%s", target + 3);
    else
        snprintf(out, PATH_SIZE, "%.*s%s", folder, page, target);
}

static bool is_there(const char *path)
{
    WCHAR wide[PATH_SIZE];

    MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, PATH_SIZE);
    for (WCHAR *at = wide; *at; at++)
        if (*at == L'/') *at = L'\\';
    return GetFileAttributesW(ob_source_path(wide)) != INVALID_FILE_ATTRIBUTES;
}

/* A heading as links name it: small letters, hyphens for spaces, no other signs. */
static void slug(const char *heading, char out[PATH_SIZE])
{
    size_t length = 0;

    for (; *heading && *heading != '\n' && length + 1 < PATH_SIZE; heading++)
    {
        if (isalnum((unsigned char)*heading) || *heading == '_' || *heading == '-')
            out[length++] = (char)tolower((unsigned char)*heading);
        else if (*heading == ' ')
            out[length++] = '-';
    }
    out[length] = 0;
}

static bool has_heading(const char *text, const char *anchor)
{
    char name[PATH_SIZE];

    for (const char *line = text; line; line = (line = strchr(line, '\n')) ? line + 1 : NULL)
    {
        if (*line != '#') continue;
        slug(line + strspn(line, "# "), name);
        if (!strcmp(name, anchor)) return true;
    }
    return false;
}

static void check_link(const struct page *page, const char *target)
{
    char path[PATH_SIZE], file[PATH_SIZE], *text;
    const char *anchor = strchr(target, '#');

    if (!strncmp(target, "http", 4)) return;
    snprintf(file, PATH_SIZE, "%.*s", anchor ? (int)(anchor - target) : (int)strlen(target), target);
    resolve(page->name, file, path);
    ob_require(is_there(path), "%s links to %s, which is not there", page->name, target);
    if (!anchor) return;
    text = read_source(path);
    ob_require(has_heading(text, anchor + 1), "%s links to %s, a heading that is not there", page->name, target);
    free(text);
}

static void every_link_leads_somewhere(void **state)
{
    unsigned links = 0;

    (void)state;
    for (unsigned i = 0; i < page_count; i++)
        for (const char *at = pages[i].text; (at = strstr(at, "](")) != NULL; links++)
        {
            char target[PATH_SIZE];
            size_t length = strcspn(at += 2, ")\n");

            ob_require(length < PATH_SIZE && at[length] == ')', "%s: a link is not closed: %.40s", pages[i].name, at);
            snprintf(target, PATH_SIZE, "%.*s", (int)length, at);
            check_link(&pages[i], target);
        }
    ob_require(links > 30, "only %u links were found", links);
}

/* --- commands */

struct help
{
    char command[40], *text;
};

static struct help helps[MOST_HELPS];
static unsigned help_count;

/* What a program, or obctl's command, says of itself; kept until the end. */
static const char *help_of(const char *command)
{
    WCHAR line[PATH_SIZE];

    for (unsigned i = 0; i < help_count; i++)
        if (!strcmp(helps[i].command, command)) return helps[i].text;
    ob_require(help_count < MOST_HELPS, "too many commands for this test: %s", command);
    snprintf(helps[help_count].command, sizeof(helps->command), "%s", command);
    _snwprintf(line, PATH_SIZE, L"%hs /?", command);
    ob_require(ob_run(line, OB_LONG_MS, &helps[help_count].text) == 0, "%s has no help, but is named", command);
    return helps[help_count++].text;
}

/* Is the switch there, and not just the beginning of a longer one? name in any case. */
static bool has_switch(const char *help, const char *name, size_t length)
{
    for (; *help; help++)
        if (!_strnicmp(help, name, length) && !isalnum((unsigned char)help[length]) && help[length] != '-') return true;
    return false;
}

/* word is a switch as someone would type it: --wait=60, "/Allow:NT AUTHORITY\...", -Embedding. */
static void check_switch(const char *page, const char *command, const char *word)
{
    const char *help = help_of(command);
    char spelled[PATH_SIZE];
    size_t length;

    if (*word == '"') word++;
    if (*word != '-' && *word != '/') return;
    length = strcspn(word, "=:\"");
    snprintf(spelled, PATH_SIZE, "%.*s", (int)length, word);
    if (has_switch(help, spelled, length)) return;
    /* obctl takes its options as /name too, and outlook-broker.exe its switches as -name. */
    snprintf(spelled, PATH_SIZE, "%s%.*s", *word == '/' ? "--" : "/", (int)length - 1, word + 1);
    ob_require(has_switch(help, spelled, strlen(spelled)), "%s: \"%s\" has no %s", page, command, word);
}

/* What follows a program's name in a page, up to what is no part of the command any more. */
static unsigned check_command(const char *page, const char *program, const char *rest)
{
    char command[40], words[PATH_SIZE], *word;

    snprintf(words, PATH_SIZE, "%.*s", (int)strcspn(rest, "`\n;>|#"), rest);
    snprintf(command, sizeof(command), "%s", program);
    word = strtok(words, " ");
    if (word && !strcmp(program, "obctl") && isalpha((unsigned char)*word))
    {
        if (!strcmp(word, "COMMAND")) return 0;
        if (word[strlen(word) - 1] == ',') word[strlen(word) - 1] = 0;
        snprintf(command, sizeof(command), "%s %s", program, word);
        help_of(command);
        word = strtok(NULL, " ");
    }
    for (; word; word = strtok(NULL, " "))
        check_switch(page, command, word);
    return 1;
}

/* In code only: behind a backtick, a prompt or the beginning of an indented line. */
static bool is_code(const char *text, const char *at)
{
    const char *line = at;

    if (at > text && at[-1] == '`') return true;
    while (line > text && line[-1] != '\n')
        line--;
    return !strncmp(line, "    ", 4) && strcspn(line, "`") > (size_t)(at - line);
}

static void every_command_and_switch_is_in_the_help(void **state)
{
    static const char *const programs[] = {"obctl", "outlook-broker.exe"};
    unsigned commands = 0;
    char name[40];

    (void)state;
    for (unsigned i = 0; i < page_count; i++)
        for (unsigned p = 0; p < ARRAYSIZE(programs); p++)
        {
            snprintf(name, sizeof(name), "%s ", programs[p]);
            for (const char *at = pages[i].text; (at = strstr(at, name)) != NULL; at += strlen(name))
                if (is_code(pages[i].text, at))
                    commands += check_command(pages[i].name, programs[p], at + strlen(name));
        }
    ob_require(commands > 60, "only %u commands were found", commands);
    for (unsigned i = 0; i < help_count; i++)
        free(helps[i].text);
}

/* --- tests */

static void every_test_that_is_named_is_there(void **state)
{
    static const char *const folders[] = {"tests/unit", "tests/integration"};
    unsigned named = 0;
    char path[PATH_SIZE];

    (void)state;
    for (unsigned i = 0; i < page_count; i++)
        for (const char *at = pages[i].text; (at = strstr(at, "_test`")) != NULL; at++, named++)
        {
            const char *begin = at;
            bool there = false;

            while (begin > pages[i].text && (isalnum((unsigned char)begin[-1]) || begin[-1] == '_'))
                begin--;
            for (unsigned f = 0; f < ARRAYSIZE(folders); f++)
            {
                snprintf(path, PATH_SIZE, "%s/%.*s_test.c", folders[f], (int)(at - begin), begin);
                there = there || is_there(path);
            }
            ob_require(there, "%s names %.*s_test, which is not there", pages[i].name, (int)(at - begin), begin);
        }
    ob_require(named > 30, "only %u tests are named", named);
}

/* Has this source that test, and runs it? */
static bool runs_test(const char *path, const char *test)
{
    char definition[PATH_SIZE], *source = read_source(path), *defined;
    bool runs;

    snprintf(definition, PATH_SIZE, "static void %s(", test);
    defined = source ? strstr(source, definition) : NULL;
    runs = defined && strstr(defined + strlen(definition), test);
    free(source);
    return runs;
}

/* --- the table of failures */

enum
{
    most_failures = 28
};

/* `program: test` in a row: the program's source has that test, and runs it. */
static void check_shown_by(const char *row, const char *program, const char *test)
{
    static const char *const folders[] = {"tests/unit", "tests/integration"};
    char path[PATH_SIZE];
    bool there = false;

    for (unsigned f = 0; f < ARRAYSIZE(folders) && !there; f++)
    {
        snprintf(path, PATH_SIZE, "%s/%s.c", folders[f], program);
        there = runs_test(path, test);
    }
    ob_require(there, "%.12s...: there is no test %s of %s", row, test, program);
}

/* How many tests the line names. */
static unsigned check_failure(const char *line)
{
    unsigned tests = 0;
    char program[80], test[120];

    for (const char *at = line; (at = strstr(at, "_test: ")) && at < strchr(line, '\n'); at++)
    {
        const char *begin = at;

        while (begin > line && begin[-1] != '`')
            begin--;
        ob_require(sscanf(begin, "%79[a-z_0-9]: %119[a-z_0-9]`", program, test) == 2,
            "%.12s...: a test is not named whole", line);
        check_shown_by(line, program, test);
        tests++;
    }
    return tests;
}

/* "row 3" or "rows 3, 4" of windows-checks.md, behind the tests. */
static void check_windows_rows(const char *line, const char *checks)
{
    char cell[PATH_SIZE], name[16];
    const char *at = strstr(line, "; row");

    if (!at || at > strchr(line, '\n')) return;
    snprintf(cell, PATH_SIZE, "%.*s", (int)strcspn(at, "|\n"), at);
    for (char *number = strtok(cell, ";rows, "); number; number = strtok(NULL, ";rows, "))
    {
        snprintf(name, sizeof(name), "\n| %.5s |", number);
        ob_require(strstr(checks, name) != NULL, "%.12s...: there is no row %s in windows-checks.md", line, number);
    }
}

static void every_failure_is_shown_by_a_test_that_is_there(void **state)
{
    char *page = read_source("docs/failures.md"), *checks = read_source("docs/windows-checks.md");
    unsigned row = 0, ends = 0;

    (void)state;
    assert_true(page && checks);
    for (const char *line = page; line; line = (line = strchr(line, '\n')) ? line + 1 : NULL)
    {
        unsigned number = 0;

        if (strncmp(line, "| ", 2) || !strncmp(line, "| #", 3) || !strncmp(line, "| what", 6)) continue;
        if (sscanf(line, "| %u |", &number) == 1)
            ob_require(number == ++row, "row %u stands where row %u ought to", number, row);
        else
            ends++;
        ob_require(check_failure(line) > 0, "%.12s...: no test is named", line);
        check_windows_rows(line, checks);
    }
    assert_int_equal(row, most_failures);
    assert_true(ends >= 4);
    free(page);
    free(checks);
}

/* --- the table of crashes */

/* Is it a test of any program? */
static bool is_a_test(const char *name)
{
    static const char *const folders[] = {"unit", "integration"};

    for (unsigned f = 0; f < ARRAYSIZE(folders); f++)
    {
        WIN32_FIND_DATAW found;
        WCHAR pattern[PATH_SIZE];
        char path[PATH_SIZE];
        HANDLE find;
        bool there = false;

        swprintf(pattern, PATH_SIZE, L"tests\\%hs\\*_test.c", folders[f]);
        find = FindFirstFileW(ob_source_path(pattern), &found);
        assert_true(find != INVALID_HANDLE_VALUE);
        do
        {
            snprintf(path, PATH_SIZE, "tests/%s/%ls", folders[f], found.cFileName);
            there = runs_test(path, name);
        } while (!there && FindNextFileW(find, &found));
        FindClose(find);
        if (there) return true;
    }
    return false;
}

/* The name between the last two backticks of a row; "" if its last cell is none. */
static void last_name(const char *row, char out[PATH_SIZE])
{
    const char *end = row + strcspn(row, "\n");
    int length = 0;

    while (end > row && (end[-1] == '|' || end[-1] == ' '))
        end--;
    if (end > row && end[-1] == '`')
        for (end--; end - length > row && end[-length - 1] != '`';)
            length++;
    snprintf(out, PATH_SIZE, "%.*s", length, end - length);
}

/* Each row of the table of crashes, the first one of the page, ends in the name of a test that is there. */
static void every_crash_in_the_table_has_its_test(void **state)
{
    char *text = read_source("docs/delivery.md"), name[PATH_SIZE];
    unsigned rows = 0;
    const char *line;

    (void)state;
    assert_non_null(text);
    line = strstr(text, "\n|---");
    assert_non_null(line);
    for (line = strchr(line + 1, '\n') + 1; *line == '|'; line = strchr(line, '\n') + 1, rows++)
    {
        last_name(line, name);
        ob_require(*name && is_a_test(name), "docs/delivery.md: no test \"%s\" for: %.80s", name, line);
    }
    ob_require(rows > 20, "only %u rows were found", rows);
    free(text);
}

/* Each row of the second table does too, or says that it is unproven. */
static void every_kind_of_account_in_the_table_has_its_test_or_is_unproven(void **state)
{
    static const char unproven[] = "| unproven |";
    char *text = read_source("docs/delivery.md"), name[PATH_SIZE];
    const char *line = text ? strstr(text, "\n| account or setting |") : NULL;
    unsigned rows = 0;

    (void)state;
    assert_non_null(line);
    line = strstr(line, "\n|---");
    assert_non_null(line);
    for (line = strchr(line + 1, '\n') + 1; *line == '|'; line = strchr(line, '\n') + 1, rows++)
    {
        const char *end = line + strcspn(line, "\n");

        last_name(line, name);
        if (!*name && !strncmp(end - strlen(unproven), unproven, strlen(unproven))) continue;
        ob_require(*name && is_a_test(name), "docs/delivery.md: no test \"%s\" for: %.80s", name, line);
    }
    ob_require(rows > 10, "only %u rows were found", rows);
    free(text);
}

/* --- texts */

#define INSERT "\u00AB" /* of an insert in errors.txt: this sign, a digit, and the closing one */
#define INSERT_SIZE (2 * strlen(INSERT) + 1)
#define ANYTHING "\u2026" /* at the end of a text in a page */

/* Does text begin a text of this pattern, in which inserts stand for anything? */
static bool begins(const char *pattern, const char *text)
{
    for (; *text && strcmp(text, ANYTHING) != 0; pattern++, text++)
    {
        if (!strncmp(pattern, INSERT, strlen(INSERT)))
        {
            for (; *text; text++)
                if (begins(pattern + INSERT_SIZE, text)) return true;
            return false;
        }
        if (!*pattern || *pattern != *text) return false;
    }
    return true;
}

/* A whole sentence, or the beginning of one. */
static bool is_sentence(const char *text)
{
    const size_t length = strlen(text), end = strlen(ANYTHING);

    return length > 20 && strchr(text, ' ') && (text[length - 1] == '.' || !strcmp(text + length - end, ANYTHING));
}

static bool names(const char *line, const char *what)
{
    const char *found = strstr(line, what);

    return found && found < line + strcspn(line, "\n");
}

/* Is it a text of an error that the row names? In errors.txt a line "[id] NAME CODE" stands before each. */
static bool is_text_of(const char *row, const char *texts, const char *text)
{
    char id[80], name[80], code[80];

    for (const char *line = texts; line; line = (line = strchr(line, '\n')) ? line + 1 : NULL)
    {
        const char *next = strchr(line, '\n');

        if (!next || sscanf(line, "[%79[^]]] %79s %79s", id, name, code) != 3) continue;
        if ((names(row, name) || names(row, code)) && begins(next + 1, text)) return true;
    }
    return false;
}

/* In a row of a table that names an error of the broker's, a whole sentence in backticks is the broker's own. */
static unsigned check_row(const char *page, const char *row, const char *texts, const char *states)
{
    unsigned checked = 0;
    char text[1024];

    for (const char *at = row; (at = strchr(at, '`')) != NULL && at < strchr(row, '\n');)
    {
        size_t length = strcspn(++at, "`\n");

        snprintf(text, sizeof(text), "%.*s", (int)length, at);
        if (is_sentence(text))
        {
            checked++;
            ob_require(is_text_of(row, texts, text) || strstr(states, text), "%s: there is no text \"%s\"", page, text);
        }
        at += length + 1;
    }
    return checked;
}

static void every_text_beside_a_code_is_the_brokers(void **state)
{
    char *texts = read_source("tests/expected/errors.txt"), *states = read_source("server/rules/broker_state.c");
    unsigned checked = 0;

    (void)state;
    assert_true(texts && states);
    for (unsigned i = 0; i < page_count; i++)
        for (const char *line = pages[i].text; line; line = (line = strchr(line, '\n')) ? line + 1 : NULL)
        {
            if (*line == '|' && (names(line, "`OB_E_") || names(line, "0x8004B")))
                checked += check_row(pages[i].name, line, texts, states);
        }
    ob_require(checked > 20, "only %u texts were found", checked);
    free(texts);
    free(states);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_link_leads_somewhere),
        cmocka_unit_test(every_command_and_switch_is_in_the_help),
        cmocka_unit_test(every_test_that_is_named_is_there),
        cmocka_unit_test(every_failure_is_shown_by_a_test_that_is_there),
        cmocka_unit_test(every_crash_in_the_table_has_its_test),
        cmocka_unit_test(every_kind_of_account_in_the_table_has_its_test_or_is_unproven),
        cmocka_unit_test(every_text_beside_a_code_is_the_brokers),
    };

    return cmocka_run_group_tests(tests, read_pages, free_pages);
}
