"""The greeting: each side sends its own at once and judges the other's (RFC 23 "Version Negotiation")."""

from spec_model.machines.table import Machine, Row

#   state          on             do               then         requirement
GREETING = Machine(
    "greeting",
    "open",
    (
        Row("open", "start", "send greeting", "expect-greeting", "23/greeting/full"),
        Row("expect-greeting", "greeting", "", "greeted", "23/greeting/mechanism-match"),
        Row("expect-greeting", "older greeting", "reject", "closed", "23/greeting/lower-version"),
    ),
    otherwise="23/greeting/signature-checked",
)
