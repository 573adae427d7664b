/* raw.c - see bench.h. The row is the outbox's newest, value by value, with a number and an id of its own; the schema
 * is read from the outbox, the settings are those of its writer. So the limit follows the outbox if that changes. A
 * checkpoint is no part of a commit there, and here it is none either: raw_commit's caller has it done by raw_rest. */
#include "bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>

#define MOST_COLUMNS 40
#define TABLES 3

static sqlite3 *db;

static struct copied
{
    const char *name;
    sqlite3_stmt *insert;
    sqlite3_value *values[MOST_COLUMNS];
    int count;
} tables[TABLES] = {{.name = "job"}, {.name = "mail"}, {.name = "history"}};

static void sql_must(sqlite3 *of, int rc, const char *what)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW) return;
    printf("error SQLite, %s: %s\n", what, sqlite3_errmsg(of));
    fflush(stdout);
    exit(1);
}

static void copy_schema(sqlite3 *outbox)
{
    sqlite3_stmt *statement;

    sql_must(outbox,
        sqlite3_prepare_v2(
            outbox, "SELECT sql FROM sqlite_schema WHERE sql <> '' ORDER BY rowid", -1, &statement, NULL),
        "schema");
    while (sqlite3_step(statement) == SQLITE_ROW)
        sql_must(db, sqlite3_exec(db, (const char *)sqlite3_column_text(statement, 0), NULL, NULL, NULL), "schema");
    sqlite3_finalize(statement);
}

static void copy_row(sqlite3 *outbox, struct copied *table)
{
    char sql[512];
    sqlite3_stmt *statement;

    /* The first column of each of the three is the job's number. */
    snprintf(sql, sizeof(sql), "SELECT * FROM %s ORDER BY 1 DESC LIMIT 1", table->name);
    sql_must(outbox, sqlite3_prepare_v2(outbox, sql, -1, &statement, NULL), table->name);
    if (sqlite3_step(statement) != SQLITE_ROW) sql_must(outbox, SQLITE_ERROR, "there is no job yet");
    table->count = sqlite3_column_count(statement);
    snprintf(sql, sizeof(sql), "INSERT INTO %s VALUES(?", table->name);
    for (int i = 0; i < table->count; i++)
    {
        table->values[i] = sqlite3_value_dup(sqlite3_column_value(statement, i));
        strcat(sql, i ? ",?" : "");
    }
    strcat(sql, ")");
    sqlite3_finalize(statement);
    sql_must(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &table->insert, NULL), sql);
}

void raw_open(const char *outbox_path)
{
    static const char settings[] =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 0";
    char path[1024];
    sqlite3 *outbox = NULL;

    snprintf(path, sizeof(path), "%s.bench", outbox_path);
    sql_must(db, sqlite3_open(path, &db), path);
    sql_must(outbox, sqlite3_open_v2(outbox_path, &outbox, SQLITE_OPEN_READWRITE, NULL), outbox_path);
    sqlite3_busy_timeout(outbox, 10000);
    copy_schema(outbox);
    sql_must(db, sqlite3_exec(db, settings, NULL, NULL, NULL), "settings");
    for (int i = 0; i < TABLES; i++)
        copy_row(outbox, &tables[i]);
    sqlite3_close(outbox);
}

static void step(sqlite3_stmt **statement, const char *sql)
{
    if (!*statement) sql_must(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL), sql);
    sql_must(db, sqlite3_step(*statement), sql);
    sqlite3_reset(*statement);
}

static void insert(struct copied *table, sqlite3_int64 number)
{
    char id[40];

    for (int i = 1; i < table->count; i++)
        sqlite3_bind_value(table->insert, i + 1, table->values[i]);
    sqlite3_bind_int64(table->insert, 1, number);
    if (table == &tables[0])
    {
        snprintf(id, sizeof(id), "{%08X-4321-4F0E-9B57-%012llX}", (unsigned)number * 2654435761u, (long long)number);
        sqlite3_bind_text(table->insert, 2, id, -1, SQLITE_STATIC);
    }
    sql_must(db, sqlite3_step(table->insert), table->name);
    sqlite3_reset(table->insert);
}

void raw_commit(void)
{
    static sqlite3_stmt *begin, *commit;
    static sqlite3_int64 number;

    number++;
    step(&begin, "BEGIN IMMEDIATE");
    for (int i = 0; i < TABLES; i++)
        insert(&tables[i], number);
    step(&commit, "COMMIT");
}

void raw_rest(void)
{
    static int commits;

    if (++commits % 50 == 0) sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}
