/* uia.c - the words of a dialog that draws itself, as Office draws its own message boxes: by UI Automation, which asks
 * the dialog's program and may wait for it as long as it likes. So it is asked from a thread of its own, which is left
 * behind when it is late; one at most, and what it brings then is thrown away. */
#include "watching.h"
#include <ole2.h>
#include <uiautomationclient.h>

#define MOST_ELEMENTS 200

static const CLSID class_of_uia = {0xff48dba4, 0x60ef, 0x4201, {0xaa, 0x87, 0x54, 0x10, 0x3e, 0xef, 0x59, 0x4e}};
static const IID iid_of_uia = {0x30cbe57d, 0xd9d0, 0x452a, {0xab, 0x13, 0x7a, 0xc5, 0xac, 0x48, 0x25, 0xee}};

/* Of the reader and of who waits for it; the last one frees. */
struct reading
{
    LONG references;
    HWND dialog;
    struct dialog_words words;
};

static volatile LONG under_way;

static void reading_release(struct reading *reading)
{
    if (!InterlockedDecrement(&reading->references)) HeapFree(GetProcessHeap(), 0, reading);
}

static enum dialog_part part_of(CONTROLTYPEID type)
{
    if (type == UIA_ButtonControlTypeId || type == UIA_SplitButtonControlTypeId) return dialog_part_button;
    if (type == UIA_TextControlTypeId) return dialog_part_text;
    if (type == UIA_CheckBoxControlTypeId) return dialog_part_check;
    if (type == UIA_ComboBoxControlTypeId) return dialog_part_list;
    return type == UIA_ProgressBarControlTypeId ? dialog_part_progress : dialog_part_none;
}

static void add_element(IUIAutomationElement *element, struct dialog_words *words)
{
    CONTROLTYPEID type = 0;
    enum dialog_part part;
    BSTR name = NULL;

    if (FAILED(IUIAutomationElement_get_CurrentControlType(element, &type))) return;
    part = part_of(type);
    if (part == dialog_part_none) return;
    if (FAILED(IUIAutomationElement_get_CurrentName(element, &name))) name = NULL;
    dialog_add(words, part, name ? name : L"");
    SysFreeString(name);
}

static void add_elements(IUIAutomationElementArray *elements, struct dialog_words *words)
{
    IUIAutomationElement *element;
    int count = 0;

    IUIAutomationElementArray_get_Length(elements, &count);
    for (int i = 0; i < count && i < MOST_ELEMENTS; i++)
    {
        if (FAILED(IUIAutomationElementArray_GetElement(elements, i, &element)) || !element) continue;
        add_element(element, words);
        IUIAutomationElement_Release(element);
    }
}

/* The buttons of the title bar are none of the dialog's, so only what UI Automation calls content is taken. */
static void read_by(IUIAutomation *automation, struct reading *reading)
{
    IUIAutomationElement *window = NULL;
    IUIAutomationCondition *content = NULL;
    IUIAutomationElementArray *elements = NULL;

    if (SUCCEEDED(IUIAutomation_ElementFromHandle(automation, reading->dialog, &window)) && window &&
        SUCCEEDED(IUIAutomation_get_ContentViewCondition(automation, &content)) && content &&
        SUCCEEDED(IUIAutomationElement_FindAll(window, TreeScope_Descendants, content, &elements)) && elements)
        add_elements(elements, &reading->words);
    if (elements) IUIAutomationElementArray_Release(elements);
    if (content) IUIAutomationCondition_Release(content);
    if (window) IUIAutomationElement_Release(window);
}

static DWORD WINAPI reading_thread(void *context)
{
    struct reading *reading = context;
    IUIAutomation *automation = NULL;
    HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    if (SUCCEEDED(hr))
    {
        if (SUCCEEDED(CoCreateInstance(&class_of_uia, NULL, CLSCTX_INPROC_SERVER, &iid_of_uia, (void **)&automation)) &&
            automation)
        {
            read_by(automation, reading);
            IUIAutomation_Release(automation);
        }
        CoUninitialize();
    }
    reading_release(reading);
    InterlockedExchange(&under_way, 0);
    return 0;
}

BOOL uia_read(HWND dialog, DWORD limit_ms, struct dialog_words *words)
{
    struct reading *reading;
    HANDLE thread;
    BOOL done = FALSE;

    if (InterlockedExchange(&under_way, 1)) return FALSE;
    reading = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*reading));
    if (reading)
    {
        reading->references = 2;
        reading->dialog = dialog;
    }
    thread = reading ? CreateThread(NULL, 0, reading_thread, reading, 0, NULL) : NULL;
    if (!thread)
    {
        if (reading) HeapFree(GetProcessHeap(), 0, reading);
        InterlockedExchange(&under_way, 0);
        return FALSE;
    }
    if (WaitForSingleObject(thread, limit_ms) == WAIT_OBJECT_0 && dialog_readable(&reading->words))
    {
        dialog_replace_words(words, &reading->words);
        done = TRUE;
    }
    CloseHandle(thread);
    reading_release(reading);
    return done;
}
