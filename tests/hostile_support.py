"""Texts that mean harm, and what tests of hostile input share."""

import hashlib

#: a text without repetition: no index of a database can make it short
_LONG = "".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(160))
#: longer than a key may be, and than any number
TOO_LONG = (_LONG, "9" * 400)

#: only JSON can bring it: databases, XML and CSV have no place for it
NUL = "a\0b"
#: texts that some layer below would read as a command, a pattern, a number or a date if it were let
COMMANDS = (
    "'; DROP TABLE nucleo.personas CASCADE; --",
    '"; DROP SCHEMA nucleo CASCADE; --',
    "1) ON CONFLICT DO NOTHING; DELETE FROM control.cargas; --",
    "$$; COPY control.cargas TO PROGRAM 'id'; $$",
    "\\'; SELECT pg_sleep(60); --",
    "%(x)s %s %% %",
    "{x} {0} {0.__class__} {",
    ":inicio :fin",
    "\\",
    "\\N",
    "\\.",
    "a\n\\.\nb",
    "NULL",
    "nan",
    "NaT",
    "now",
    "today",
    "infinity",
    "1e999",
    "-1e999",
    "{{ 7*7 }}{% include 'x' %}${7*7}",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.example")',
)
