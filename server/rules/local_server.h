/* local_server.h - the program that a LocalServer32 value names. */
#ifndef OB_RULES_LOCAL_SERVER_H
#define OB_RULES_LOCAL_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* Writes the leaf name of the program ("outlook.exe") to out: the value may be quoted, may hold spaces unquoted and may
 * have arguments. False, and out empty, if it names no program or the name does not fit size characters. */
bool local_server_leaf(const wchar_t *value, wchar_t *out, size_t size);

/* The same with its path as it stands there. */
bool local_server_program(const wchar_t *value, wchar_t *out, size_t size);

#endif
