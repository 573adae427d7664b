/* files.c - see bench.h. */
#include "bench.h"
#include <bcrypt.h>
#include <stdlib.h>
#include <wchar.h>

#define PIECE (1024 * 1024)

static WCHAR source[MAX_PATH], target[MAX_PATH];

void copy_begin(void)
{
    WCHAR data[MAX_PATH];

    GetEnvironmentVariableW(L"OB_BENCH_ATTACHMENT", source, ARRAYSIZE(source));
    GetEnvironmentVariableW(L"LOCALAPPDATA", data, ARRAYSIZE(data));
    swprintf(target, ARRAYSIZE(target), L"%ls\\OutlookBroker\\bench-copy.tmp", data);
    set_attachment(source);
}

void do_copy(void)
{
    static BYTE *piece;
    DWORD got = 0, written;
    HANDLE from = CreateFileW(source, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE to = CreateFileW(target, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);

    if (!piece) piece = malloc(PIECE);
    if (from == INVALID_HANDLE_VALUE || to == INVALID_HANDLE_VALUE) must(E_FAIL, "the file to copy");
    while (ReadFile(from, piece, PIECE, &got, NULL) && got)
        if (!WriteFile(to, piece, got, &written, NULL) || written != got) must(E_FAIL, "writing the copy");
    if (!FlushFileBuffers(to)) must(E_FAIL, "flushing the copy");
    CloseHandle(to);
    CloseHandle(from);
}

void do_remove_copy(void)
{
    DeleteFileW(target);
}

void do_hash(void)
{
    static BYTE *bytes;
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE hash;
    BYTE digest[32];

    if (!bytes) bytes = calloc(1, PIECE);
    BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0);
    BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0);
    for (int i = 0; i < 20; i++)
        BCryptHashData(hash, bytes, PIECE, 0);
    if (BCryptFinishHash(hash, digest, sizeof(digest), 0)) must(E_FAIL, "hashing");
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}
