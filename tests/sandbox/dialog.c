/* dialog.c - a modal dialog on the thread that serves calls. See dialog.h. */
#include "dialog.h"
#include "dialog_host.h"
#include <stdlib.h>
#include <wchar.h>

#define FIRST_BUTTON_ID 100
#define NOT_ANSWERED (-2)
#define CLOSED (-1)

static const WCHAR self_drawn_class[] = L"NUIDialog";
static const DWORD look_ms = 20;
static const int width = 420, height = 160, margin = 10, button_width = 95, button_height = 25;

/* The one on top: while it is open no call gets so far that it could open another. */
static struct
{
    const struct dialog *dialog;
    int answer;
} open;

/* Cuts *rest at the next divider and returns what stood before it, without white space; the caller frees it. */
static WCHAR *next_part(WCHAR **rest, WCHAR divider)
{
    WCHAR *part = *rest, *end = wcschr(part, divider);
    size_t length = end ? (size_t)(end - part) : wcslen(part);

    *rest = part + length + (end ? 1 : 0);
    return text_trim(part, length, L"");
}

static const WCHAR *read_look(struct dialog *dialog, WCHAR *words)
{
    WCHAR *word = next_part(&words, L'|');
    const WCHAR *end = wcsrchr(word, L'.');

    if (end && text_same(end, L".exe") && !wcspbrk(word, L"\\/:"))
    {
        dialog->host = word;
        return NULL;
    }
    dialog->look = text_same(word, L"self-drawn") ? DIALOG_SELF_DRAWN : DIALOG_OF_CONTROLS;
    end = dialog->look == DIALOG_SELF_DRAWN || text_empty(word) ? NULL
                                                                : L"a dialog's fourth part is self-drawn or IMAGE.exe";
    free(word);
    return end;
}

const WCHAR *dialog_read(struct dialog *dialog, WCHAR *words)
{
    WCHAR *rest = words, *buttons, *button;

    dialog->title = next_part(&rest, L'|');
    dialog->text = next_part(&rest, L'|');
    buttons = button = next_part(&rest, L'|');
    dialog->words = text_copy_part(words, (size_t)(rest - words));
    while (*button && dialog->button_count < DIALOG_MAX_BUTTONS)
        dialog->buttons[dialog->button_count++] = next_part(&button, L',');
    free(buttons);
    if (text_empty(dialog->title) || !dialog->button_count) return L"a dialog is TITLE | TEXT | BUTTON, BUTTON...";
    return read_look(dialog, rest);
}

void dialog_clear(struct dialog *dialog)
{
    for (unsigned i = 0; i < dialog->button_count; i++)
        free(dialog->buttons[i]);
    free(dialog->words);
    free(dialog->title);
    free(dialog->text);
    free(dialog->host);
}

bool dialog_is_open(void)
{
    return open.dialog != NULL;
}

static RECT button_place(unsigned index)
{
    int left = margin + (int)index * (button_width + margin), top = height - 3 * margin - 2 * button_height;

    return (RECT){left, top, left + button_width, top + button_height};
}

static RECT text_place(void)
{
    return (RECT){margin, margin, width - 2 * margin, button_place(0).top - margin};
}

static void add_control(HWND window, const WCHAR *cls, const WCHAR *text, DWORD style, RECT place, int id)
{
    (void)CreateWindowExW(0, cls, text, WS_CHILD | WS_VISIBLE | style, place.left, place.top, place.right - place.left,
        place.bottom - place.top, window, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);
}

static INT_PTR CALLBACK controls_proc(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    (void)lparam;
    switch (message)
    {
    case WM_INITDIALOG:
        SetWindowTextW(window, open.dialog->title);
        add_control(window, L"STATIC", open.dialog->text, SS_LEFT | SS_NOPREFIX, text_place(), -1);
        for (unsigned i = 0; i < open.dialog->button_count; i++)
            add_control(window, L"BUTTON", open.dialog->buttons[i], WS_TABSTOP | (i ? BS_PUSHBUTTON : BS_DEFPUSHBUTTON),
                button_place(i), FIRST_BUTTON_ID + (int)i);
        return TRUE;
    case WM_COMMAND:
        if (HIWORD(wparam) != BN_CLICKED) return FALSE;
        open.answer = LOWORD(wparam) >= FIRST_BUTTON_ID ? LOWORD(wparam) - FIRST_BUTTON_ID : CLOSED;
        return TRUE;
    }
    return FALSE;
}

static void paint(HWND window)
{
    PAINTSTRUCT paint;
    HDC dc = BeginPaint(window, &paint);
    RECT place = text_place();

    DrawTextW(dc, open.dialog->text, -1, &place, DT_WORDBREAK | DT_NOPREFIX);
    for (unsigned i = 0; i < open.dialog->button_count; i++)
    {
        place = button_place(i);
        DrawEdge(dc, &place, EDGE_RAISED, BF_RECT);
        DrawTextW(dc, open.dialog->buttons[i], -1, &place, DT_CENTER | DT_VCENTER | DT_SINGLELINE);
    }
    EndPaint(window, &paint);
}

static int button_at(LPARAM point)
{
    POINT at = {(short)LOWORD(point), (short)HIWORD(point)};

    for (unsigned i = 0; i < open.dialog->button_count; i++)
    {
        RECT place = button_place(i);

        if (PtInRect(&place, at)) return (int)i;
    }
    return NOT_ANSWERED;
}

static LRESULT CALLBACK self_drawn_proc(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    switch (message)
    {
    case WM_PAINT:
        paint(window);
        return 0;
    case WM_LBUTTONUP:
        open.answer = button_at(lparam);
        return 0;
    case WM_KEYDOWN:
        if (wparam == VK_RETURN) open.answer = 0;
        if (wparam == VK_ESCAPE) open.answer = CLOSED;
        return 0;
    case WM_CLOSE:
        open.answer = CLOSED;
        return 0;
    }
    return DefWindowProcW(window, message, wparam, lparam);
}

static HWND show_controls(HWND owner)
{
    struct
    {
        DLGTEMPLATE head;
        WORD menu, cls, title;
    } box = {.head = {.style = WS_POPUP | WS_CAPTION | WS_SYSMENU | WS_VISIBLE | DS_MODALFRAME, .cx = 280, .cy = 98}};

    return CreateDialogIndirectParamW(GetModuleHandleW(NULL), &box.head, owner, controls_proc, 0);
}

static HWND show_self_drawn(HWND owner)
{
    WNDCLASSW cls = {
        .lpfnWndProc = self_drawn_proc, .hInstance = GetModuleHandleW(NULL), .lpszClassName = self_drawn_class};

    cls.hbrBackground = (HBRUSH)(COLOR_BTNFACE + 1);
    RegisterClassW(&cls);
    return CreateWindowExW(WS_EX_DLGMODALFRAME, self_drawn_class, open.dialog->title,
        WS_POPUP | WS_CAPTION | WS_SYSMENU | WS_VISIBLE, 100, 100, width, height, owner, NULL, GetModuleHandleW(NULL),
        NULL);
}

/* False: the process is to end, so nobody will answer any more. */
static bool serve_messages(HWND window)
{
    MSG message;

    while (open.answer == NOT_ANSWERED && PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
    {
        if (message.message == WM_QUIT)
        {
            PostQuitMessage((int)message.wParam);
            return false;
        }
        if (window && open.dialog->look == DIALOG_OF_CONTROLS && IsDialogMessageW(window, &message)) continue;
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    return true;
}

/* host NULL: the window is ours. */
static void wait_for_answer(HWND window, HANDLE host, bool (*goes_on)(void *context), void *context)
{
    while (open.answer == NOT_ANSWERED)
    {
        DWORD woke = MsgWaitForMultipleObjects(host ? 1 : 0, &host, FALSE, look_ms, QS_ALLINPUT);

        if (host && woke == WAIT_OBJECT_0)
            open.answer = dialog_host_answer(host);
        else if (!serve_messages(window))
            open.answer = CLOSED;
        else if (open.answer == NOT_ANSWERED && !goes_on(context))
            open.answer = 0;
    }
}

int dialog_run(const struct dialog *dialog, HWND owner, bool (*goes_on)(void *context), void *context)
{
    HWND window = NULL;
    HANDLE host = NULL;
    int answer;

    open.dialog = dialog;
    open.answer = NOT_ANSWERED;
    if (dialog->host)
        host = dialog_host_start(dialog, owner);
    else
        window = dialog->look == DIALOG_SELF_DRAWN ? show_self_drawn(owner) : show_controls(owner);
    if (owner) EnableWindow(owner, FALSE);
    wait_for_answer(window, host, goes_on, context);
    if (owner) EnableWindow(owner, TRUE);
    if (window) DestroyWindow(window);
    if (host) dialog_host_end(host);
    answer = open.answer;
    open.dialog = NULL;
    return answer;
}
