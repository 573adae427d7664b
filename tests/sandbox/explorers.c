/* explorers.c - Explorers, Explorer and Inspectors: the window that the user sees, if there is one. */
#include "life.h"
#include "sandbox.h"

static long explorers_count(struct object *object)
{
    (void)object;
    return life_window() ? 1 : 0;
}

static HRESULT explorers_at(struct object *object, long index, struct object **item)
{
    (void)object, (void)index;
    *item = explorer_create();
    return S_OK;
}

static const struct collection explorers_collection = {explorers_count, explorers_at, NULL};

const struct object_class explorers_class = {
    .name = L"Explorers",
    .number = 60,
    .collection = &explorers_collection,
};

static long inspectors_count(struct object *object)
{
    (void)object;
    return 0;
}

static const struct collection inspectors_collection = {inspectors_count, explorers_at, NULL};

const struct object_class inspectors_class = {
    .name = L"Inspectors",
    .number = 61,
    .collection = &inspectors_collection,
};

static HRESULT explorer_caption(struct call *call)
{
    WCHAR caption[128] = L"";

    GetWindowTextW(life_window(), caption, ARRAYSIZE(caption));
    return call_return_text(call, caption);
}

static HRESULT explorer_current_folder(struct call *call)
{
    return call_return_object(call, folder_create(store_default_folder(STORE_INBOX)));
}

static HRESULT explorer_close(struct call *call)
{
    (void)call;
    if (life_window()) PostMessageW(life_window(), WM_CLOSE, 0, 0);
    return S_OK;
}

static HRESULT explorer_display(struct call *call)
{
    (void)call;
    life_show_window();
    return S_OK;
}

static const struct member explorer_members[] = {
    {L"CurrentFolder", 8449, KIND_GET | KIND_SESSION, 0, 0, explorer_current_folder, 0},
    {L"Close", 8451, KIND_METHOD, 0, 0, explorer_close, 0},
    {L"Display", 8452, KIND_METHOD, 0, 0, explorer_display, 0},
    {L"Activate", 8467, KIND_METHOD, 0, 0, explorer_display, 0},
    {L"Caption", 8465, KIND_GET, 0, 0, explorer_caption, 0},
};

const struct object_class explorer_class = {
    .name = L"Explorer",
    .number = 34,
    CLASS_MEMBERS(explorer_members),
};

struct object *explorers_create(void)
{
    return object_create(&explorers_class, sizeof(struct object), NULL);
}

struct object *inspectors_create(void)
{
    return object_create(&inspectors_class, sizeof(struct object), NULL);
}

struct object *explorer_create(void)
{
    return life_window() ? object_create(&explorer_class, sizeof(struct object), NULL) : NULL;
}
