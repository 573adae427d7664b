/* security.h - who may call the broker, as a security descriptor in SDDL. The one place where access masks stand. */
#ifndef OB_RULES_SECURITY_H
#define OB_RULES_SECURITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
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

/* What is known at the broker's start of where its security stands. */
struct security_source
{
    bool machine;          /* the machine's registration has the broker's AppID */
    const wchar_t *stored; /* its AccessPermission; NULL: there is none, or it cannot be read */
    bool user;             /* this user's own registration names this very program */
};

/* Writes the descriptor that COM is to be given, as security_for_user does: the machine's stored one; without a machine
 * registration the fixed one of a user's own (SYSTEM, Administrators, the user). Returns 0 and an empty text where
 * there is neither: the broker must not start then. */
size_t security_choose(wchar_t *out, size_t size, const struct security_source *source, const wchar_t *user_sid);

/* The functions below change or read a descriptor of the form that security_for_user takes; they compare trustees by
 * SID, however they are written. Those that write return the length, or 0 and an empty text where sddl or sid is not
 * well-formed. */

/* Lets sid in: with an allowing entry of this mask at the end, unless there is one that holds all of it; entries that
 * deny to this very sid go. */
size_t security_allow(wchar_t *out, size_t size, const wchar_t *sddl, uint32_t mask, const wchar_t *sid);

/* Takes the allowing entries of sid back. Of a descriptor of which nothing else is left: 0. */
size_t security_disallow(wchar_t *out, size_t size, const wchar_t *sddl, const wchar_t *sid);

/* True if an entry allows something to this very sid. */
bool security_allows(const wchar_t *sddl, const wchar_t *sid);

/* Writes the SID of the allowing entry of this number, from 0 on; false, and out empty, behind the last one or if it
 * does not fit. */
bool security_allowed(wchar_t *out, size_t size, const wchar_t *sddl, size_t number);

/* The writers of the descriptors that a first registration stores. */
typedef size_t security_writer(wchar_t *out, size_t size);

/* What a registration stores: the entries of standard, which are always there, with this mask, and whatever else stored
 * holds (NULL or malformed: nothing). */
size_t security_renew(wchar_t *out, size_t size, const wchar_t *stored, security_writer *standard, uint32_t mask);

/* True for a descriptor of the form that security_for_user takes. */
bool security_is_well_formed(const wchar_t *sddl);

/* True for SIDs that stand for whoever is there, such as Everyone, INTERACTIVE or Users, for whoever comes in some way,
 * such as SERVICE, BATCH or a capability of apps, and for nobody who could call: whom they let in could use another
 * user's broker, so they are never allowed on request. Concrete accounts, those of services and of application pools
 * among them, and groups that an administrator fills are none of these. sid is as Windows writes it. */
bool security_means_everybody(const wchar_t *sid);

#endif
