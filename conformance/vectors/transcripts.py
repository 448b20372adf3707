"""Transcripts as documents: one file for each mechanism, one entry for each scene."""

import hashlib
import json
from collections.abc import Iterator, Mapping

from conformance.vectors.envelope import head
from conformance.vectors.record import ID_DIGITS, Json, hexed
from conformance.vectors.scenes import scenes
from conformance.vectors.stage import Played, Scene, play
from spec_model.grammar.metadata import metadata_octets
from spec_model.requirements import load
from spec_model.role import MECHANISMS, Role

RFCS: Mapping[str, tuple[int, ...]] = {"NULL": (23, 37), "PLAIN": (23, 24, 37), "CURVE": (23, 26, 37)}


def documents() -> Iterator[tuple[str, dict[str, Json]]]:
    """Each document and its name."""
    for mechanism in MECHANISMS:
        entries = [transcript(scene, play(scene)) for scene in scenes(mechanism)]
        whole = head("transcripts", f"Whole conversations with {mechanism}", RFCS[mechanism], keys=True)
        yield mechanism.lower(), {**whole, "numberOfTranscripts": len(entries), "transcripts": entries}


def transcript(scene: Scene, played: Played) -> dict[str, Json]:
    """One entry; see `vectors/README.md` for the fields."""
    about = scene.requirements
    steps = hexed(played.steps)
    peers = {
        side: {**_peer(role), "random": hexed(drawn)}
        for side, role, drawn in zip(("client", "server"), scene.roles, played.drawn, strict=True)
    }
    text = json.dumps([scene.title, peers, steps], sort_keys=True)
    completes = any("ready" in step for step in steps) and all(end == "traffic" for end in played.ends)
    return {
        "id": hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS],
        "comment": scene.title,
        "requirements": list(about),
        "level": str(load()[about[0]].level),
        "mechanism": scene.roles[0].mechanism,
        "result": "completes" if completes else "ends",
        **({"wrong": scene.wrong} if scene.wrong else {}),
        "peers": peers,
        "keys": hexed(played.keys),
        "steps": steps,
    }


def _peer(role: Role) -> dict[str, Json]:
    """What an implementation has to be configured with."""
    return {
        "mechanism": role.mechanism,
        "asServer": role.as_server,
        "versionMinor": role.version_minor,
        "socketType": role.socket_type,
        "metadata": metadata_octets(role.metadata()).hex(),
        **({"username": role.username.hex(), "password": role.password.hex()} if role.mechanism == "PLAIN" else {}),
        **(
            {"publicKey": role.permanent.public.hex(), "secretKey": role.permanent.secret.hex()}
            if role.permanent
            else {}
        ),
        **({"serverKey": role.server_key.hex()} if role.server_key else {}),
    }
