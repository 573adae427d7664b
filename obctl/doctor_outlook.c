/* doctor_outlook.c - see doctor.h: Outlook as the registry, the disk and the process list show it. */
#include <stdlib.h>
#include <wchar.h>
#include "doctor.h"
#include "host/clock.h"
#include "host/config.h"
#include "host/outlook_facts.h"
#include "host/processes.h"
#include "host/start_file.h"
#include "host/user.h"
#include "rules/integrity.h"
#include "rules/local_server.h"

#define LIBRARIES_MOST 64

/* Outlook's own type library, and the one of Office that it refers to. */
static const WCHAR outlook_library[] = L"{00062FFF-0000-0000-C000-000000000046}";
static const WCHAR office_library[] = L"{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}";

void look_at_outlook(struct doctor_row *row, const struct examination *examination)
{
    doctor_outlook(row, &examination->install);
}

/* The process of Outlook's program; 0 if it does not run. */
static DWORD outlook_process(const struct outlook_install *install)
{
    const struct outlook_image *image = outlook_install_image(install);
    WCHAR leaf[MAX_PATH] = L"OUTLOOK.EXE", quoted[doctor_path_size];
    struct process process;

    if (image && image->program[0])
    {
        lstrcpynW(quoted, path_of(L"\"%ls\"", image->program), ARRAYSIZE(quoted));
        local_server_leaf(quoted, leaf, ARRAYSIZE(leaf));
    }
    return processes_by_image(leaf, &process, 1) ? process.id : 0;
}

void look_at_profile(struct doctor_row *row, const struct examination *examination)
{
    struct profile_facts *facts = calloc(1, sizeof(*facts));
    const struct user *self = user_self();

    if (!facts) return;
    profile_facts_read(examination->install.major, facts);
    doctor_profile(row, &examination->install, facts, outlook_process(&examination->install) != 0,
        self ? self->name : L"this user");
    free(facts);
}

void look_at_guard(struct doctor_row *row, const struct examination *examination)
{
    const struct outlook_install *install = &examination->install;
    struct guard_values values;

    guard_values_read(install->major, outlook_install_bits(install), &values);
    doctor_guard(row, install, &values);
}

void look_at_integrity(struct doctor_row *row, const struct examination *examination)
{
    DWORD outlook = outlook_process(&examination->install);
    struct doctor_levels levels = {.own = process_integrity(GetCurrentProcessId()), .outlook_runs = outlook != 0};
    struct process broker;

    if (outlook) levels.outlook = process_integrity(outlook);
    levels.broker_runs = processes_by_image(L"outlook-broker.exe", &broker, 1) > 0;
    if (levels.broker_runs) levels.broker = process_integrity(broker.id);
    doctor_integrity(row, &levels);
}

void look_at_starts(struct doctor_row *row, const struct examination *examination)
{
    struct doctor_starts starts = {.outlook_runs = outlook_process(&examination->install) != 0};
    LONGLONG now = utc_now_ms();
    struct start_record record;
    struct circuit circuit;
    uint64_t wait_ms;

    config_load();
    start_file_read(&record);
    circuit_from_times(&circuit, &record.circuit, 0, now, (int64_t)config_get(setting_start_again_seconds) * 1000);
    wait_ms = circuit_wait_ms(&circuit, 0);
    starts.failed = circuit.failed;
    starts.left_alone = circuit.open;
    if (wait_ms) utc_ms_to_text(now + (LONGLONG)wait_ms, starts.until);
    if (!MultiByteToWideChar(CP_UTF8, 0, record.reason, -1, starts.reason, ARRAYSIZE(starts.reason)))
        starts.reason[0] = 0;
    doctor_starts(row, &starts);
}

/* --- type libraries: HKCR\TypeLib\{id}\version\language\win32 or win64 */

struct library_list
{
    struct doctor_library *all;
    size_t count;
};

static void read_file(struct library_list *list, const WCHAR *language_key, const WCHAR *platform)
{
    struct doctor_library *library = &list->all[list->count];

    if (list->count == LIBRARIES_MOST) return;
    lstrcpynW(library->key, path_of(L"%ls\\%ls", language_key, platform), doctor_path_size);
    if (!value_text(HKEY_CLASSES_ROOT, library->key, NULL, KEY_WOW64_64KEY, library->file, doctor_path_size)) return;
    library->there = file_there(library->file);
    list->count++;
}

typedef void visitor(struct library_list *list, const WCHAR *key);

static void visit_subkeys(struct library_list *list, const WCHAR *path, visitor *visit)
{
    WCHAR name[128], whole[doctor_path_size];
    DWORD length = ARRAYSIZE(name);
    HKEY key;

    if (RegOpenKeyExW(HKEY_CLASSES_ROOT, path, 0, KEY_ENUMERATE_SUB_KEYS | KEY_WOW64_64KEY, &key) != ERROR_SUCCESS)
        return;
    for (DWORD i = 0; RegEnumKeyExW(key, i, name, &length, NULL, NULL, NULL, NULL) == ERROR_SUCCESS; i++)
    {
        lstrcpynW(whole, path_of(L"%ls\\%ls", path, name), ARRAYSIZE(whole));
        visit(list, whole);
        length = ARRAYSIZE(name);
    }
    RegCloseKey(key);
}

static void visit_language(struct library_list *list, const WCHAR *key)
{
    read_file(list, key, L"win32");
    read_file(list, key, L"win64");
}

static void visit_version(struct library_list *list, const WCHAR *key)
{
    visit_subkeys(list, key, visit_language);
}

static void look_at_libraries(struct doctor_row *row, const WCHAR *id)
{
    struct library_list list = {.all = calloc(LIBRARIES_MOST + 1, sizeof(*list.all))};

    if (!list.all) return;
    visit_subkeys(&list, path_of(L"TypeLib\\%ls", id), visit_version);
    doctor_libraries(row, list.all, list.count);
    free(list.all);
}

void look_at_outlook_libraries(struct doctor_row *row, const struct examination *examination)
{
    (void)examination;
    look_at_libraries(row, outlook_library);
}

void look_at_office_libraries(struct doctor_row *row, const struct examination *examination)
{
    (void)examination;
    look_at_libraries(row, office_library);
}
