/* watching.h - what can be seen of Outlook from outside: its windows, and the words on them. Nothing here waits for
 * Outlook longer than a fraction of a second. Any thread. */
#ifndef OB_OUTLOOK_WATCHING_H
#define OB_OUTLOOK_WATCHING_H

#include <windows.h>
#include "rules/dialog.h"
#include "rules/dialog_text.h"

#define MOST_SHOWN_WINDOWS 64

struct shown_window
{
    HWND handle;
    DWORD process, thread;
    WCHAR class_name[dialog_class_size], title[dialog_title_size], image[dialog_image_size];
};

/* The visible windows of some processes and their hidden ones for folders or items, and of others those that may be
 * dialogs of theirs; topmost first. There may be more where it is full. */
struct shown_windows
{
    const DWORD *processes; /* borrowed while it is filled */
    unsigned process_count;
    size_t count;
    struct shown_window shown[MOST_SHOWN_WINDOWS];
    struct dialog_window facts[MOST_SHOWN_WINDOWS]; /* of the same ones; their texts point into shown */
};

void windows_look(const DWORD *processes, unsigned count, struct shown_windows *windows);

/* Adds the words of a dialog's child windows. */
void windows_read(HWND dialog, struct dialog_words *words);

/* Whether the processes' windows take messages: also those that nobody sees. */
enum windows_answer
{
    windows_unknown, /* there is none to be asked */
    windows_answer,
    windows_hang
};
enum windows_answer windows_ask(const DWORD *processes, unsigned count);

/* uia.c: adds the words of a dialog that draws itself, by UI Automation on a thread of its own. FALSE: there are none
 * to be had within limit_ms, or a thread that was late before has not come back yet. */
BOOL uia_read(HWND dialog, DWORD limit_ms, struct dialog_words *words);

#endif
