"""What a target needs is made whole or not at all; older libzmq releases are fetched and pinned. No network is needed."""

import hashlib
import json
import os
import platform
import signal
import stat
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.adapters.build import CannotMake, log_of, make
from conformance.adapters.libzmq import releases
from conformance.adapters.libzmq.releases import LIBRARY, RELEASES, CannotFetch, Release, fetch
from conformance.adapters.registry import Registry, RegistryError, Target
from conformance.tests.cli.cli_launch import PLAIN, complaint, start, zmtp

WRITE = "import pathlib; pathlib.Path('out').mkdir(); pathlib.Path('out/adapter').write_text(open('main.src').read())"
Describe = Callable[..., Path]
HERE = (platform.system(), platform.machine())


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of one's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("ZMTP_CONFORMANCE_CACHE", str(folder))
    return folder


@pytest.fixture
def describe(tmp_path: Path, cache: Path) -> Describe:
    """Write a file of targets with one, `made`, whose commands are Python programs."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.src").write_text("one")

    def write(*programs: str, needs: str = "") -> Path:
        commands = [["{python}", "-c", program, "{source}"] for program in programs]
        file = tmp_path / "targets.toml"
        file.write_text(
            '[made]\nabout = "made"\ncommand = ["{cache}/out/adapter", "{here}"]\nroles = ["bind"]\n'
            'mechanisms = ["NULL"]\nsocket_types = ["REP"]\nenvironment = {PLACE = "{cache}/lib"}\n'
            f'source = "src"\nproduct = "out/adapter"\n'
            f"build = {{commands = {json.dumps(commands)}, needs = {json.dumps([needs] if needs else [])}}}\n"
        )
        return file

    return write


def target(file: Path) -> Target:
    return Registry.load(file).resolve("made")


def entries(cache: Path) -> set[str]:
    """What lies in the cache, without logs and locks."""
    return {path.name for path in (cache / "adapters").glob("*") if path.suffix != ".log"} - {".made.lock"}


def test_placeholders_are_filled_in(describe: Describe, cache: Path, tmp_path: Path) -> None:
    """Cache, folder and interpreter, in command, environment and build; the copy of the sources later."""
    made = target(describe(WRITE))
    assert made.build
    assert made.build.place.parent == cache / "adapters"
    assert made.command == (f"{made.build.place}/out/adapter", str(tmp_path))
    assert made.environment == {"PLACE": f"{made.build.place}/lib"}
    assert made.build.commands == ((sys.executable, "-c", WRITE, "{source}"),)


def test_the_cache_is_where_it_is_said_to_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Our own variable, the shared one, the user's folder, in this order."""
    for variables, place in (
        ({"ZMTP_CONFORMANCE_CACHE": "/own", "XDG_CACHE_HOME": "/shared"}, "/own"),
        ({"XDG_CACHE_HOME": "/shared"}, "/shared/zmtp-conformance"),
        ({"XDG_CACHE_HOME": "relative"}, f"{tmp_path}/.cache/zmtp-conformance"),
        ({}, f"{tmp_path}/.cache/zmtp-conformance"),
    ):
        monkeypatch.setenv("HOME", str(tmp_path))
        for name in ("ZMTP_CONFORMANCE_CACHE", "XDG_CACHE_HOME"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        build = Registry.load().resolve("libzmq@4.3.1").build
        assert build
        assert str(build.place.parent) == f"{place}/adapters"


def test_a_build_that_succeeds(describe: Describe, cache: Path) -> None:
    """The product is where the command looks for it, once; the second time there is nothing to do."""
    made, said = target(describe(WRITE)), list[str]()
    make(made, {}, said.append)
    assert Path(made.command[0]).read_text() == "one"
    assert [line[-8:] for line in said] == ["(1 of 1)"]
    make(made, {}, said.append)
    assert len(said) == 1
    make(made, {}, said.append, again=True)
    assert len(said) == 2
    assert made.build
    assert entries(cache) == {made.build.place.name}


def test_another_source_is_another_place(describe: Describe, tmp_path: Path) -> None:
    """Sources and commands are part of the name; what tools leave behind and a baseline are not, and are not copied."""
    listing = WRITE + "; import os; open('out/adapter', 'a').write(str(sorted(os.listdir('.'))))"
    places = []
    for change in ("", "leavings", "source", "command"):
        if change == "leavings":
            (tmp_path / "src" / "target").mkdir()
            (tmp_path / "src" / "target" / "old").write_text("x")
            (tmp_path / "src" / ".hidden").write_text("x")
            (tmp_path / "src" / "known.toml").write_text("")
        elif change == "source":
            (tmp_path / "src" / "main.src").write_text("two")
        made = target(describe(listing + ("; 1" if change == "command" else "")))
        assert made.build
        places.append(made.build.place)
    assert places[0] == places[1]
    assert len(set(places)) == 3
    make(made, {}, lambda _: None)
    assert Path(made.command[0]).read_text() == "two['main.src', 'out']"


FAILURES = [
    (
        "status",
        "import sys; print('going'); print('Error: no such crate'); print('bye'); sys.exit(7)",
        "status 7: Error: no such crate",
    ),
    ("silent", "import sys; sys.exit(1)", "ended with status 1: it said nothing"),
    ("signal", "import os; os.kill(os.getpid(), 9)", "was killed by signal 9"),
    ("no product", "pass", "all commands succeeded, but there is no out/adapter"),
]


@pytest.mark.parametrize(("program", "text"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
def test_a_build_that_fails(describe: Describe, cache: Path, program: str, text: str) -> None:
    """It says why in one line, names the log, and leaves nothing half-made; the next build can succeed."""
    first = "import pathlib; pathlib.Path('half').write_text('made')"
    made = target(describe(first, program))
    with pytest.raises(CannotMake) as caught:
        make(made, {}, lambda _: None)
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)
    log = log_of(made)
    assert log
    assert str(log) in str(caught.value)
    assert log.read_text().count("$ ") == 2
    assert entries(cache) == set()
    assert made.build
    assert not made.build.done
    make(target(describe(WRITE)), {}, lambda _: None)


def test_a_tool_that_is_missing(describe: Describe) -> None:
    with pytest.raises(CannotMake, match="needs no-such-tool, which is not on the PATH"):
        make(target(describe(WRITE, needs="no-such-tool")), {}, lambda _: None)


def test_what_a_killed_build_has_left_is_taken_away(describe: Describe, cache: Path) -> None:
    made = target(describe(WRITE))
    left = cache / "adapters" / ".made.making.left"
    left.mkdir(parents=True)
    make(made, {}, lambda _: None)
    assert not left.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_an_interrupted_build(describe: Describe, cache: Path, tmp_path: Path, number: int) -> None:
    """The command that runs and its children end with us, and the target is not built."""
    pid = tmp_path / "pid"
    child = (
        "import os, subprocess; sleeper = subprocess.Popen(['sleep', '600']); "
        f"open({str(pid)!r}, 'w').write(str(sleeper.pid) + chr(10)); sleeper.wait()"
    )
    file = describe(child)
    build = start(
        "targets",
        "build",
        "made",
        "--targets",
        str(file),
        cwd=tmp_path,
        env={**PLAIN, "ZMTP_CONFORMANCE_CACHE": str(cache)},
    )
    wait_for(lambda: pid.exists() and pid.read_text().endswith("\n"))
    build.send_signal(number)
    _, err = build.communicate(timeout=30)
    assert build.returncode == (130 if number == signal.SIGINT else -number), err
    wait_for(lambda: not alive(int(pid.read_text())))
    assert not any(name.startswith("made-") for name in entries(cache))
    if number == signal.SIGINT:
        assert entries(cache) == set()
        assert "interrupted" in err


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_a_target_that_is_not_built(describe: Describe, tmp_path: Path) -> None:
    """`run`, `check-adapter` and `targets` say how to get it, and `targets build` does that."""
    file = describe(WRITE)
    options, hint = ("--targets", str(file)), f"zmtp-conformance targets build made --targets {file}"
    environment = {**PLAIN, "ZMTP_CONFORMANCE_CACHE": os.environ["ZMTP_CONFORMANCE_CACHE"]}
    for command in ("run", "check-adapter"):
        ended = zmtp(command, "made", *options, cwd=tmp_path, env=environment)
        assert (ended.returncode, complaint(ended.stderr)) == (3, f"made: not built yet: {hint}")
    listed = zmtp("targets", "made", *options, cwd=tmp_path, env=environment)
    assert listed.returncode == 3
    assert f"missing  made         not built yet: {hint}" in listed.stdout
    built = zmtp("targets", "build", "made", *options, cwd=tmp_path, env=environment)
    assert built.returncode == 0, built.stderr
    assert "made: ready after" in built.stderr
    describe("import sys; sys.exit('error: 1 2 3')")
    failed = zmtp("targets", "build", "made", "libzmq", *options, cwd=tmp_path, env=environment)
    assert failed.returncode == 3
    assert "made cannot be made:" in complaint(failed.stderr)
    assert "error: 1 2 3; the log is" in complaint(failed.stderr)
    assert "libzmq: nothing to build" in failed.stderr


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('source = "src"\n', "", "build, source and product go together; here is only build, product"),
        ('source = "src"', 'source = "gone"', "source: there is no folder"),
        ('product = "out/adapter"\n', "", "build, source and product go together"),
    ],
)
def test_an_entry_that_is_wrong(describe: Describe, old: str, new: str, text: str) -> None:
    file = describe(WRITE)
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(RegistryError) as caught:
        Registry.load(file)
    assert text in str(caught.value)


def wheel(folder: Path, *names: str) -> Path:
    """Something like a wheel."""
    path = folder / "pyzmq-0-cp36.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("zmq/__init__.py", "zmq/backend/cython/libzmq.pxd", *names):
            archive.writestr(name, name)
    return path


@pytest.mark.parametrize(
    "places",
    [
        ("zmq/.libs/libzmq-a.so.5", "zmq/.libs/libsodium-b.so.2"),
        ("pyzmq.libs/libzmq-a.so.5", "pyzmq.libs/libsodium-b.so.2"),
    ],
)
def test_the_libraries_are_unpacked(places: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """libzmq under one name, libsodium under its own, and nothing else."""
    made = wheel(tmp_path, *places)
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    monkeypatch.setattr(releases, "RELEASES", {"4.3.1": Release("18.0.2", "36", digest)})
    monkeypatch.setattr(releases, "PLATFORM", HERE)
    into = tmp_path / "into"
    into.mkdir()
    fetch("4.3.1", into, lambda release, folder: (folder / made.name).write_bytes(made.read_bytes()))
    assert {path.name for path in into.iterdir()} == {LIBRARY, "libsodium-b.so.2"}
    assert (into / LIBRARY).read_text() == places[0]


def test_a_wheel_that_is_not_the_pinned_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not unpacked, nor is a download that left nothing, nor another system's."""
    monkeypatch.setattr(releases, "PLATFORM", HERE)
    with pytest.raises(CannotFetch, match="is not the wheel that is pinned"):
        fetch("4.3.1", tmp_path, lambda _, folder: wheel(folder, "zmq/.libs/libzmq-a.so.5"))
    with pytest.raises(CannotFetch, match="left 0 wheels"):
        fetch("4.3.1", tmp_path, lambda _, __: None)
    monkeypatch.setattr(releases, "PLATFORM", ("Plan 9", "mips"))
    with pytest.raises(CannotFetch, match="Plan 9 on mips"):
        fetch("4.3.1", tmp_path, lambda _, __: None)
    assert list(tmp_path.iterdir()) == []


def test_each_release_is_a_target_with_a_pinned_wheel() -> None:
    names = [name for name in Registry.load().names() if name.startswith("libzmq@")]
    assert names == [f"libzmq@{version}" for version in RELEASES]
    assert {"4.1.5", "4.1.6", "4.2.5", "4.3.1", "4.3.2", "4.3.3", "4.3.4"} <= set(RELEASES)
    assert len({release.sha256 for release in RELEASES.values()}) == len(RELEASES)
    with pytest.raises(RegistryError, match=r"no libzmq@9\.9\.9 can be fetched; there are libzmq@4\.1\.5"):
        Registry.load().resolve("libzmq@9.9.9")


def test_a_release_that_cannot_be_downloaded(tmp_path: Path) -> None:
    """One line with pip's own reason and exit code 3; nothing is kept."""
    environment = {
        **PLAIN,
        "ZMTP_CONFORMANCE_CACHE": str(tmp_path / "cache"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path),
    }
    ended = zmtp("run", "libzmq@4.3.1", cwd=tmp_path, env=environment)
    assert ended.returncode == 3
    assert "libzmq@4.3.1 cannot be made: " in complaint(ended.stderr)
    assert "rror: " in complaint(ended.stderr).replace("ERROR", "error")
    assert [path.name for path in (tmp_path / "cache" / "adapters").iterdir() if path.is_dir()] == []
    ended = zmtp("run", "libzmq@4.3.1", "--library", "x.so", cwd=tmp_path, env=environment)
    assert (ended.returncode, complaint(ended.stderr)) == (
        2,
        "--library is for libzmq; libzmq@4.3.1 has none to choose",
    )


def test_what_is_made_may_be_shared(describe: Describe) -> None:
    """The folder in the cache is as readable as any other."""
    made = target(describe(WRITE))
    make(made, {}, lambda _: None)
    assert made.build
    assert stat.S_IMODE(made.build.place.stat().st_mode) == 0o755
