/* encode.h - the encodings of Internet mail: base64, quoted-printable, encoded words and parameters.
 * Input is UTF-8; all line ends written are CRLF. */
#pragma once

#include "text.h"

/* In lines of 76; a last line that is not full has its end too. */
void encode_base64(struct buffer *out, const char *data, size_t size);
/* Any line end becomes CRLF; decoding gives exactly the text back, with or without an end of its last line. */
void encode_quoted_printable(struct buffer *out, const char *text);
/* A header of free text, folded; line ends and control characters in it become spaces. */
void encode_header(struct buffer *out, const char *name, const char *value);
/* One mailbox of an address list: `name <address>`, or the address alone where the name is no other. */
void encode_mailbox(struct buffer *out, const char *name, const char *address);
/* `; name="value"`, by RFC 2231 where it is long or not plain ASCII. */
void encode_parameter(struct buffer *out, const char *name, const char *value);
