"""Targets: the built-in ones, a user's file, and what is said when either is wrong."""

import sys
from pathlib import Path

import pytest

from conformance.adapters.registry import Registry, RegistryError

ENTRY = """
[mine]
about = "my own"
command = ["{python}", "{here}/adapter.py"]
roles = ["bind"]
mechanisms = ["NULL"]
socket_types = ["REP"]
"""


def test_the_built_in_targets() -> None:
    registry = Registry.load()
    assert set(registry.targets) >= {"libzmq", "reference"}
    assert registry.resolve("libzmq").command == (sys.executable, "-m", "conformance.adapters.libzmq")
    libzmq = registry.resolve("libzmq").with_arguments("--library", "x.so")
    assert libzmq.command[-2:] == ("--library", "x.so")
    assert "CURVE" in libzmq.mechanisms


def test_a_faulty_target_is_the_reference_with_a_fault() -> None:
    registry = Registry.load()
    faulty, reference = registry.resolve("faulty:26/HELLO/padding"), registry.resolve("reference")
    assert faulty.name == "faulty:26/HELLO/padding"
    assert faulty.command == (*reference.command, "--fault", "26/HELLO/padding")
    assert faulty.socket_types == reference.socket_types


def test_a_user_file_adds_and_replaces(tmp_path: Path) -> None:
    (tmp_path / "known.toml").write_text("")
    file = tmp_path / "targets.toml"
    file.write_text(
        ENTRY
        + 'known = "known.toml"\nenvironment = {LEVEL = "1"}\nsource = "."\nproduct = "adapter"\n'
        + 'build = {commands = [["make", "{here}"]], needs = ["cc"]}\n'
        + ENTRY.replace("mine", "libzmq")
    )
    registry = Registry.load(file)
    mine = registry.resolve("mine")
    assert mine.command == (sys.executable, f"{tmp_path}/adapter.py")
    assert mine.known == tmp_path / "known.toml"
    assert mine.environment == {"LEVEL": "1"}
    assert mine.build
    assert (mine.build.commands, mine.build.needs) == ((("make", str(tmp_path)),), ("cc",))
    assert registry.resolve("libzmq").about == "my own"
    assert registry.resolve("reference").build is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("libzm", "no target is called 'libzm'; did you mean libzmq"),
        ("LIBZMQ", "did you mean libzmq"),
        ("zyre", "no target is called 'zyre'; there are "),
        ("faulty:", "a faulty target names its fault"),
    ],
)
def test_an_unknown_name(name: str, text: str) -> None:
    with pytest.raises(RegistryError) as caught:
        Registry.load().resolve(name)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("[mine", "is not TOML"),
        ("mine = 3", "[mine]: not an object: 3"),
        (ENTRY.replace("[mine]", '["my own"]'), "[my own]: a target's name has lower-case letters"),
        (ENTRY.replace("about", "abuot"), "[mine]: the field 'about' is missing"),
        (ENTRY + "enviroment = {}\n", "[mine]: unknown field 'enviroment'; did you mean environment?"),
        (ENTRY + "environment = {LEVEL = 1}\n", "[mine]: environment: LEVEL: not a string: 1"),
        (ENTRY.replace('["REP"]', '["REPLY"]'), "[mine]: socket_types[0]: not one of REQ, REP"),
        (ENTRY.replace('["bind"]', "[]"), "[mine]: roles: fewer than 1 items"),
        (ENTRY + 'known = "nowhere.toml"\n', "[mine]: known: there is no file"),
        (ENTRY + 'build = {command = ["make"], needs = []}\n', "build: the field 'commands' is missing"),
        (ENTRY + 'build = {commands = [["make"]]}\n', "[mine]: build: the field 'needs' is missing"),
    ],
)
def test_a_file_that_is_wrong(tmp_path: Path, content: str, text: str) -> None:
    file = tmp_path / "targets.toml"
    file.write_text(content)
    with pytest.raises(RegistryError) as caught:
        Registry.load(file)
    assert text in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"cannot read the targets in .*: No such file"):
        Registry.load(tmp_path / "targets.toml")
