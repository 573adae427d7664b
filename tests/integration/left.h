/* left.h - what a crash leaves of a mail: its row, its files, and what stands in Outlook. */
#ifndef OB_TESTS_LEFT_H
#define OB_TESTS_LEFT_H

#include "support.h"

enum
{
    no_row = -1
};

struct left
{
    unsigned drafts, outbox, messages, files; /* messages: that were delivered; files: any or none */
    int state;
};

/* before: so many messages had been delivered before this mail. */
static inline void expect_left(const WCHAR *subject, const struct left *left, unsigned before)
{
    struct left got = {ob_count_files(ob_sandbox_path(L"Drafts\\*.item")),
        ob_count_files(ob_sandbox_path(L"Outbox\\*.item")), ob_count_delivered() - before,
        ob_count_files(ob_data_path(L"spool\\*")), ob_state_on_disk(subject)};

    ob_require(got.drafts == left->drafts && got.outbox == left->outbox && got.messages == left->messages &&
                   !got.files == !left->files && got.state == left->state,
        "\"%s\" left %u drafts, %u in the Outbox, %u delivered, %u files, state %d", ob_utf8(subject), got.drafts,
        got.outbox, got.messages, got.files, got.state);
}

#endif
