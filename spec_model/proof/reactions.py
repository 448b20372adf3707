"""Whether what a peer did is what the rows of its machines say: no reaction outside the tables.

A step is seen from outside: the state before, the events, the names of what was sent, the state after. The rows of the
events are looked up once more, here, and what they add up to is compared: the same things sent, in the same order, and the
same state in the end. A peer that refuses something goes to "closed" and says nothing more but, where its side may, ERROR.
"""

from typing import NamedTuple

from spec_model.events import CommandReceived, Event, Failed, Greeted, MessageReceived, Ready, Rejected
from spec_model.machines import Row
from spec_model.tables import Tables


class Step(NamedTuple):
    """What a peer did, seen from outside.

    Attributes:
        before, after: the states.
        events: what its owner was told.
        sent: names of what it sent.
        asked: whether its application asked it to send.
    """

    before: str
    events: tuple[Event, ...]
    sent: tuple[str, ...]
    after: str
    asked: bool = False


class Explained(NamedTuple):
    """What the rows say of a step.

    Attributes:
        rows: machine and key of each row that was taken.
        complaints: what no row explains.
    """

    rows: frozenset[str]
    complaints: tuple[str, ...]


def explain(step: Step, tables: Tables, machine: str) -> Explained:
    """Compare a step with the rows.

    Args:
        machine: the machine of its mechanism, which says what a handshake is.
    """
    taken, complaints = list[tuple[str, Row]](), list[str]()
    if step.asked:
        if step.before != "traffic":
            complaints.append(f"sends {' and '.join(step.sent)} in state {step.before}")
        return Explained(frozenset(), tuple(complaints))
    state = step.before
    complete = state == "traffic"
    for wanted, event in _asked(step, machine):
        row = tables.machines[wanted].step(state, event)
        if row is None and wanted == "traffic":
            row, event = tables.machines[wanted].step(state, "unknown command"), "unknown command"
        if row is not None:
            taken.append((f"{wanted}: {row.key}", row))
            state = row.then
        elif not _refuses(step):
            complaints.append(f"takes {event} in state {state} of {wanted}")
    for told in step.events:
        complete = complete or isinstance(told, Ready)
        if isinstance(told, MessageReceived) and not complete:
            complaints.append(f"delivers a message in state {step.before}")
    due = tuple(what for _, row in taken for verb, what in row.verbs if verb == "send")
    if taken and taken[-1][1].do == "reject":
        lawful = step.after == "closed" and not step.sent
    elif _refuses(step):
        # The row was not taken, or ended in a refusal: nothing goes out but a word of it, from who may say it.
        lawful = step.after == "closed" and set(step.sent) <= ({"ERROR"} if "client" not in machine else set())
        taken = taken[:-1]
    elif any(isinstance(told, Failed) for told in step.events):
        lawful = step.after == "closed" and not step.sent
    else:
        lawful = step.sent == due and step.after in (state, "closed" if _ended(step) else state)
    if not lawful:
        complaints.append(f"{step.before} to {step.after}, sending {step.sent}, where the rows say {state}, {due}")
    return Explained(frozenset(name for name, _ in taken), tuple(complaints))


def _asked(step: Step, machine: str) -> list[tuple[str, str]]:
    """The machine and the event of each thing that came, in order."""
    asked = [("greeting", "start")] if step.before == "open" else []
    for told in step.events:
        if isinstance(told, Rejected) and told.requirement == "23/greeting/lower-version" and len(step.events) == 2:
            asked.append(("greeting", "older greeting"))
        elif isinstance(told, Greeted):
            asked += [("greeting", "greeting"), (machine, "start")]
        elif isinstance(told, MessageReceived):
            asked.append(("traffic", "message"))
        elif isinstance(told, CommandReceived):
            in_the_open = step.before == "traffic" and not machine.startswith("curve")
            asked.append(("traffic" if told.inside or in_the_open else machine, told.name))
    return asked


def _refuses(step: Step) -> bool:
    return any(isinstance(told, Rejected) for told in step.events)


def _ended(step: Step) -> bool:
    """Whether the other closed."""
    return any(type(told).__name__ == "Closed" for told in step.events)
