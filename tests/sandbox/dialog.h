/* dialog.h - a modal dialog on the thread that serves calls, as Outlook puts one between a caller and his answer.
 * While one is open the thread still takes messages, so its windows answer; calls that come in then are to be refused.
 * Main thread only. */
#pragma once

#include "text.h"

#define DIALOG_MAX_BUTTONS 4

enum dialog_look
{
    DIALOG_OF_CONTROLS, /* class #32770, its text and buttons are child windows */
    DIALOG_SELF_DRAWN   /* class NUIDialog without any child: only the screen shows the text */
};

struct dialog
{
    WCHAR *words; /* title, text and buttons as they were read */
    WCHAR *title, *text;
    WCHAR *buttons[DIALOG_MAX_BUTTONS]; /* the first one lets the work go on */
    unsigned button_count;              /* at least one */
    enum dialog_look look;
    WCHAR *host; /* the image of another process whose window it is, as that of a sign-in is; NULL: our own */
};

/* Reads `TITLE | TEXT | BUTTON, BUTTON... [| self-drawn or IMAGE.exe]`, which is cut apart. Returns NULL, or what is
 * wrong with it. Cleared by the caller, also then. */
const WCHAR *dialog_read(struct dialog *dialog, WCHAR *words);
void dialog_clear(struct dialog *dialog);
/* Shows it until it is answered: the index of the button, or -1 when it was closed otherwise. owner may be NULL.
 * goes_on is asked all the time; once it says no the dialog is closed as by the first button. */
int dialog_run(const struct dialog *dialog, HWND owner, bool (*goes_on)(void *context), void *context);
bool dialog_is_open(void);
