/* dialog.c - see dialog.h. A dialog that blocks disables the windows it belongs to; what leaves them enabled is a tool,
 * a reminder or a window of progress, beside which Outlook goes on. */
#include "dialog.h"
#include "letters.h"

#define SURE_MS 1000u
#define UNSURE_MS 3000u
#define LEAST_WIDTH 40
#define LEAST_HEIGHT 30

static const wchar_t main_window[] = L"rctrl_renwnd32"; /* Explorers and Inspectors */

static const wchar_t *const never_classes[] = {
    L"rctrl_renwnd32",
    L"MsoSplash",
    L"#32768", /* a menu */
    L"tooltips_class32",
    L"Net UI Tool Window",
    L"Net UI Tool Window Layered",
    L"MSO_BORDEREFFECT_WINDOW_CLASS",
    L"SysShadow",
    L"IME",
    L"MSCTFIME UI",
};

static const wchar_t *const dialog_classes[] = {
    L"#32770", L"NUIDialog", /* Office's own message box */
};

/* Programs of Windows that ask for a sign-in on behalf of another. */
static const wchar_t *const sign_in_hosts[] = {
    L"Microsoft.AAD.BrokerPlugin.exe", /* work and school accounts */
    L"AccountsControlHost.exe",        /* which account */
    L"CredentialUIBroker.exe",         /* name and password, PIN */
    L"CredDialogHost.exe",             /* Windows Hello */
};

static bool one_of(const wchar_t *const *words, size_t count, const wchar_t *word)
{
    for (size_t i = 0; i < count; i++)
        if (letters_same(words[i], word)) return true;
    return false;
}

bool dialog_never(const wchar_t *class_name)
{
    return one_of(never_classes, sizeof(never_classes) / sizeof(never_classes[0]), class_name);
}

bool dialog_sign_in_host(const wchar_t *image)
{
    return one_of(sign_in_hosts, sizeof(sign_in_hosts) / sizeof(sign_in_hosts[0]), image);
}

bool dialog_main_window(const wchar_t *class_name)
{
    return letters_same(class_name, main_window);
}

static bool is_main(const struct dialog_window *window)
{
    return window->of_outlook && dialog_main_window(window->class_name);
}

static bool shows_something(const struct dialog_window *window)
{
    return window->visible && window->width >= LEAST_WIDTH && window->height >= LEAST_HEIGHT;
}

static bool has_dialog_class(const struct dialog_window *window)
{
    return one_of(dialog_classes, sizeof(dialog_classes) / sizeof(dialog_classes[0]), window->class_name);
}

/* A window of Outlook's process. main_shown, main_enabled: of the Explorers and Inspectors there are. */
static enum dialog_kind kind_of_own(const struct dialog_window *window, bool main_shown, bool main_enabled)
{
    bool beside_its_owner = window->has_owner && window->owner_enabled && window->owner_visible;

    if (dialog_never(window->class_name) || (window->shows_progress && !window->buttons)) return dialog_none;
    if (window->has_owner && !window->owner_enabled) return dialog_modal;
    if (beside_its_owner || main_enabled) return dialog_none;
    if (has_dialog_class(window)) return dialog_loose;
    return window->captioned && window->title[0] && !main_shown ? dialog_captioned : dialog_none;
}

static enum dialog_kind kind_of(const struct dialog_window *window, bool main_shown, bool main_enabled)
{
    if (!shows_something(window) || !window->enabled || !window->answers) return dialog_none;
    if (window->of_outlook) return kind_of_own(window, main_shown, main_enabled);
    if (window->has_owner && window->owner_of_outlook) return window->owner_enabled ? dialog_beside : dialog_foreign;
    return dialog_sign_in_host(window->image) ? dialog_sign_in : dialog_none;
}

size_t dialog_find(const struct dialog_window *windows, size_t count, enum dialog_kind *kind)
{
    bool main_shown = false, main_enabled = false;
    enum dialog_kind best = dialog_none;
    size_t found = count;

    for (size_t i = 0; i < count; i++)
    {
        if (!is_main(&windows[i]) || !windows[i].visible) continue;
        main_shown = true;
        if (windows[i].enabled) main_enabled = true;
    }
    for (size_t i = 0; i < count; i++)
    {
        enum dialog_kind is = kind_of(&windows[i], main_shown, main_enabled);

        if (is <= best) continue;
        best = is;
        found = i;
    }
    if (kind) *kind = best;
    return found;
}

uint64_t dialog_patience_ms(enum dialog_kind kind)
{
    return kind == dialog_captioned || kind == dialog_sign_in || kind == dialog_beside ? UNSURE_MS : SURE_MS;
}

/* Neither the splash nor a reminder is anybody's work. */
bool dialog_user_works(const struct dialog_window *windows, size_t count)
{
    for (size_t i = 0; i < count; i++)
    {
        if (is_main(&windows[i])) return true;
        if (!windows[i].of_outlook || !shows_something(&windows[i])) continue;
        if (dialog_never(windows[i].class_name) || has_dialog_class(&windows[i])) continue;
        if (kind_of(&windows[i], false, false) == dialog_none) return true;
    }
    return false;
}

enum dialog_action dialog_decide(const struct dialog_case *at)
{
    if (at->may_be_guard || at->done || at->kind == dialog_none) return dialog_leave;
    if (at->policy == dialog_policy_close)
        return at->listed && at->kind != dialog_sign_in ? dialog_close : dialog_leave;
    if (at->policy == dialog_policy_restart && at->owned && !at->user_works && at->open_ms >= at->grace_ms)
        return dialog_restart;
    return dialog_leave;
}

static bool entry_fits(const wchar_t *entry, const wchar_t *title)
{
    size_t length = wcslen(entry);

    if (length && entry[length - 1] == L'*') return length > 1 && !wcsncmp(entry, title, length - 1);
    return length && !wcscmp(entry, title);
}

bool dialog_listed(const wchar_t *list, const wchar_t *title)
{
    for (; *list; list += wcslen(list) + 1)
        if (entry_fits(list, title)) return true;
    return false;
}
