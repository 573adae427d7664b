/* closed_note.h - whether the note of a clean close is written, and whether it is believed. All times are FILETIMEs. */
#ifndef OB_RULES_CLOSED_NOTE_H
#define OB_RULES_CLOSED_NOTE_H

#include <stdbool.h>
#include <stdint.h>

struct closed_file /* the outbox's file as it is seen with nobody in it */
{
    int64_t bytes;
    uint64_t written; /* its content */
    uint64_t changed; /* anything of it, by the file system's own account; 0 where it keeps none */
    uint64_t index;   /* which file it is, by the file system's number; 0 where it has none */
    bool wal;         /* a WAL that is not empty stands beside it */
};

struct closed_note
{
    struct closed_file file; /* wal is of no account */
    uint64_t walked;         /* when it, or what it grew from, was last walked */
};

/* True: what the file is now may be noted as whole. doubted: a connection of this run came upon damage or a disk that
 * failed. Not of a small file, of one that was written a moment ago, or of one whose time is of whole seconds: that may
 * be a file system that knows no finer ones, where another write within the same second or two would not show. */
bool closed_note_due(const struct closed_note *note, bool doubted, uint64_t now);

/* True: the file is the one that was noted and need not be walked. */
bool closed_note_believed(const struct closed_note *note, const struct closed_file *file, uint64_t now);

#endif
