/* hash.h - SHA-256 by Windows' own CNG (bcrypt). */
#ifndef OB_HOST_HASH_H
#define OB_HOST_HASH_H

#include <windows.h>

#define HASH_SIZE 32

struct hash; /* one computation; one thread */

HRESULT hash_begin(struct hash **hash);
HRESULT hash_add(struct hash *hash, const void *data, size_t size);
/* Ends the computation and lets go of it, also on failure. */
HRESULT hash_end(struct hash *hash, BYTE digest[HASH_SIZE]);
void hash_drop(struct hash *hash);

#endif
