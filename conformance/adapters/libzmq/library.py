"""Any libzmq shared library through ctypes: found, loaded, and asked what it can do.

Theory of operation: without a path, the library that the installed pyzmq wheel carries is taken from its folder,
without importing zmq, which takes 35 ms and would load a binding that nobody needs; the system's own library is the
second choice. Wheels keep libsodium beside libzmq under a name of its own, so whatever lies there is loaded first.
Every function is optional, since releases from 4.0 on are welcome: a missing one is None, and what needs it is
unsupported. Whether a feature is there is asked of the library, never concluded from its version.
"""

import contextlib
import ctypes
import ctypes.util
import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_POINTER, _INT, _SIZE, _TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t, ctypes.c_char_p

# name: result type, argument types. Sockets, contexts and messages are plain addresses.
_NEEDED: dict[str, tuple[Any, list[Any]]] = {
    "zmq_ctx_new": (_POINTER, []),
    "zmq_ctx_term": (_INT, [_POINTER]),
    "zmq_ctx_set": (_INT, [_POINTER, _INT, _INT]),
    "zmq_ctx_get": (_INT, [_POINTER, _INT]),
    "zmq_socket": (_POINTER, [_POINTER, _INT]),
    "zmq_close": (_INT, [_POINTER]),
    "zmq_bind": (_INT, [_POINTER, _TEXT]),
    "zmq_connect": (_INT, [_POINTER, _TEXT]),
    "zmq_setsockopt": (_INT, [_POINTER, _INT, _POINTER, _SIZE]),
    "zmq_getsockopt": (_INT, [_POINTER, _INT, _POINTER, _POINTER]),
    "zmq_strerror": (_TEXT, [_INT]),
    "zmq_socket_monitor": (_INT, [_POINTER, _TEXT, _INT]),
    "zmq_msg_init": (_INT, [_POINTER]),
    "zmq_msg_init_size": (_INT, [_POINTER, _SIZE]),
    "zmq_msg_send": (_INT, [_POINTER, _POINTER, _INT]),
    "zmq_msg_recv": (_INT, [_POINTER, _POINTER, _INT]),
    "zmq_msg_close": (_INT, [_POINTER]),
    "zmq_msg_data": (_POINTER, [_POINTER]),
    "zmq_msg_size": (_SIZE, [_POINTER]),
    "zmq_msg_more": (_INT, [_POINTER]),
    "zmq_send": (_INT, [_POINTER, _TEXT, _SIZE, _INT]),
}
_OPTIONAL: dict[str, tuple[Any, list[Any]]] = {
    "zmq_has": (_INT, [_TEXT]),
    "zmq_join": (_INT, [_POINTER, _TEXT]),
    "zmq_connect_peer": (ctypes.c_uint32, [_POINTER, _TEXT]),
    "zmq_leave": (_INT, [_POINTER, _TEXT]),
    "zmq_msg_group": (_TEXT, [_POINTER]),
    "zmq_msg_set_group": (_INT, [_POINTER, _TEXT]),
    "zmq_msg_routing_id": (ctypes.c_uint32, [_POINTER]),
    "zmq_msg_set_routing_id": (_INT, [_POINTER, ctypes.c_uint32]),
}


class NoLibrary(Exception):
    """The library cannot be used; the text is one line."""


class Library:
    """A loaded libzmq; its functions are attributes without the prefix: `library.bind(socket, b"tcp://...")`."""

    def __init__(self, path: str | None = None) -> None:
        """Load the library at a path, or the default one; raises NoLibrary."""
        self.path = find() if path is None else path
        functions = _load(self.path)
        try:
            self.version = _version(functions)
            for name, (result, arguments) in _NEEDED.items():
                setattr(self, name.removeprefix("zmq_"), _function(functions, name, result, arguments))
        except AttributeError as missing:
            raise NoLibrary(f"not a libzmq of release 4.0 or later: {self.path}: {missing}") from None
        for name, (result, arguments) in _OPTIONAL.items():
            with contextlib.suppress(AttributeError):
                setattr(self, name.removeprefix("zmq_"), _function(functions, name, result, arguments))

    def __getattr__(self, name: str) -> Any:
        """What the loaded library lacks, by the name of a function that it could have: None."""
        if f"zmq_{name}" in _NEEDED or f"zmq_{name}" in _OPTIONAL:
            return None
        raise AttributeError(name)

    def knows(self, feature: str) -> bool | None:
        """What zmq_has says of a feature such as `curve` or `draft`; None where there is no zmq_has (before 4.1)."""
        return None if self.has is None else bool(self.has(feature.encode()))

    def why(self) -> str:
        """The library's text for the last error."""
        text: bytes = self.strerror(ctypes.get_errno())
        return text.decode(errors="replace")


def find() -> str:
    """The path of the libzmq in the pyzmq wheel, else the system's; raises NoLibrary where there is neither."""
    for path in _candidates():
        return str(path)
    if name := ctypes.util.find_library("zmq"):
        return name
    raise NoLibrary("no libzmq found: neither a pyzmq wheel nor a system library; name one with --library PATH")


def _candidates() -> Iterator[Path]:
    spec = importlib.util.find_spec("zmq")
    for place in (spec.submodule_search_locations if spec else None) or ():
        package = Path(place)
        for folder in (package.parent / "pyzmq.libs", package / ".libs", package / ".dylibs", package):
            for pattern in ("libzmq*.so*", "libzmq*.dylib"):
                yield from sorted(folder.glob(pattern))


def _load(path: str) -> ctypes.CDLL:
    if os.sep in path:
        if not os.path.isfile(path):
            raise NoLibrary(f"no such library: {path}")
        path = os.path.abspath(path)
        for neighbour in sorted(Path(path).parent.glob("libsodium*")):
            with contextlib.suppress(OSError):
                ctypes.CDLL(str(neighbour))
    try:
        return ctypes.CDLL(path, use_errno=True)
    except OSError as reason:
        raise NoLibrary(f"cannot load {path}: {reason}") from None


def _version(functions: ctypes.CDLL) -> str:
    numbers = [ctypes.c_int() for _ in range(3)]
    functions.zmq_version(*map(ctypes.byref, numbers))
    return ".".join(str(number.value) for number in numbers)


def _function(functions: ctypes.CDLL, name: str, result: Any, arguments: list[Any]) -> Callable[..., Any]:
    function: Any = getattr(functions, name)
    function.restype, function.argtypes = result, arguments
    return function  # type: ignore[no-any-return]
