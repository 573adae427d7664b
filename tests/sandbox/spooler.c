/* spooler.c - takes mail from the Outboxes to Sent Items. See spooler.h. */
#include "spooler.h"
#include "control.h"
#include "faults.h"
#include "life.h"
#include "mime.h"
#include "names.h"
#include "sandbox.h"
#include <stdlib.h>

static const unsigned tick_ms = 15;
static const ULONGLONG busy_ms = 40; /* then calls get their turn */
static bool pass_is_task, ticking;

static bool something_waits(void)
{
    for (size_t i = 0; i < store_count(); i++)
        if (store_folder(store_at(i), STORE_OUTBOX)->record_count) return true;
    return false;
}

void spooler_start(void)
{
    if (something_waits()) life_set_spooler_timer(tick_ms);
}

/* The store that mail of this account goes through. */
static struct store *sending_store(size_t account)
{
    struct store *store = account < names_account_count() ? account_store(account) : NULL;

    return store ? store : store_at(0);
}

/* A folder of this name beside the default ones, made if it is not there. */
static HRESULT folder_beside(struct folder *root, const WCHAR *name, struct folder **folder)
{
    for (size_t i = 0; i < root->folder_count; i++)
    {
        if (!text_same(root->folders[i]->name, name)) continue;
        *folder = root->folders[i];
        return S_OK;
    }
    return store_add_folder(root, name, 0, folder);
}

/* An add-in's folder for the copy, where the control file names one. */
static HRESULT set_sent_folder(struct record *record)
{
    struct folder *folder;
    HRESULT hr;

    if (!*control_sent_folder()) return S_OK;
    hr = folder_beside(store_at(0)->root, control_sent_folder(), &folder);
    if (SUCCEEDED(hr)) text_set(&record->texts[FIELD_SENT_FOLDER], folder->id);
    return hr;
}

HRESULT spooler_submit(struct record *record)
{
    size_t account = names_account_find(record->texts[FIELD_ACCOUNT]);
    struct folder *outbox;
    HRESULT hr;

    if (account == names_account_count()) account = 0;
    if (!names_account_count()) return E_FAIL;
    outbox = store_folder(control_uses_own_outbox() ? sending_store(account) : store_at(0), STORE_OUTBOX);
    text_set(&record->texts[FIELD_SENDER_NAME], names_account_name(account));
    text_set(&record->texts[FIELD_SENDER_EMAIL_ADDRESS], names_account_address(account));
    if (FAILED(hr = set_sent_folder(record))) return hr;
    record->numbers[FIELD_SUBMITTED] = 1;
    record->numbers[FIELD_OPENED] = 0;
    record->numbers[FIELD_SENT_ON] = time_now();
    hr = record->folder ? store_move(record, outbox) : store_add(outbox, record);
    record->submitted_tick = GetTickCount64();
    life_set_spooler_timer(tick_ms);
    return hr;
}

void spooler_run_soon(void)
{
    if (!pass_is_task) life_task_begin();
    pass_is_task = true;
    life_set_spooler_timer(tick_ms);
}

static bool is_due(const struct record *record, unsigned delay_ms)
{
    DATE deferred = record->numbers[FIELD_DEFERRED_DELIVERY_TIME];

    if (record->numbers[FIELD_OPENED] != 0) return false;
    if (deferred != TIME_NONE && deferred > time_now()) return false;
    return GetTickCount64() - record->submitted_tick >= delay_ms;
}

static struct folder *folder_with_id(const WCHAR *id)
{
    struct folder *folder = NULL;

    for (size_t i = 0; !folder && *id && i < store_count(); i++)
        folder = store_folder_by_id(store_at(i), id);
    return folder;
}

/* Where copies are put, by who sent the mail and what it says of it. */
static struct folder *usual_folder(const struct record *record)
{
    size_t account = names_account_find(record->texts[FIELD_SENDER_EMAIL_ADDRESS]);
    struct folder *named = folder_with_id(record->texts[FIELD_SENT_FOLDER]);
    const WCHAR *on_behalf = control_on_behalf_store();

    if (named) return named;
    if (*on_behalf && *record->texts[FIELD_SENT_ON_BEHALF_OF_NAME])
        return store_folder(store_named(on_behalf), STORE_SENT);
    return store_folder(sending_store(account), STORE_SENT);
}

/* The same after the rule, whose folder is made if it is not there. NULL: none is kept. */
static HRESULT folder_of_copies(const struct record *record, struct folder **folder)
{
    const WCHAR *rule = control_sent_rule();

    *folder = NULL;
    if (record->numbers[FIELD_DELETE_AFTER_SUBMIT] != 0 || !control_keeps_copies()) return S_OK;
    *folder = usual_folder(record);
    return *rule ? folder_beside(store_of_folder(*folder)->root, rule, folder) : S_OK;
}

/* The message first: a crash in between sends it once more under the same name. */
static HRESULT deliver(struct record *record)
{
    WCHAR *path = text_format(L"%s\\sent\\%s.eml", store_path(), record->id);
    struct folder *copies;
    HRESULT hr;

    record->numbers[FIELD_SENT_ON] = record->numbers[FIELD_RECEIVED_TIME] = time_now();
    if (SUCCEEDED(hr = fault_at(PLACE_DELIVERING)) && SUCCEEDED(hr = folder_of_copies(record, &copies)) &&
        SUCCEEDED(hr = mime_write(record, path)))
        hr = fault_at(PLACE_DELIVERED);
    free(path);
    if (FAILED(hr))
    {
        record->submitted_tick = GetTickCount64();
        return hr;
    }
    record->numbers[FIELD_SENT] = 1;
    record->numbers[FIELD_SUBMITTED] = 0;
    record->moves++;
    return copies ? store_move(record, copies) : store_remove(record);
}

void spooler_send_online(struct record *record)
{
    if (control_is_online() && record->numbers[FIELD_OPENED] == 0) deliver(record);
}

static struct record *next_due(void)
{
    unsigned delay_ms;

    if (!something_waits()) return NULL;
    delay_ms = control_spooler_delay_ms();
    if (!control_delivers()) return NULL;
    for (size_t s = 0; s < store_count(); s++)
    {
        const struct folder *outbox = store_folder(store_at(s), STORE_OUTBOX);

        for (size_t i = 0; i < outbox->record_count; i++)
            if (is_due(outbox->records[i], delay_ms)) return outbox->records[i];
    }
    return NULL;
}

void spooler_tick(void)
{
    ULONGLONG began = GetTickCount64();
    struct record *record = NULL;

    if (ticking) return; /* a dialog of its own serves the timer */
    ticking = true;
    while (GetTickCount64() - began < busy_ms && (record = next_due()))
        if (FAILED(deliver(record))) break;
    ticking = false;
    if (!something_waits()) life_set_spooler_timer(0);
    if (record || !pass_is_task) return;
    pass_is_task = false;
    life_task_end();
}
