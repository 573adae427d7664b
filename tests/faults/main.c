/* main.c - the roles of the program, by its first argument; see faults.h. */
#include "faults.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

int wmain(int argc, WCHAR **argv)
{
    unsigned numbers[5] = {0};
    const WCHAR *role = argc > 1 ? argv[1] : L"";

    for (int i = 2; i < argc && i < 7; i++)
        numbers[i - 2] = (unsigned)wcstoul(argv[i], NULL, 10);
    setvbuf(stdout, NULL, _IONBF, 0);
    if (!wcscmp(role, L"drive"))
    {
        struct drive order = {numbers[0], numbers[1], numbers[2], numbers[3] != 0};

        return drive(&order);
    }
    if (!wcscmp(role, L"send")) return client_send(numbers[0], numbers[1], numbers[2]);
    if (!wcscmp(role, L"read")) return client_read(numbers[0], numbers[1]);
    if (!wcscmp(role, L"soak")) return soak_run(numbers[0], numbers[1]);
    if (!wcscmp(role, L"drain")) return client_drain();
    fputs("faults: run it by tests/faults/run\n", stderr);
    return 2;
}
