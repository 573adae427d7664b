/* outlook_install.c - what is judged is whether COM could start classic Outlook: its class, and the program that the
 * class names. Everything else only makes the answer more exact. */
#include "outlook_install.h"
#include "letters.h"
#include "text_out.h"

#define START_FAILED 0x80080005u /* CO_E_SERVER_EXEC_FAILURE */

const struct outlook_image *outlook_install_image(const struct outlook_install *install)
{
    const struct outlook_image *found = NULL;

    for (unsigned i = 0; i < outlook_views; i++)
    {
        const struct outlook_image *image = &install->images[i];

        if (image->registered && (!found || (image->there && !found->there))) found = image;
    }
    return found;
}

/* The place below which Click-to-Run keeps its programs, in any case. */
static bool in_click_to_run_folder(const wchar_t *path)
{
    while (*path && !letters_begin(path, L"\\root\\office"))
        path++;
    return *path != 0;
}

enum outlook_kind outlook_install_kind(const struct outlook_install *install)
{
    const struct outlook_image *image = outlook_install_image(install);

    if (!image || !image->program[0]) return outlook_kind_unknown;
    if (in_click_to_run_folder(image->program)) return outlook_kind_click_to_run;
    return install->bitness[0] ? outlook_kind_msi : outlook_kind_unknown;
}

const wchar_t *outlook_kind_words(enum outlook_kind kind)
{
    static const wchar_t *const words[] = {
        [outlook_kind_unknown] = L"unknown",
        [outlook_kind_click_to_run] = L"Click-to-Run",
        [outlook_kind_msi] = L"MSI",
    };

    return words[kind];
}

static unsigned bits_of(const wchar_t *word)
{
    if (!wcscmp(word, L"x64")) return 64;
    return wcscmp(word, L"x86") ? 0 : 32;
}

unsigned outlook_install_bits(const struct outlook_install *install)
{
    unsigned bits = bits_of(install->bitness);

    if (!bits && outlook_install_kind(install) == outlook_kind_click_to_run)
        bits = bits_of(install->click_to_run_platform);
    return bits;
}

const wchar_t *outlook_install_version(const struct outlook_install *install)
{
    if (install->program_version[0]) return install->program_version;
    return outlook_install_kind(install) == outlook_kind_click_to_run ? install->click_to_run_version : L"";
}

/* The new Outlook, if it is there: as words for a text. */
static bool new_outlook(const struct outlook_install *install, struct text_out *out)
{
    if (install->new_outlook_package[0])
    {
        text_out_add(out, L"the package ");
        text_out_add(out, install->new_outlook_package);
        text_out_add(out, L", which is there");
    }
    else if (install->new_outlook_runs)
        text_out_add(out, L"the processes, among which is olk.exe");
    text_out_end(out);
    return out->length > 0;
}

bool outlook_install_wrong(const struct outlook_install *install, struct finding *finding)
{
    const struct outlook_image *image = outlook_install_image(install);
    wchar_t classic[finding_word_size], new[finding_word_size];
    bool gone = image && !image->there;
    struct text_out out;

    if (install->class_id[0] && !gone) return false;
    text_out_begin(&out, classic, finding_word_size);
    text_out_add(&out, L"the class Outlook.Application, ");
    text_out_add(&out, gone ? L"whose program is gone" : L"which is not registered");
    text_out_end(&out);
    text_out_begin(&out, new, finding_word_size);
    if (!gone && install->app_path_there) return finding_set(finding, error_outlook_unregistered, 1, install->app_path);
    if (new_outlook(install, &out)) return finding_set(finding, error_new_outlook, 2, classic, new);
    if (gone) return finding_set(finding, error_outlook_gone, 1, image->program);
    return finding_set(finding, error_no_outlook, 1, classic);
}

bool outlook_start_wrong(
    const struct outlook_install *install, uint32_t hr, const wchar_t *answer, struct finding *finding)
{
    if (hr != START_FAILED || install->prefers_new != 1) return false;
    return finding_set(finding, error_new_outlook_chosen, 1, answer);
}
