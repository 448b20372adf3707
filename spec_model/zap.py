"""ZAP, sans-IO: a handler that decides by a policy, and a server that asks it and judges the reply (RFC 27).

    handler = Handler(lambda request: ADMIT if request.address == "127.0.0.1" else refuse("not from there"))
    server = Server("global")
    reply = handler.handle(server.ask("NULL", "127.0.0.1"))
    answer = server.receive(reply)

Messages are tuples of frames as they stand on the wire between the sockets, envelope included. A socket that cares for
the envelope itself (REQ, REP) hands over and takes what is behind it: `explicit=False`. A handler behind proxies finds
their addresses before the delimiter and gives them back as they were; `forward` and `back` are all that a proxy does.
Nothing that a peer sends raises: a bad request is refused by the handler, a bad reply lets nobody in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from spec_model.crypto.dissected import Dissected
from spec_model.grammar.metadata import metadata_octets, read_metadata
from spec_model.grammar.multipart import Frames, split_envelope
from spec_model.grammar.zap import REPLY, REQUEST
from spec_model.judging import judge_frames


class Status(StrEnum):
    """The four status codes of a reply, in the order of RFC 27."""

    SUCCESS = "200"
    TEMPORARY = "300"
    REFUSED = "400"
    BROKEN = "500"


@dataclass(frozen=True)
class Request:
    """What a handler is asked. Strings are decoded as well as they go: they come from outside."""

    domain: str
    address: str
    identity: bytes
    mechanism: str
    credentials: Frames


@dataclass(frozen=True)
class Decision:
    """What a policy says of a request; `user_id` and `metadata` go out with SUCCESS only."""

    status: Status
    text: str = ""
    user_id: str = ""
    metadata: tuple[tuple[str, bytes], ...] = ()


ADMIT = Decision(Status.SUCCESS, "OK")


def refuse(text: str) -> Decision:
    """The decision against a client, with words for the log."""
    return Decision(Status.REFUSED, text)


Policy = Callable[[Request], Decision]
"""Whom a handler lets in."""


class Handler:
    """Answers requests: one reply to each that has an envelope, by a policy.

    Args:
        policy: decides; if it raises, the reply says 500.
        explicit: whether the socket shows addresses and delimiter (ROUTER) or keeps them to itself (REP).
    """

    def __init__(self, policy: Policy, *, explicit: bool = True) -> None:
        self._policy, self._explicit = policy, explicit

    def handle(self, frames: Sequence[bytes]) -> Frames | None:
        """The reply to a request; None where no envelope says where it would go."""
        whole = tuple(frames) if self._explicit else (b"", *frames)
        # The envelope is saved before anything is looked at, and goes back whatever the request turns out to be.
        envelope, content = split_envelope(whole)
        if not content:
            return None
        judged = judge_frames(REQUEST, whole)
        decision = refuse("no request of version 1.0") if judged.refused else self._decide(judged)
        success = decision.status is Status.SUCCESS
        reply = REPLY.build(
            {
                "envelope": envelope,
                "request_id": content[2] if len(content) > 2 else b"",
                "status_code": decision.status.encode(),
                "status_text": decision.text.encode("ascii", "replace")[:255],
                "user_id": decision.user_id.encode("ascii", "replace")[:255] if success else b"",
                "metadata": metadata_octets(decision.metadata) if success else b"",
            }
        )
        return reply if self._explicit else reply[1:]

    def _decide(self, judged: Dissected) -> Decision:
        fields = judged.fields
        texts = {name: fields[name].decode("ascii", "backslashreplace") for name in ("domain", "address", "mechanism")}
        try:
            decision = self._policy(Request(**texts, identity=fields["identity"], credentials=fields["credentials"]))
            metadata_octets(decision.metadata)  # it can be written
        except Exception:  # whatever a policy dies of is an internal error, and a reply is due all the same
            return Decision(Status.BROKEN, "internal error")
        return decision


@dataclass(frozen=True)
class Answer:
    """What a server makes of a reply.

    Attributes:
        admitted: whether the client comes in.
        requirement: what that rests on: the id of the status, or of what is wrong with the reply.
        reason: what an ERROR would tell the client; None where the server closes without words, so that it comes again.
        text: the handler's words, for the log.
        user_id: for the application; empty unless the client is admitted.
        metadata: properties that the handler adds, as far as they can be read; none unless the client is admitted.
    """

    admitted: bool
    requirement: str
    reason: bytes | None = None
    text: bytes = b""
    user_id: bytes = b""
    metadata: Mapping[str, bytes] = field(default_factory=dict)


_MEANING: Mapping[bytes, tuple[str, bool]] = {
    # what the status rests on, whether the client is told
    b"300": ("27/status/temporary", False),
    b"400": ("27/status/refused", True),
    b"500": ("27/status/internal-error", True),
}


def judge_reply(frames: Sequence[bytes], request_id: bytes) -> Answer:
    """What a server makes of a reply to the request with this id.

    Args:
        frames: the whole message, delimiter included.
    """
    judged = judge_frames(REPLY, frames, {"request_id": request_id})
    if not judged.refused and judged.fields["envelope"]:
        return Answer(False, "27/status/malformed-reply")  # nothing stands between a server and its own socket
    if judged.refused:
        return Answer(False, judged.refused)
    status, text = judged.fields["status_code"], judged.fields["status_text"]
    if status == b"200":
        properties = dict(read_metadata(judged.fields["metadata"]))
        return Answer(True, "27/status/success", None, text, judged.fields["user_id"], properties)
    requirement, told = _MEANING[status]
    return Answer(False, requirement, status if told else None, text)


class Server:
    """The side that asks: it numbers its requests and knows which are still to be answered.

    Args:
        domain: what the application calls the domain; not empty.
        explicit: whether the socket leaves the delimiter to us (DEALER) or puts it itself (REQ).

    Attributes:
        waiting: ids of the requests that have no answer yet, oldest first.
    """

    def __init__(self, domain: str, *, explicit: bool = True) -> None:
        if not domain:
            raise ValueError("a domain has at least one character (27/request/domain)")
        self._domain, self._explicit, self._asked = domain, explicit, 0
        self.waiting: list[bytes] = []

    def ask(self, mechanism: str, address: str, identity: bytes = b"", credentials: Sequence[bytes] = ()) -> Frames:
        """A request about a client; `waiting[-1]` is its id."""
        self._asked += 1
        self.waiting.append(str(self._asked).encode())
        frames = REQUEST.build(
            {
                "request_id": self.waiting[-1],
                "domain": self._domain.encode("ascii"),
                "address": address.encode("ascii"),
                "identity": identity,
                "mechanism": mechanism.encode("ascii"),
                "credentials": tuple(credentials),
            }
        )
        return frames if self._explicit else frames[1:]

    def ask_about(self, judged: Dissected, address: str) -> Frames:
        """A request about a client, from the command that carries its credentials.

        Args:
            judged: READY of NULL, HELLO of PLAIN or INITIATE of CURVE, taken apart.
        """
        mechanism, credentials = credentials_of(judged)
        return self.ask(mechanism, address, identity_of(judged), credentials)

    def receive(self, frames: Sequence[bytes]) -> tuple[bytes, Answer] | None:
        """The id of a request and what its reply means; None for a reply that belongs to no request that waits."""
        whole = tuple(frames) if self._explicit else (b"", *frames)
        content = split_envelope(whole)[1]
        request_id = content[2] if len(content) > 2 else b""
        if request_id not in self.waiting:
            if len(self.waiting) != 1 or self._explicit:
                return None
            request_id = self.waiting[0]  # a REQ has one request under way, and whatever comes answers it
        self.waiting.remove(request_id)
        return request_id, judge_reply(whole, request_id)


def credentials_of(judged: Dissected) -> tuple[str, Frames]:
    """Mechanism and credentials that a command carries (RFC 27 "The NULL Mechanism" and the two sections behind it).

    Raises:
        ValueError: the command carries none.
    """
    fields = judged.fields
    match judged.name:
        case "HELLO" if "username" in fields:
            return "PLAIN", (fields["username"], fields["password"])
        case "INITIATE" if "client" in fields:
            return "CURVE", (fields["client"],)
        case "READY":
            return "NULL", ()
    raise ValueError(f"{judged.name} carries no credentials")


def identity_of(judged: Dissected) -> bytes:
    """The Identity in the metadata of a command; empty where it has none yet, as in HELLO of PLAIN."""
    properties = {name.lower(): value for name, value in read_metadata(judged.fields.get("metadata", b""))}
    return properties.get("identity", b"")[:255]


def forward(routing_id: bytes, frames: Sequence[bytes]) -> Frames:
    """What a proxy hands on to an external handler: the whole message, the server's routing id first (27/proxy/*)."""
    return (routing_id, *frames)


def back(frames: Sequence[bytes]) -> tuple[bytes, Frames]:
    """Where a proxy sends a reply that came from an external handler, and what of it."""
    return frames[0], tuple(frames[1:])
