#!/usr/bin/python3
"""Writes the values of the JSON text in INPUT to OUTPUT in a form that the tests read: one a line, PATH=VALUE, such as
History.0.State=0, texts as JSON of plain ASCII; the last line is "valid". OUTPUT appears whole.

What is not JSON in UTF-8, holds a member twice, or is neither object nor array, gives one line that says so."""

import json
import os
import pathlib
import sys


def once(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands there twice")
    return members


def lines(path, value):
    if isinstance(value, (dict, list)):
        for name, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from lines(f"{path}.{name}" if path else str(name), part)
    else:
        yield f"{path}={json.dumps(value)}"


def told(text):
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=once)
    except ValueError as error:
        return [f"not valid: {error}"]
    return [*lines("", value), "valid"] if isinstance(value, (dict, list)) else ["not valid: no object"]


def main():
    source, output = (pathlib.Path(name) for name in sys.argv[1:])
    beside = output.with_suffix(".tmp")
    beside.write_text("\n" + "\n".join(told(source.read_bytes())) + "\n", encoding="ascii")
    os.rename(beside, output)


main()
