/* hash.c - see hash.h. One provider for the life of the process; CNG's providers may be used by any thread. */
#include "hash.h"
#include <bcrypt.h>
#include <stdlib.h>

struct hash
{
    BCRYPT_HASH_HANDLE handle;
};

static INIT_ONCE provider_once = INIT_ONCE_STATIC_INIT;

/* A failure is not remembered: the next computation tries again. */
static BOOL CALLBACK provider_open(INIT_ONCE *once, void *status, void **provider)
{
    NTSTATUS answer = BCryptOpenAlgorithmProvider(provider, BCRYPT_SHA256_ALGORITHM, NULL, 0);

    (void)once;
    *(NTSTATUS *)status = answer;
    return answer >= 0;
}

HRESULT hash_begin(struct hash **hash)
{
    struct hash *made;
    NTSTATUS status = 0;
    void *provider;

    *hash = NULL;
    if (!InitOnceExecuteOnce(&provider_once, provider_open, &status, &provider)) return HRESULT_FROM_NT(status);
    if (!(made = calloc(1, sizeof(*made)))) return E_OUTOFMEMORY;
    status = BCryptCreateHash(provider, &made->handle, NULL, 0, NULL, 0, 0);
    if (status < 0)
    {
        free(made);
        return HRESULT_FROM_NT(status);
    }
    *hash = made;
    return S_OK;
}

HRESULT hash_add(struct hash *hash, const void *data, size_t size)
{
    const size_t most = 1u << 30;
    const BYTE *at = data;
    NTSTATUS status = 0;

    while (size && status >= 0)
    {
        size_t part = size < most ? size : most;

        status = BCryptHashData(hash->handle, (BYTE *)at, (ULONG)part, 0);
        at += part;
        size -= part;
    }
    return status < 0 ? HRESULT_FROM_NT(status) : S_OK;
}

HRESULT hash_end(struct hash *hash, BYTE digest[HASH_SIZE])
{
    NTSTATUS status = BCryptFinishHash(hash->handle, digest, HASH_SIZE, 0);

    hash_drop(hash);
    return status < 0 ? HRESULT_FROM_NT(status) : S_OK;
}

void hash_drop(struct hash *hash)
{
    if (!hash) return;
    BCryptDestroyHash(hash->handle);
    free(hash);
}
