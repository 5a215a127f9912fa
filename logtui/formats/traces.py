"""The shapes of the lines of stack traces and of text that stands below a record's first line."""

from __future__ import annotations

from string import ascii_lowercase
from typing import Final

_FRAMES: Final = (
    r"#\d+ +(?:0x[0-9a-f]+ |\{main\}|\[internal function\]|[^ ]+\(\d+\): |.+ \([^ ]+:[^ ]+\)$|.+\) at [^ ]+:\d+$)|"
    r"<asynchronous suspension>|from [^ ]+:\d+:in |(?:Stack trace|stack backtrace):$|note: run with |"
    r"PHP (?:Stack trace:$| +\d+\. )|Node\.js v\d|\+-|\| "
)
"""Frames of PHP, Dart, gdb and Ruby at the line's begin; the words around the frames of PHP and Rust."""

_SANITIZERS: Final = (
    r"==\d+==(?:ERROR: |ABORTING|HINT: )|SUMMARY: \w+Sanitizer: |(?:READ|WRITE) of size \d+ at 0x|"
    r"0x[0-9a-f]+ is located |(?:freed|previously allocated) by thread |Shadow byte"
)

_DOTTED_EXCEPTION: Final = (
    r"[a-z][\w$]*\.(?:[A-Za-z_$][\w$]*\.)*[\w$]*(?:Error|Exception|Throwable|Violation|Failure|Interrupt|Exit|Expired|DoesNotExist|NotFound|Denied|Timeout)"
    r"(?::|$)"
)
_EXCEPTION: Final = (
    rf"(?:{_DOTTED_EXCEPTION}|[A-Z][\w.]*(?:Error|Exception)(?: \[\w+\])?(?::|$)|Exception in thread \"[^\"]*\" )"
)
"""The name of an exception, which its message follows."""

_DETAILS: Final = r"(?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION|LINE \d+):[ \t]"
"""What PostgreSQL adds to an error (PostgreSQL documentation, "Reporting Errors Within the Server")."""

_PART_OF_OBJECT: Final = r"\"(?:[^\"\\]|\\.)*\"(?:[ \t]*:.*)?[ \t]*[,\[{\]}][,\[{\]} \t]*$"
"""A member of an object or an item of an array, not indented: Elasticsearch 7 writes traces so into its objects."""

PART_OF_TRACE: Final = (
    r"^(?:[ \t]*(?:Caused(?: by)?: |Suppressed: |\.{3} \d+ (?:more|common)|at [\w.$/<>]+\(|File \"[^\"]*\", line \d|"
    r"[\w./-]+\.rb:\d+:in )|"
    rf"{_EXCEPTION}|{_DETAILS})"
)
"""A line that no format reads, whatever time or level it names."""

CONTINUED: Final = (
    r"^(?:[ \t]+\S|[}\])]|</\w|Caused(?: by)?: |Traceback \(most recent|During handling of the above|"
    r"The above exception was|\.{3} \d+ (?:more|common)|goroutine \d+ \[|Suppressed: |--- End of |created by |"
    rf"exit status \d|\[signal |{_FRAMES}|{_SANITIZERS}|{_DOTTED_EXCEPTION}|{_DETAILS}|{_PART_OF_OBJECT})"
)
STARTS_OF_CONTINUED: Final = (
    *' \t}])<.-[#=0+|"',
    *ascii_lowercase,
    *("Caused", "Traceback", "During", "The above", "Suppressed", "Stack", "PHP ", "Node.js", "SUMMARY", "READ of"),
    *("WRITE of", "Shadow", "DETAIL", "HINT", "CONTEXT", "STATEMENT", "QUERY", "LOCATION", "LINE "),
)
"""How such a line begins."""

FIRSTS_OF_CONTINUED: Final = frozenset(start[0] for start in STARTS_OF_CONTINUED)
"""The characters with which such a line begins."""

MARGIN: Final = r"^([ \t]*)"
"""The blanks before a line."""

BEGINS_TRACE: Final = rf"^(?:Traceback \(most recent|{_DOTTED_EXCEPTION})"
"""A line that begins a record, unless it is linked to the trace above."""

_ERROR_NAME: Final = (
    r"^[A-Za-z_](?:[\w.]*(?:Error|Exception|Exit|Interrupt|Warning|Iteration|Fault)(?::|$)|\w*(?:\.\w+)+(?:: |$))"
)
_GO_CALL: Final = r"^[\w./%-]+\.[\w.*()\[\]-]+\((?:\{?0x.*|\.{3})?\)$"

LINKS: Final = (
    (r"^(?:[ \t]+(?:[^.a \t]|a[^t]|at[^ ])|Traceback )", _ERROR_NAME),
    (r"^(?:goroutine \d+ \[|[ \t]+[^ \t]+\.(?:go|s):\d+)", _GO_CALL),
    (r"^(?:thread '.*' (?:\(\d+\) )?panicked at .*:|Unhandled exception:)$", r"^[^ \t]"),
    (r"^<\?xml .*\?>$", r"^<[A-Za-z]"),
    (r"^(?:During handling of the above|The above exception was)", r"^Traceback \(most recent"),
    (r"^[ \t]+\^+$", r"^(?:Uncaught )?[A-Z]\w*(?::|$)"),
)
"""A line of the second shape right below one of the first is part of the same record."""

ERROR_ALONE: Final = "Error: "
"""The name of an exception that is a level's word too."""

BELOW_HEAD: Final = rf"^(?:Traceback \(most recent|{_EXCEPTION}|{ERROR_ALONE})"
"""Right below the head of a record such a line is part of it, however few records of the source have one."""

STARTS_OF_LEADS: Final = (" ", "\t", "Traceback", "goroutine", "thread", "Unhandled", "<?xml", "During", "The above")
"""How the upper line of such a pair begins."""

FIRSTS_OF_LEADS: Final = frozenset(start[0] for start in STARTS_OF_LEADS)
"""The characters with which the upper line of such a pair begins."""

OVER_BLANKS: Final = 2
"""Between the lines of as many of the last pairs blank ones may stand."""
