"""Each transcript can be replayed from either side: what a peer gets and what chance gives it is all that it takes."""

from functools import cache

import pytest

from conformance.bench.transcripts import Again, Recorded, recorded, replay
from conformance.vectors.scenes import scenes
from conformance.vectors.stage import SIDES, Played, Scene, play
from spec_model.connection import Connection
from spec_model.role import MECHANISMS

SCENES = {scene.title: scene for mechanism in MECHANISMS for scene in scenes(mechanism)}


@cache
def played(title: str) -> Played:
    return play(SCENES[title])


def alone(scene: Scene, of: Played, place: int) -> bytes:
    """What one side sends when it is fed what the other sent, and told what its application and its clock say."""
    side = SIDES[place]
    peer = Connection(scene.roles[place], Again(of.drawn[place]), scene.tables[place])
    peer.start()
    octets = peer.octets_to_send()
    for step in of.steps:
        if step.get("from") == SIDES[1 - place]:
            peer.receive(step["octets"])
        elif step.get("application") == side and "sends" in step:
            peer.send(*step["sends"])
        elif step.get("application") == side and "asks" in step:
            peer.send_command(step["asks"], step["with"])
        elif "clock" in step and side in step["of"]:
            peer.tick(step["clock"])
        octets += peer.octets_to_send()
    return octets


@pytest.mark.parametrize("title", SCENES)
def test_either_side_can_be_replayed(title: str) -> None:
    of = played(title)
    for place, side in enumerate(SIDES):
        sent = b"".join(step["octets"] for step in of.steps if step.get("from") == side)
        assert alone(SCENES[title], of, place) == sent, side


def test_a_scene_is_the_same_each_time() -> None:
    for title, scene in SCENES.items():
        assert play(scene) == played(title)


def test_what_is_wrong_ends_the_conversation_by_its_requirement() -> None:
    for title, scene in SCENES.items():
        if scene.wrong:
            because = [step["because"] for step in played(title).steps if "closes" in step]
            # A value of 2^31 octets breaks off as well, and that is seen first.
            wanted = {scene.requirements[0], "26/metadata/layout" if "2^31" in title else ""}
            assert because, title
            assert because[0] in wanted, title


def test_the_bench_compares_octets_and_counts_boxes() -> None:
    entries = recorded()
    assert len(entries) > 20
    for entry in entries:
        replay(entry)
        assert sum(cookie for _, cookie in entry.sizes) == 2, "the cookie is in WELCOME and in INITIATE"
    first = entries[0]
    with pytest.raises(AssertionError, match="not the same octets"):
        replay(Recorded(first.scene, first.played, (first.octets[0] + b"\x00", first.octets[1]), first.sizes))
