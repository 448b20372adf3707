"""What is printed of a machine is complete: every state against every event is a row or a rejection."""

import json
import re

import pytest

from spec_model.machines import EVERY, Machine, Row
from spec_model.machines.report import to_markdown, to_mealy

TOY = Machine(
    "toy",
    "off",
    (Row("off", "press", "light; hum", "on", "1/a/b"), Row("on", "kick", "", "closed", "1/a/c")),
    "1/a/d",
)

TOY_PAGE = """# toy

First state: off. What no row lists is rejected by `1/a/d`.

| state | press | kick |
| --- | --- | --- |
| off | on | rejected |
| on | rejected | closed |

| state | event | does | next state | requirement |
| --- | --- | --- | --- | --- |
| off | press | light; hum | on | `1/a/b` |
| off | kick | rejected | closed | `1/a/d` |
| on | press | rejected | closed | `1/a/d` |
| on | kick | nothing | closed | `1/a/c` |
"""


def test_a_page() -> None:
    assert to_markdown(TOY) == TOY_PAGE


def test_plain_data() -> None:
    end = {"output": [], "next": "closed", "requirement": ""}
    refused = {"output": ["reject"], "next": "closed", "requirement": "1/a/d"}
    assert to_mealy(TOY) == {
        "name": "toy",
        "initial": "off",
        "states": ["off", "on", "closed"],
        "alphabet": ["press", "kick"],
        "transitions": {
            "off": {"press": {"output": ["light", "hum"], "next": "on", "requirement": "1/a/b"}, "kick": refused},
            "on": {"press": refused, "kick": {"output": [], "next": "closed", "requirement": "1/a/c"}},
            "closed": {"press": end, "kick": end},
        },
    }


@pytest.mark.parametrize("machine", EVERY.values(), ids=EVERY)
def test_every_pair_is_printed(machine: Machine) -> None:
    lines = to_markdown(machine).splitlines()
    printed = {tuple(line.split(" | ")[:2]) for line in lines if line.count(" | ") == 4}
    states = [state for state in machine.states if state not in machine.final]
    assert {(f"| {state}", event) for state in states for event in machine.events} <= printed
    for line in lines:
        assert not line.startswith("| ") or re.search(r"(\d\d/\S+`|rejected|closed|[\w -]+) \|$", line)


@pytest.mark.parametrize("machine", EVERY.values(), ids=EVERY)
def test_the_plain_data_says_what_the_table_says(machine: Machine) -> None:
    mealy = json.loads(json.dumps(to_mealy(machine)))
    assert mealy == to_mealy(machine), "it is fit for JSON"
    assert mealy["initial"] in mealy["states"]
    for state, event, row in machine.pairs():
        found = mealy["transitions"][state][event]
        assert found["next"] == ("closed" if row is None else row.then)
        assert "; ".join(found["output"]) == ("reject" if row is None else row.do)
    for told in mealy["transitions"].values():
        assert list(told) == mealy["alphabet"], "it is complete"
        assert {one["next"] for one in told.values()} <= set(mealy["states"])
