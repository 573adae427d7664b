/* windows.c - see watching.h. A window's title is read from where Windows keeps it; whatever has to be asked of the
 * window's own thread is asked with a short limit, and not again once that thread was late. */
#include "watching.h"
#include <dwmapi.h>

#define ASK_MS 250u
#define MOST_CHILDREN 200u
#define MOST_WINDOWS 5000u /* of a desktop: the list may change under way */
#define TEXT_SIZE 1024

static BOOL listed(const DWORD *processes, unsigned count, DWORD process)
{
    for (unsigned i = 0; i < count; i++)
        if (processes[i] == process) return TRUE;
    return FALSE;
}

static BOOL takes_messages(HWND window)
{
    DWORD_PTR ignored;

    if (IsHungAppWindow(window)) return FALSE;
    return SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_ABORTIFHUNG | SMTO_BLOCK, ASK_MS, &ignored) != 0;
}

/* Windows of sleeping apps are visible, and yet nobody sees them. The desktop also hides what stands on another virtual
 * desktop: of Outlook that is a window like any other. */
static BOOL is_seen(HWND window, BOOL of_outlook)
{
    DWORD cloaked = 0;

    if (!IsWindowVisible(window)) return FALSE;
    if (FAILED(DwmGetWindowAttribute(window, DWMWA_CLOAKED, &cloaked, sizeof(cloaked)))) cloaked = 0;
    return of_outlook ? !(cloaked & DWM_CLOAKED_APP) : !cloaked;
}

/* Whether a window of Outlook's is one for folders or items: also where it is hidden somebody has opened it. */
static BOOL is_main(HWND window)
{
    WCHAR class_name[dialog_class_size];

    return GetClassNameW(window, class_name, ARRAYSIZE(class_name)) && dialog_main_window(class_name);
}

static void read_image(DWORD process, WCHAR image[dialog_image_size])
{
    HANDLE handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process);
    WCHAR path[MAX_PATH * 2];
    DWORD size = ARRAYSIZE(path);
    const WCHAR *leaf;

    image[0] = 0;
    if (!handle) return;
    if (QueryFullProcessImageNameW(handle, 0, path, &size))
    {
        leaf = wcsrchr(path, L'\\');
        lstrcpynW(image, leaf ? leaf + 1 : path, dialog_image_size);
    }
    CloseHandle(handle);
}

/* --- child windows */

struct children
{
    struct dialog_words *words;
    unsigned count;
    BOOL late; /* the thread did not answer: only what Windows keeps is read */
    BOOL read; /* the texts too */
};

static void read_text(HWND window, struct children *children, WCHAR text[TEXT_SIZE])
{
    DWORD_PTR length = 0;

    text[0] = 0;
    if (!children->late)
    {
        if (SendMessageTimeoutW(
                window, WM_GETTEXT, TEXT_SIZE, (LPARAM)text, SMTO_ABORTIFHUNG | SMTO_BLOCK, ASK_MS, &length))
            return;
        children->late = TRUE;
    }
    if (!InternalGetWindowText(window, text, TEXT_SIZE)) text[0] = 0;
}

static BOOL CALLBACK read_child(HWND window, LPARAM context)
{
    struct children *children = (struct children *)context;
    WCHAR class_name[dialog_class_size], text[TEXT_SIZE] = L"";
    enum dialog_part part;

    if (++children->count > MOST_CHILDREN) return FALSE;
    if (!IsWindowVisible(window) || !GetClassNameW(window, class_name, ARRAYSIZE(class_name))) return TRUE;
    part = dialog_part_of(class_name, (uint32_t)GetWindowLongW(window, GWL_STYLE));
    if (part == dialog_part_none) return TRUE;
    if (children->read && (part == dialog_part_text || part == dialog_part_button || part == dialog_part_check))
        read_text(window, children, text);
    text[TEXT_SIZE - 1] = 0;
    dialog_add(children->words, part, text);
    return TRUE;
}

void windows_read(HWND dialog, struct dialog_words *words)
{
    struct children children = {.words = words, .read = TRUE};

    EnumChildWindows(dialog, read_child, (LPARAM)&children);
}

/* --- top-level windows */

static void note_size(HWND window, struct dialog_window *facts)
{
    RECT rect = {0};

    GetWindowRect(window, &rect);
    facts->width = rect.right - rect.left;
    facts->height = rect.bottom - rect.top;
    if (IsIconic(window)) facts->width = facts->height = 1000; /* small, and yet a window */
}

static void note_owner(HWND window, const struct shown_windows *windows, struct dialog_window *facts)
{
    HWND owner = GetWindow(window, GW_OWNER);
    DWORD process = 0;

    facts->has_owner = owner != NULL;
    if (!owner) return;
    GetWindowThreadProcessId(owner, &process);
    facts->owner_of_outlook = listed(windows->processes, windows->process_count, process);
    facts->owner_enabled = IsWindowEnabled(owner);
    facts->owner_visible = IsWindowVisible(owner);
}

static void note_children(HWND window, struct dialog_window *facts)
{
    struct dialog_words words = {0};
    struct children children = {.words = &words};

    EnumChildWindows(window, read_child, (LPARAM)&children);
    facts->shows_progress = words.progress_bars > 0;
    facts->buttons = words.button_count;
}

/* One answer a thread is enough. */
static bool thread_answers(const struct shown_windows *windows, const struct shown_window *shown)
{
    for (size_t i = 0; i < windows->count; i++)
        if (windows->shown[i].thread == shown->thread) return windows->facts[i].answers;
    return takes_messages(shown->handle);
}

/* Whether a window of another process may matter; its program's name is looked up only where it has to be. */
static BOOL may_be_foreign(struct shown_window *shown, const struct dialog_window *facts)
{
    read_image(shown->process, shown->image);
    return facts->owner_of_outlook || dialog_sign_in_host(shown->image);
}

static void look_at(HWND window, struct shown_windows *windows)
{
    struct shown_window *shown = &windows->shown[windows->count];
    struct dialog_window *facts = &windows->facts[windows->count];

    if (windows->count == MOST_SHOWN_WINDOWS) return;
    memset(shown, 0, sizeof(*shown));
    memset(facts, 0, sizeof(*facts));
    shown->handle = window;
    shown->thread = GetWindowThreadProcessId(window, &shown->process);
    facts->of_outlook = listed(windows->processes, windows->process_count, shown->process);
    facts->visible = is_seen(window, facts->of_outlook);
    if (!facts->visible && !(facts->of_outlook && is_main(window))) return;
    note_owner(window, windows, facts);
    if (!facts->of_outlook && !may_be_foreign(shown, facts)) return;
    if (facts->of_outlook) read_image(shown->process, shown->image);
    GetClassNameW(window, shown->class_name, ARRAYSIZE(shown->class_name));
    InternalGetWindowText(window, shown->title, ARRAYSIZE(shown->title));
    facts->class_name = shown->class_name;
    facts->title = shown->title;
    facts->image = shown->image;
    facts->enabled = IsWindowEnabled(window);
    facts->captioned = (GetWindowLongW(window, GWL_STYLE) & WS_CAPTION) == WS_CAPTION;
    note_size(window, facts);
    if (!dialog_never(shown->class_name)) note_children(window, facts);
    facts->answers = thread_answers(windows, shown);
    windows->count++;
}

static BOOL CALLBACK look_at_desktops(HWND window, LPARAM context)
{
    look_at(window, (struct shown_windows *)context);
    return TRUE;
}

static BOOL has(const struct shown_windows *windows, HWND window)
{
    for (size_t i = 0; i < windows->count; i++)
        if (windows->shown[i].handle == window) return TRUE;
    return FALSE;
}

/* EnumWindows leaves out the windows of apps, among which are those that sign in; FindWindowEx does not. */
static void look_at_apps(struct shown_windows *windows)
{
    HWND window = NULL;

    for (unsigned i = 0; i < MOST_WINDOWS && (window = FindWindowExW(NULL, window, NULL, NULL)); i++)
        if (!has(windows, window)) look_at(window, windows);
}

void windows_look(const DWORD *processes, unsigned count, struct shown_windows *windows)
{
    windows->processes = processes;
    windows->process_count = count;
    windows->count = 0;
    EnumWindows(look_at_desktops, (LPARAM)windows);
    look_at_apps(windows);
    windows->processes = NULL;
}

/* --- whether Outlook hangs */

struct asking
{
    const DWORD *processes;
    unsigned count;
    enum windows_answer answer;
};

static BOOL CALLBACK ask_window(HWND window, LPARAM context)
{
    struct asking *asking = (struct asking *)context;
    DWORD process = 0;

    GetWindowThreadProcessId(window, &process);
    if (!listed(asking->processes, asking->count, process)) return TRUE;
    asking->answer = takes_messages(window) ? windows_answer : windows_hang;
    return asking->answer == windows_answer; /* the first that hangs is enough */
}

static BOOL CALLBACK ask_if_seen(HWND window, LPARAM context)
{
    return IsWindowVisible(window) ? ask_window(window, context) : TRUE;
}

/* An Outlook without windows has the one by which COM calls its main thread. */
static void ask_apartments(struct asking *asking)
{
    static const WCHAR main_class[] = L"OleMainThreadWndClass";
    WCHAR class_name[dialog_class_size];
    HWND window = NULL;

    for (unsigned i = 0; i < MOST_WINDOWS && (window = FindWindowExW(HWND_MESSAGE, window, NULL, NULL)); i++)
    {
        if (!GetClassNameW(window, class_name, ARRAYSIZE(class_name))) continue;
        if (wcsncmp(class_name, main_class, ARRAYSIZE(main_class) - 1)) continue;
        if (!ask_window(window, (LPARAM)asking)) return;
    }
}

enum windows_answer windows_ask(const DWORD *processes, unsigned count)
{
    struct asking asking = {processes, count, windows_unknown};

    EnumWindows(ask_if_seen, (LPARAM)&asking);
    if (asking.answer == windows_unknown) ask_apartments(&asking);
    return asking.answer;
}
