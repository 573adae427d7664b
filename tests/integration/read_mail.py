#!/usr/bin/python3
"""Writes every message (*.eml) of FOLDER to OUTPUT in a form that the tests read: one field a line, values in base64 of UTF-8.
OUTPUT appears whole: it is written beside and renamed.

    mail FILE, then VALUE after each name of HEADERS and after body and html; defect TEXT; end
    attachment NAME SIZE SHA256 CONTENT-ID DISPOSITION TYPE DESCRIPTION
                    what the HTML shows (inline) stands before the others
    done COUNT      the last line: without it the list is not whole

Messages are parsed by Python's email package, so that nobody's own MIME writer judges itself. Only files that can be read whole
count: the sandbox puts a message in place by renaming it.
"""

import base64
import email
import email.policy
import hashlib
import os
import pathlib
import sys
import traceback

HEADERS = (("from", "From"), ("to", "To"), ("cc", "Cc"), ("bcc", "X-Sandbox-Bcc"), ("subject", "Subject"),
           ("stamp", "X-Sandbox-Stamp"), ("sender", "Sender"), ("reply-to", "Reply-To"), ("importance", "Importance"),
           ("priority", "X-Priority"), ("sensitivity", "Sensitivity"), ("keywords", "Keywords"),
           ("receipt-to", "Disposition-Notification-To"), ("report-to", "Return-Receipt-To"), ("expires", "Expires"))


def encoded(text):
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii") or "="


def say(name, text, *rest):
    print(name, encoded(text), *rest)


def say_all(folder):
    paths = sorted(pathlib.Path(folder).glob("*.eml"))
    for path in paths:
        print_mail(path)
    print("done", len(paths))


def text_of(part):
    return part.get_content().replace("\r\n", "\n").rstrip("\n") if part is not None else ""


def decoded_header(message, name):
    """The header as a reader sees it; an address header of its own kind (bcc) is decoded like any text."""
    return "; ".join(str(value) for value in message.get_all(name, []))


def defects_of(message):
    for part in message.walk():
        yield from part.defects
        for value in part.values():
            yield from getattr(value, "defects", ())


def attachments_of(message):
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    for part in message.walk():
        if not part.is_multipart() and not any(part is body for body in bodies):
            yield part


def print_attachment(part):
    content = part.get_payload(decode=True) or b""
    say("attachment", part.get_filename() or "", len(content), hashlib.sha256(content).hexdigest(),
        encoded(decoded_header(part, "Content-ID").strip("<>")), encoded(part.get_content_disposition() or ""),
        encoded(part.get_content_type()), encoded(decoded_header(part, "Content-Description")))


def print_mail(path):
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    say("mail", path.name)
    for name, header in HEADERS:
        say(name, decoded_header(message, header))
    say("body", text_of(message.get_body(("plain",))))
    say("html", text_of(message.get_body(("html",))))
    for part in attachments_of(message):
        print_attachment(part)
    for defect in defects_of(message):
        say("defect", repr(defect))
    print("end")


def main():
    folder, output = sys.argv[1:]
    with open(output + ".tmp", "w", encoding="ascii", newline="\n") as sys.stdout:
        try:
            say_all(folder)
        except Exception:
            say("problem", traceback.format_exc())
    os.rename(output + ".tmp", output)


main()
