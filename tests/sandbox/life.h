/* life.h - how long the process lives, its message loop and its window.
 * Without a window it ends soon after nobody holds anything of it; with one, when that is closed; Quit ends it in
 * any case. The counting functions are safe on any thread, the others belong to the main thread. */
#pragma once

#include "text.h"

#define LIFE_MESSAGE_CLASS L"OutlookSandboxMessages"

/* Makes the message window and announces the process to its clients. withdraw undoes announce: it is called as soon as
 * the end has begun, so that whoever comes then starts a new process. announce may be called again: an end for want of
 * clients is called off when one has come in the last moment. */
bool life_start(bool (*announce)(void), void (*withdraw)(void));
/* Runs until the end; serves until then. */
void life_run(void);

void life_object_added(void);
void life_object_gone(void);
void life_lock(bool lock);
/* Whether anybody outside holds the Application itself. */
void life_application_held(bool held);
/* Work of our own that shall be ended first. */
void life_task_begin(void);
void life_task_end(void);

/* The call that asks still returns to its caller; all later ones fail. */
void life_quit(void);
/* Quit was called, or the window closed: nobody is served any more. */
bool life_is_quitting(void);

void life_show_window(void);
HWND life_window(void); /* NULL: none shown */
/* Asks the process that runs already to show its window. False: there is none. */
bool life_show_window_of_other(void);
bool life_other_is_there(void);
/* Has spooler_tick() called in so many milliseconds; 0: not at all. */
void life_set_spooler_timer(unsigned ms);
