"""What version a peer speaks, told by the first octets that it sends (RFC 23 and 37 "Backwards Interoperability").

An octet at a time is looked at: the first, the tenth, the eleventh. What is found ends the detection; what follows from it
is the last event, which tells whether our own mechanism has security. The reference speaks no older version, so it closes
on all of them: without security because it cannot downgrade, with security because nobody may.
"""

from spec_model.machines.table import Machine, Row

#   state            on                do        then        requirement
LEGACY = Machine(
    "legacy",
    "first octet",
    (
        Row("first octet", "not FF", "", "ZMTP 1.0", "23/legacy/short-identity"),
        Row("first octet", "FF", "", "tenth octet", "23/legacy/detects-1.0"),
        Row("tenth octet", "even", "", "ZMTP 1.0", "23/legacy/long-identity"),
        Row("tenth octet", "odd", "", "eleventh octet", "23/legacy/signature-found"),
        Row("eleventh octet", "0", "", "unknown version", "23/greeting/lower-version"),
        Row("eleventh octet", "1 or 2", "", "ZMTP 2.0", "23/legacy/detects-2.0"),
        Row("eleventh octet", "3 or higher", "", "ZMTP 3", "23/greeting/higher-version"),
        Row("ZMTP 1.0", "NULL", "reject", "closed", "23/greeting/lower-version"),
        Row("ZMTP 1.0", "security", "reject", "closed", "23/greeting/downgrade"),
        Row("ZMTP 2.0", "NULL", "reject", "closed", "23/greeting/lower-version"),
        Row("ZMTP 2.0", "security", "reject", "closed", "23/greeting/downgrade"),
        Row("unknown version", "NULL", "reject", "closed", "23/greeting/lower-version"),
        Row("unknown version", "security", "reject", "closed", "23/greeting/downgrade"),
        Row("ZMTP 3", "NULL", "", "greeting", "23/legacy/speaks-3"),
        Row("ZMTP 3", "security", "", "greeting", "23/legacy/speaks-3"),
    ),
    otherwise="23/legacy/detects-1.0",
    final=("closed", "greeting"),
)
