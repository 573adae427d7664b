/* spooler.c - takes mail from the Outbox to Sent Items. See spooler.h. */
#include "spooler.h"
#include "control.h"
#include "faults.h"
#include "life.h"
#include "mime.h"
#include "names.h"
#include "store.h"
#include <stdlib.h>

static const unsigned tick_ms = 15;
static const ULONGLONG busy_ms = 40; /* then calls get their turn */
static bool pass_is_task, ticking;

void spooler_start(void)
{
    if (store_default_folder(STORE_OUTBOX)->record_count) life_set_spooler_timer(tick_ms);
}

HRESULT spooler_submit(struct record *record)
{
    struct folder *outbox = store_default_folder(STORE_OUTBOX);
    size_t account = names_account_find(record->texts[FIELD_ACCOUNT]);
    HRESULT hr;

    if (account == names_account_count()) account = 0;
    if (!names_account_count()) return E_FAIL;
    text_set(&record->texts[FIELD_SENDER_NAME], names_account_name(account));
    text_set(&record->texts[FIELD_SENDER_EMAIL_ADDRESS], names_account_address(account));
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

/* Where copies are put; a rule's folder is made if it is not there. NULL: none is kept. */
static HRESULT folder_of_copies(const struct record *record, struct folder **folder)
{
    const WCHAR *rule = control_sent_rule();
    struct folder *root = store_root();

    *folder = NULL;
    if (record->numbers[FIELD_DELETE_AFTER_SUBMIT] != 0 || !control_keeps_copies()) return S_OK;
    *folder = store_default_folder(STORE_SENT);
    if (!*rule) return S_OK;
    for (size_t i = 0; i < root->folder_count; i++)
    {
        if (!text_same(root->folders[i]->name, rule)) continue;
        *folder = root->folders[i];
        return S_OK;
    }
    return store_add_folder(root, rule, 0, folder);
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

static struct record *next_due(void)
{
    const struct folder *outbox = store_default_folder(STORE_OUTBOX);
    unsigned delay_ms = outbox->record_count ? control_spooler_delay_ms() : 0;

    if (!control_delivers()) return NULL;
    for (size_t i = 0; i < outbox->record_count; i++)
        if (is_due(outbox->records[i], delay_ms)) return outbox->records[i];
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
    if (!store_default_folder(STORE_OUTBOX)->record_count) life_set_spooler_timer(0);
    if (record || !pass_is_task) return;
    pass_is_task = false;
    life_task_end();
}
