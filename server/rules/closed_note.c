/* closed_note.c - see closed_note.h. A clock that was set back makes a time to come of what is noted: nothing can be
 * told by it then. */
#include "closed_note.h"

#define SECOND UINT64_C(10000000)

static const int64_t least_bytes = 1024 * 1024;
static const uint64_t settled_for = 30 * (SECOND / 1000); /* more than a tick of Windows' clock */
static const uint64_t walk_good_for = 7 * 24 * 3600 * SECOND;

static bool walked_lately(const struct closed_note *note, uint64_t now)
{
    return note->walked <= now && now - note->walked <= walk_good_for;
}

static bool settled(const struct closed_file *file, uint64_t now)
{
    return file->written % SECOND && file->written <= now - settled_for;
}

bool closed_note_due(const struct closed_note *note, bool doubted, uint64_t now)
{
    if (doubted || note->file.wal || note->file.bytes < least_bytes) return false;
    return settled(&note->file, now) && walked_lately(note, now);
}

bool closed_note_believed(const struct closed_note *note, const struct closed_file *file, uint64_t now)
{
    if (file->wal || file->bytes != note->file.bytes || file->written != note->file.written) return false;
    return file->changed == note->file.changed && file->index == note->file.index && walked_lately(note, now);
}
