/* mails.c - what arrived, as tests/integration/read_mail.py tells it; see support.h. */
#include "support.h"
#include <bcrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* The value of one base64 character; -1 for others. */
static int digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

static WCHAR *decode(const char *base64)
{
    size_t length = strlen(base64), size = 0;
    char *bytes = malloc(length + 1);
    unsigned bits = 0, count = 0;
    WCHAR *text;
    int wide;

    assert_non_null(bytes);
    for (size_t i = 0; i < length && digit(base64[i]) >= 0; i++)
    {
        bits = bits << 6 | (unsigned)digit(base64[i]);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes[size++] = (char)(bits >> count);
    }
    bytes[size] = 0;
    wide = MultiByteToWideChar(CP_UTF8, 0, bytes, -1, NULL, 0);
    text = malloc((size_t)wide * sizeof(*text));
    assert_non_null(text);
    MultiByteToWideChar(CP_UTF8, 0, bytes, -1, text, wide);
    free(bytes);
    return text;
}

/* The names of the script's lines. */
static const struct
{
    const char *name;
    size_t place; /* in struct ob_arrived */
} fields[] = {
    {"mail", offsetof(struct ob_arrived, file)},
    {"from", offsetof(struct ob_arrived, from)},
    {"to", offsetof(struct ob_arrived, to)},
    {"cc", offsetof(struct ob_arrived, cc)},
    {"bcc", offsetof(struct ob_arrived, bcc)},
    {"subject", offsetof(struct ob_arrived, subject)},
    {"stamp", offsetof(struct ob_arrived, stamp)},
    {"sender", offsetof(struct ob_arrived, sender)},
    {"reply-to", offsetof(struct ob_arrived, reply_to)},
    {"importance", offsetof(struct ob_arrived, importance)},
    {"priority", offsetof(struct ob_arrived, priority)},
    {"sensitivity", offsetof(struct ob_arrived, sensitivity)},
    {"keywords", offsetof(struct ob_arrived, keywords)},
    {"receipt-to", offsetof(struct ob_arrived, receipt_to)},
    {"report-to", offsetof(struct ob_arrived, report_to)},
    {"expires", offsetof(struct ob_arrived, expires)},
    {"body", offsetof(struct ob_arrived, body)},
    {"html", offsetof(struct ob_arrived, html)},
    {"defect", offsetof(struct ob_arrived, defect)},
};

static WCHAR **field_at(struct ob_arrived *mail, unsigned index)
{
    return (WCHAR **)((char *)mail + fields[index].place);
}

static WCHAR **field(struct ob_arrived *mail, const char *name)
{
    for (unsigned i = 0; i < ARRAYSIZE(fields); i++)
        if (!strcmp(fields[i].name, name)) return field_at(mail, i);
    return NULL;
}

/* The texts of an attachment's line behind its hash, in the script's order. */
static const size_t attachment_texts[] = {
    offsetof(struct ob_attachment, content_id),
    offsetof(struct ob_attachment, disposition),
    offsetof(struct ob_attachment, type),
    offsetof(struct ob_attachment, display_name),
};

static WCHAR **attachment_text(struct ob_attachment *attachment, unsigned index)
{
    return (WCHAR **)((char *)attachment + attachment_texts[index]);
}

/* The rest of the line is strtok's. */
static void add_attachment(struct ob_arrived *mail, const char *name)
{
    const char *size = strtok(NULL, " "), *sha256 = strtok(NULL, " ");
    struct ob_attachment *attachment;

    ob_require(size && sha256, "read_mail.py says: attachment %s", name);
    mail->attachments = realloc(mail->attachments, (mail->attachment_count + 1) * sizeof(*mail->attachments));
    assert_non_null(mail->attachments);
    attachment = &mail->attachments[mail->attachment_count++];
    attachment->name = decode(name);
    attachment->size = strtoull(size, NULL, 10);
    snprintf(attachment->sha256, sizeof(attachment->sha256), "%s", sha256);
    for (unsigned i = 0; i < ARRAYSIZE(attachment_texts); i++)
    {
        const char *value = strtok(NULL, " ");

        ob_require(value != NULL, "read_mail.py tells too little of attachment %s", name);
        *attachment_text(attachment, i) = decode(value);
    }
}

/* One line of the script's output; true at its last one. */
static bool take_line(struct ob_arrivals *arrivals, char *line)
{
    char *name = strtok(line, " "), *value = strtok(NULL, " ");
    struct ob_arrived *mail;
    WCHAR **text;

    if (!name || !strcmp(name, "end")) return false;
    ob_require(value != NULL, "read_mail.py says: %s", name);
    ob_require(strcmp(name, "problem"), "read_mail.py failed: %s", ob_utf8(decode(value)));
    if (!strcmp(name, "done"))
    {
        assert_int_equal(strtoul(value, NULL, 10), arrivals->count);
        return true;
    }
    if (!strcmp(name, "mail"))
    {
        arrivals->mails = realloc(arrivals->mails, (arrivals->count + 1) * sizeof(*arrivals->mails));
        assert_non_null(arrivals->mails);
        memset(&arrivals->mails[arrivals->count++], 0, sizeof(*arrivals->mails));
    }
    ob_require(arrivals->count, "read_mail.py says: %s %s", name, value);
    mail = &arrivals->mails[arrivals->count - 1];
    text = field(mail, name);
    if (text)
    {
        free(*text);
        *text = decode(value);
    }
    else
    {
        ob_require(!strcmp(name, "attachment"), "read_mail.py says: %s %s", name, value);
        add_attachment(mail, value);
    }
    return false;
}

void ob_read_mails(struct ob_arrivals *arrivals)
{
    char *output = ob_python(L"read_mail.py", ob_sandbox_path(L"sent"), L"mails.txt");
    bool done = false;

    memset(arrivals, 0, sizeof(*arrivals));
    for (char *line = output; line && *line && !done;)
    {
        char *end = strchr(line, '\n'), *next = end ? end + 1 : NULL;

        if (end) *end = 0;
        done = take_line(arrivals, line);
        line = next;
    }
    ob_require(done, "read_mail.py did not come to its end");
    free(output);
}

void ob_free_mails(struct ob_arrivals *arrivals)
{
    for (unsigned i = 0; i < arrivals->count; i++)
    {
        struct ob_arrived *mail = &arrivals->mails[i];

        for (unsigned j = 0; j < ARRAYSIZE(fields); j++)
            free(*field_at(mail, j));
        for (unsigned j = 0; j < mail->attachment_count; j++)
        {
            for (unsigned k = 0; k < ARRAYSIZE(attachment_texts); k++)
                free(*attachment_text(&mail->attachments[j], k));
            free(mail->attachments[j].name);
        }
        free(mail->attachments);
    }
    free(arrivals->mails);
    memset(arrivals, 0, sizeof(*arrivals));
}

unsigned ob_count_with(const struct ob_arrivals *arrivals, const WCHAR *subject)
{
    unsigned count = 0;

    for (unsigned i = 0; i < arrivals->count; i++)
        count += !wcscmp(arrivals->mails[i].subject, subject);
    return count;
}

unsigned ob_times_delivered(const WCHAR *subject)
{
    struct ob_arrivals arrivals;
    unsigned count;

    ob_read_mails(&arrivals);
    count = ob_count_with(&arrivals, subject);
    ob_free_mails(&arrivals);
    return count;
}

void ob_expect_delivered(const WCHAR *subject, unsigned times)
{
    unsigned count = ob_times_delivered(subject);

    ob_require(count == times, "\"%s\" was delivered %u times, not %u", ob_utf8(subject), count, times);
}

const struct ob_arrived *ob_mail_with(const struct ob_arrivals *arrivals, const WCHAR *subject)
{
    const struct ob_arrived *found = NULL;
    unsigned count = ob_count_with(arrivals, subject);

    ob_require(count == 1, "%u messages with the subject \"%s\"", count, ob_utf8(subject));
    for (unsigned i = 0; i < arrivals->count; i++)
        if (!wcscmp(arrivals->mails[i].subject, subject)) found = &arrivals->mails[i];
    ob_require(!found->defect, "\"%s\" is malformed: %s", ob_utf8(subject), ob_utf8(found->defect));
    return found;
}

unsigned ob_count_delivered(void)
{
    return ob_count_files(ob_sandbox_path(L"sent\\*.eml"));
}

void ob_wait_delivered(unsigned count)
{
    unsigned now = ob_wait_for_files(ob_sandbox_path(L"sent"), L"*.eml", count, OB_LONG_MS);

    ob_require(now == count, "%u messages were delivered instead of %u", now, count);
}

void ob_sha256(const void *bytes, size_t size, char hex[65])
{
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE hash;
    UCHAR digest[32];

    assert_int_equal(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0), 0);
    assert_int_equal(BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0), 0);
    assert_int_equal(BCryptHashData(hash, (UCHAR *)bytes, (ULONG)size, 0), 0);
    assert_int_equal(BCryptFinishHash(hash, digest, sizeof(digest), 0), 0);
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
    for (unsigned i = 0; i < sizeof(digest); i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
