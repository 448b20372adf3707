"""Where our grammars and the RFCs' productions differ, each difference with the entry of the catalogue that rules on it.

Most come of one thing: ABNF cannot say that an octet counts what follows, so a production takes a size for any octet and
stands for values whose sizes lie. The others are limits that stand in the prose alone, freedoms that the prose gives, and
the case of quoted strings, which ABNF does not mind.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from spec_model.grammar.command import Fields
from spec_model.tests.abnf_rows import ROWS, Compared, message

UNTIED = "a size is an octet like any other there: nothing ties it to what it counts"
PROSE = "the prose alone says so"
TWO_FORMS = "the production has both forms of a size, the prose advises one of them"


@dataclass(frozen=True)
class Difference:
    """One difference.

    Attributes:
        ruling: the entry of the catalogue.
        why: what makes the production say something else.
    """

    ruling: str
    why: str


METADATA = {
    "a property breaks off": "layout",
    "a property has an empty name": "name-size",
    "a property name has a blank": "name-chars",
    "a value announces 2^31 octets": "value-size",
}


def _metadata(rfc: int, production: str, ids: Mapping[str, str], prefix: str) -> dict[tuple[int, str, str], Difference]:
    return {
        (rfc, production, title): Difference(ids.get(aspect, f"{prefix}{aspect}"), UNTIED)
        for title, aspect in METADATA.items()
    }


LOOSER: Mapping[tuple[int, str, str], Difference] = {
    # (rfc, production, title of our rule): what breaks the rule parses all the same, at least for some values
    **{
        (rfc, production, title): difference
        for rfc in (23, 37)
        for production, title, difference in (
            (
                "greeting",
                "the mechanism goes on behind its null padding",
                Difference("23/greeting/mechanism-padding", PROSE),
            ),
            ("greeting", "as-server is set though the mechanism is NULL", Difference("23/NULL/as-server", PROSE)),
            ("message-last", "the size is 2^63", Difference("23/frame/long-size-limit", PROSE)),
            ("message-more", "the size is 2^63", Difference("23/frame/long-size-limit", PROSE)),
            ("command", "the size is 2^63", Difference("23/frame/long-size-limit", PROSE)),
            ("command", "a short command has a long size", Difference("23/command/short-size", TWO_FORMS)),
            ("command-body", "the command has an empty name", Difference("23/command/name-size", UNTIED)),
            (
                "command-body",
                "the command's name has an octet that is no letter",
                Difference("23/command/name-chars", UNTIED),
            ),
            ("error", "the reason is not as long as it says", Difference("23/ERROR/layout", UNTIED)),
            ("identity", "the identity starts with a null octet", Difference("37/identity/first-octet", PROSE)),
        )
    },
    **_metadata(23, "ready", {"layout": "23/READY/layout"}, "23/metadata/"),
    **_metadata(37, "ready", {"layout": "37/READY/layout"}, "37/metadata/"),
    (37, "radio-dish-message", "the group has a null octet"): Difference("37/group/chars", UNTIED),
    (24, "hello", "it goes on behind the password"): Difference("24/HELLO/sends-username", UNTIED),
    (24, "error", "the reason is not as long as it says"): Difference("24/ERROR/layout", UNTIED),
    **_metadata(24, "initiate", {"layout": "24/INITIATE/sends-metadata"}, "23/metadata/"),
    **_metadata(24, "ready", {"layout": "24/READY/sends-metadata"}, "23/metadata/"),
    (26, "error", "the reason is not as long as it says"): Difference("26/ERROR/size", UNTIED),
    (26, "payload", "a reserved payload flag is set"): Difference("26/MESSAGE/reserved-flags", PROSE),
    **_metadata(26, "metadata", {"name-chars": "26/metadata/name-char"}, "26/metadata/"),
    **_metadata(
        27,
        "metadata",
        {
            "layout": "27/reply/metadata-format",
            "name-size": "27/reply/metadata-name",
            "name-chars": "27/reply/metadata-name",
            "value-size": "27/reply/metadata-value",
        },
        "",
    ),
    (13, "final-frame", "a reserved flag bit is set"): Difference("13/frame/long", UNTIED),
    (13, "greeting", "the identity has 256 octets"): Difference("13/greeting/identity", PROSE),
}


@dataclass(frozen=True)
class Stricter:
    """A value that our grammar lets pass and the production does not have.

    Attributes:
        compared: the row whose production it is.
        fields: what makes it so.
        difference: what rules on it.
    """

    compared: Compared
    fields: Fields
    difference: Difference


def _row(rfc: int, production: str) -> Compared:
    return next(row for row in ROWS if (row.rfc, row.production) == (rfc, production))


_BLANK = {"reason_size": 3, "reason": b"a b"}
_VERSION = "the production has one version, the prose accepts higher ones"

STRICTER = (
    Stricter(_row(23, "greeting"), {"version_minor": 1}, Difference("37/greeting/version-minor", _VERSION)),
    Stricter(_row(23, "greeting"), {"version_major": 4}, Difference("23/greeting/higher-version", _VERSION)),
    Stricter(_row(37, "greeting"), {"version_major": 4}, Difference("37/greeting/higher-version", _VERSION)),
    Stricter(_row(37, "greeting"), {"version_minor": 9}, Difference("37/greeting/higher-version", _VERSION)),
    Stricter(_row(37, "greeting"), {"version_minor": 0}, Difference("37/greeting/version-minor", _VERSION)),
    *(
        Stricter(_row(rfc, "error"), _BLANK, Difference(name, "VCHAR leaves out the blank"))
        for rfc, name in (
            (23, "23/ERROR/reason"),
            (37, "37/ERROR/reason"),
            (24, "23/ERROR/reason"),
            (26, "26/ERROR/reason"),
        )
    ),
    Stricter(
        Compared(23, "subscribe", "message/subscription", _row(23, "subscribe").legal, message),
        {"subscription": bytes(300)},
        Difference("23/subscription/subscribe", "the production has a short size only"),
    ),
    Stricter(
        _row(13, "anonymous"),
        {"length": 0xFF, "long_length": 1},
        Difference("13/greeting/anonymous", "the production has a length of one octet"),
    ),
    Stricter(
        _row(15, "greeting"),
        {"padding": bytes(7) + b"\x01"},
        Difference("15/greeting/signature", "another section puts the length of an identity there"),
    ),
)

ANY_CASE = (
    # rfc, production, octets, the entry: quoted strings of ABNF match any case, and nobody else does
    (23, "socket-type", b"dealer", "23/socket-type/grammar"),
    (37, "socket-type", b"Dealer", "37/socket-type/grammar"),
    (23, "ready", b"\x04\x06\x05ready", "23/READY/name"),
    (37, "ping", b"\x04\x07\x04ping\x00\x00", "37/PING/layout"),
    (24, "welcome", b"\x04\x08\x07Welcome", "24/command/name-case"),
    (26, "message", b"\x07message" + bytes(25), "26/command/name"),
)
