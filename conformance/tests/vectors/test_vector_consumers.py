"""The consumers in other languages check the vectors, where their tools are; one that is not run says what is missing.

Each works in a copy, so nothing that it builds or fetches stays in the repository. A consumer that cannot fail would prove
nothing: the same is run on vectors of which one result of each kind is turned round, and has to find that.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from conformance.tests.vectors.vector_folder import FOLDER

PATIENCE = 600


@dataclass(frozen=True)
class Consumer:
    """How one is run.

    Attributes:
        tools: what has to be there.
        fetch: what brings its libraries, and how one knows that there is no way to them.
        run: what runs it.
    """

    tools: tuple[str, ...]
    fetch: tuple[tuple[str, ...], ...]
    run: tuple[str, ...]


CONSUMERS = {
    "c": Consumer(
        ("make", "cc", "pkg-config"), (("pkg-config", "--exists", "libsodium", "jansson"),), ("make", "test")
    ),
    "javascript": Consumer(("node", "npm"), (("npm", "install", "--no-audit", "--no-fund"),), ("npm", "test")),
    "java": Consumer(("java", "mvn"), (("mvn", "-B", "-q", "test-compile"),), ("mvn", "-B", "-q", "test")),
    "go": Consumer(("go",), (("go", "mod", "download"),), ("go", "test", "-v", ".")),
}
READ = ("Frame", "Metadata", "Z85Decode", "Z85Encode", "Box", "SecretBox")
"""Types of groups that every consumer reads and in which something can be refused."""

NEEDED = ("frame.json", "metadata.json", "z85.json", "box.json", "transcripts/curve.json")


@pytest.fixture(scope="module", params=CONSUMERS)
def copied(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A consumer beside the vectors that it reads, with its libraries; skips where they are not to be had."""
    name = request.param
    missing = [tool for tool in CONSUMERS[name].tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"the consumer in {name} is not run: {', '.join(missing)} not found")
    folder = tmp_path_factory.mktemp(name) / "vectors"
    for file in NEEDED:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(FOLDER / file, folder / file)
    here = folder / "consumers" / name
    shutil.copytree(FOLDER / "consumers" / name, here)
    for command in CONSUMERS[name].fetch:
        done = _run(command, here)
        if done.returncode:
            pytest.skip(f"the consumer in {name} is not run: {' '.join(command)} fails: {done.stdout[-300:]}")
    return name, here


def _run(command: tuple[str, ...], where: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "GOFLAGS": "-count=1"} if command[:2] == ("go", "test") else None
    return subprocess.run(
        command,
        cwd=where,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
    )


def test_a_consumer_agrees_with_every_vector_that_it_reads(copied: tuple[str, Path]) -> None:
    name, here = copied
    done = _run(CONSUMERS[name].run, here)
    assert done.returncode == 0, done.stdout[-3000:]
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (tests|transcripts|steps|boxes)", done.stdout)}
    print(f"{name}: {counts}")
    transcripts = json.loads((FOLDER / "transcripts/curve.json").read_text())["numberOfTranscripts"]
    assert counts["transcripts"] == transcripts
    assert counts["tests"] > 1000
    assert counts["steps"] > 300
    assert counts["boxes"] > 300


@pytest.mark.parametrize("file", NEEDED)
def test_a_consumer_finds_what_is_wrong(copied: tuple[str, Path], file: str) -> None:
    name, here = copied
    path = here.parent.parent / file
    good = path.read_text()
    try:
        path.write_text(json.dumps(_spoilt(json.loads(good))))
        assert _run(CONSUMERS[name].run, here).returncode != 0
    finally:
        path.write_text(good)


def _spoilt(whole: dict[str, object]) -> object:
    """The last invalid test is called valid; of a transcript one octet is another."""
    if "transcripts" in whole:
        step = next(step for step in whole["transcripts"][0]["steps"] if "fields" in step)  # type: ignore[index]
        step["octets"] = step["octets"][:-2] + ("00" if step["octets"][-2:] != "00" else "01")
        return whole
    groups = [group for group in whole["groups"] if group["type"] in READ]  # type: ignore[attr-defined]
    tests = [test for group in groups for test in group["tests"]]
    next(test for test in reversed(tests) if test["result"] == "valid")["result"] = "invalid"
    return whole
