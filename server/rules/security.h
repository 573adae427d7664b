/* security.h - who may call the broker, as a security descriptor in SDDL. The one place where access masks stand. */
#ifndef OB_RULES_SECURITY_H
#define OB_RULES_SECURITY_H

#include <stddef.h>
#include <wchar.h>

/* Rights of COM: 0x01 execute, 0x02 local, 0x08 activate locally. */
#define COM_ACCESS_LOCAL 0x03u
#define COM_LAUNCH_LOCAL 0x0Bu

/* Writes the descriptor that RegServer stores as AccessPermission: SYSTEM, Administrators, SELF, 0x03 each; owner and
 * group Administrators. Returns the length it has, the zero not counted. */
size_t security_access_sddl(wchar_t *out, size_t size);

/* The one stored as LaunchPermission: SYSTEM, Administrators, INTERACTIVE, 0x0B each. */
size_t security_launch_sddl(wchar_t *out, size_t size);

/* Writes sddl to out with every entry of SELF (PS, S-1-5-10) replaced by user_sid: what CoInitializeSecurity is given.
 * Returns the length it has, or 0 and an empty text if sddl is NULL or not well-formed as far as this function looks:
 * owner, group and a DACL of at least one allowing or denying entry, no SACL, nothing conditional. */
size_t security_for_user(wchar_t *out, size_t size, const wchar_t *sddl, const wchar_t *user_sid);

#endif
