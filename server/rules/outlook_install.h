/* outlook_install.h - which Outlook is installed, told from what the registry, the disk and the process list say. The
 * facts are gathered in host/outlook_facts.h; here they are judged, before Outlook is asked for anything. What is not
 * known never makes a refusal. */
#ifndef OB_RULES_OUTLOOK_INSTALL_H
#define OB_RULES_OUTLOOK_INSTALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include "finding.h"

enum
{
    outlook_path_size = 280,
    outlook_word_size = 64
};

struct outlook_image /* CLSID\{...}\LocalServer32 in one view of the registry */
{
    bool registered;
    bool there;                         /* the program's file; true too where that cannot be told */
    wchar_t program[outlook_path_size]; /* its full path, "" if the value names none */
};

enum outlook_view
{
    outlook_view_64,
    outlook_view_32,
    outlook_views
};

struct outlook_install
{
    wchar_t class_id[40]; /* of the ProgID Outlook.Application; "" if there is no such class */
    unsigned major;       /* of its CurVer: 16 for 2016 to Microsoft 365; 0 if it cannot be told */
    struct outlook_image images[outlook_views];
    wchar_t app_path[outlook_path_size];              /* App Paths\OUTLOOK.EXE; "" if there is none */
    bool app_path_there;                              /* that file */
    wchar_t bitness[outlook_word_size];               /* Office\xx.0\Outlook, Bitness: "x64", "x86" or "" */
    wchar_t click_to_run_version[outlook_word_size];  /* VersionToReport; "" if Click-to-Run installed nothing */
    wchar_t click_to_run_platform[outlook_word_size]; /* "x64", "x86" or "" */
    wchar_t program_version[outlook_word_size];       /* of the program's file: "16.0.17328.20162"; "" if not known */
    wchar_t new_outlook_package[outlook_path_size];   /* the new Outlook's full package name; "" if it is not there */
    bool new_outlook_runs;                            /* olk.exe, in this Windows session */
    int prefers_new;                                  /* UseNewOutlook of the user: 1, 0, or -1 if it is not set */
};

enum outlook_kind
{
    outlook_kind_unknown,
    outlook_kind_click_to_run,
    outlook_kind_msi
};

/* The program that a start of the class begins: one that is there before one that is not; NULL if none is registered.
 */
const struct outlook_image *outlook_install_image(const struct outlook_install *install);

enum outlook_kind outlook_install_kind(const struct outlook_install *install);

/* "Click-to-Run", "MSI", "unknown". */
const wchar_t *outlook_kind_words(enum outlook_kind kind);

/* 64, 32, or 0 if it cannot be told. */
unsigned outlook_install_bits(const struct outlook_install *install);

/* The most exact version that is known: "16.0.17328.20162"; "" if none is. */
const wchar_t *outlook_install_version(const struct outlook_install *install);

/* True if classic Outlook cannot be started, with the reason: error_no_outlook, error_outlook_unregistered,
 * error_outlook_gone (all OB_E_NO_OUTLOOK) or error_new_outlook. False where it can, and where it cannot be told. */
bool outlook_install_wrong(const struct outlook_install *install, struct finding *finding);

/* True if a start that failed with hr is explained by the user's having switched to the new Outlook
 * (error_new_outlook_chosen); answer: hr in words. */
bool outlook_start_wrong(
    const struct outlook_install *install, uint32_t hr, const wchar_t *answer, struct finding *finding);

#endif
