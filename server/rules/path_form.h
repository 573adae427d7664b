/* path_form.h - which paths of callers are refused by their form alone, before anything is opened. */
#ifndef OB_RULES_PATH_FORM_H
#define OB_RULES_PATH_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

enum path_form
{
    path_full, /* C:\dir\file: the only form that is taken */
    path_empty,
    path_relative, /* file, .\file, \file, C:file */
    path_unc,      /* \\server\share, //server/share, \\?\UNC\ */
    path_device,   /* \\.\, \\?\, NUL, CON, COM1 ... as any component */
    path_stream,   /* C:\file:stream */
    path_url,      /* http://, file:// */
    path_ending,   /* C:\dir\file. : Windows would drop the dots and blanks, and open another file */
    path_folder,   /* of a file name that stands alone: a folder stands before it */
    path_bad       /* a character that no file name may have, or a control character */
};

/* Never NULL, any length. Which volume a drive letter leads to, only the opened file tells (path_final_is_local). */
enum path_form path_form(const wchar_t *path);

/* The same for a file name that stands alone: path_full if it is one and no path. Never NULL. */
enum path_form path_leaf_form(const wchar_t *leaf);

/* The words for a text: "it is a relative path", "it is a network path" ... */
const wchar_t *path_form_words(enum path_form form);

/* True if a path as GetFinalPathNameByHandle gives it (\\?\C:\..., \\?\UNC\...) leads to a local volume by its form. */
bool path_final_is_local(const wchar_t *final_path);

/* The last component of a full path, as a pointer into it. */
const wchar_t *path_leaf(const wchar_t *path);

/* Writes leaf to out, cut to fit limit characters (the zero not counted) with its extension kept; never cuts a
 * surrogate pair in two. out has limit + 1 places. */
void path_short_leaf(wchar_t *out, size_t limit, const wchar_t *leaf);

/* The file name under which an attachment named display (a text of one line, not empty) is shown, for a file whose name
 * is leaf: characters that no file name may have become _, what Windows would drop at the end goes, and the extension
 * of leaf follows where display has none. Outlook shows the name of the file, and no other, in mail that is no rich
 * text. */
#define SHOWN_LEAF_SIZE 200
void path_shown_leaf(wchar_t out[SHOWN_LEAF_SIZE], const wchar_t *display, const wchar_t *leaf);

#endif
