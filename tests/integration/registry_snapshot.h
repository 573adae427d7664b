/* registry_snapshot.h - the whole registry of machine and user as one text, to be compared. */
#pragma once

/* One line a key and one a value, in the order of the registry; the caller frees it. Left out is what changes by itself
 * (see the list in registry_snapshot.c). */
char *snapshot_take(void);

/* Fails the test with the first lines that differ. */
void snapshot_expect(const char *before, const char *where);

/* The same of what registration touches alone, and of the whole of the user's: many times faster. */
char *snapshot_take_ours(void);
void snapshot_expect_ours(const char *before, const char *where);
