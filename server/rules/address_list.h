/* address_list.h - To, CC and BCC as callers write them: entries divided by semicolons, nothing that could smuggle a
 * header in, nothing that Outlook would only refuse at Send. */
#ifndef OB_RULES_ADDRESS_LIST_H
#define OB_RULES_ADDRESS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

enum address_fault
{
    address_ok,
    address_empty_entry, /* ";;" or a list of semicolons only */
    address_comma,       /* a comma between addresses */
    address_line_break,  /* CR, LF or another control character */
    address_malformed    /* "a@", "@b", "<a@b", two @ ... ; a name without @ is fine */
};

struct address_finding
{
    enum address_fault fault;
    size_t entry;         /* 1-based number of the entry at fault */
    size_t start, length; /* that entry in the text, without surrounding spaces */
    size_t position;      /* 1-based position of the character at fault, for address_line_break */
    unsigned character;   /* that character */
    size_t count;         /* how many entries the list has when it is fine; 0 for an empty list */
};

/* Checks a list. One closing semicolon is allowed, as Outlook allows it. Quoted names ("Doe, Jane" <j@x>) may hold
 * commas and semicolons; a comma inside an unquoted name without any @ ("Doe, Jane") is a name of the address book, and
 * in an entry with an @ it is taken for a divider. An address may be bare, in <>, or in () behind a name, or typed
 * as Outlook does ([SMTP:a@b.c], /o=...). A line break anywhere is told before any other fault. */
struct address_finding address_list_check(const wchar_t *list);

/* The next entry of a list that was found fine: its place in the text, without surrounding spaces. *at is 0 at first,
 * and moves on. False at the end. */
bool address_list_next(const wchar_t *list, size_t *at, size_t *start, size_t *length);

#endif
