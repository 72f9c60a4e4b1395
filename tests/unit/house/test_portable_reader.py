"""Most counters run Windows, some macOS: `reader/` takes nothing that only POSIX systems have.

It walks the code, so that a test on Linux says it. What is needed only where a system has it is
asked for by name (``getattr(socket, "TCP_QUICKACK", None)``).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# What a counter runs: the reader, and what it stands on.
FILES = sorted(
    file for name in ("reader", "crypto", "onecard") for file in (ROOT / name).rglob("*.py")
)

MODULES = frozenset(
    """crypt curses fcntl grp nis ossaudiodev posix posixpath pty pwd readline resource spwd syslog
    termios tty""".split()  # noqa: SIM905  # a list of words
)
ATTRIBUTES = {
    "os": frozenset(
        """O_DIRECTORY O_NOFOLLOW O_NONBLOCK chown chroot ctermid fchmod fchown fork forkpty getegid
        geteuid getgid getgroups getloadavg getpgid getpgrp getresuid getuid killpg lchown mkfifo
        mknod nice openpty pathconf pipe2 posix_spawn pread pwrite rename sched_getaffinity
        sched_setaffinity sendfile setegid seteuid setgid setpgid setsid setuid sysconf tcgetpgrp
        uname wait waitpid""".split()  # noqa: SIM905
    ),
    "signal": frozenset(
        """SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGUSR1 SIGUSR2
        SIGWINCH alarm pause pthread_kill setitimer siginterrupt sigwait""".split()  # noqa: SIM905
    ),
    "socket": frozenset(
        """AF_NETLINK AF_PACKET AF_UNIX MSG_DONTWAIT MSG_NOSIGNAL SO_PEERCRED SO_REUSEPORT
        TCP_QUICKACK""".split()  # noqa: SIM905
    ),
    "select": frozenset({"devpoll", "epoll", "kqueue", "poll"}),
    "time": frozenset({"clock_gettime", "tzset"}),
}
PLATFORM = re.compile(r"\bplatform\b|\bos\.name\b")
FOLDER = re.compile(r"/(bin|dev|etc|home|proc|run|tmp|usr|var)(/|$)")
KEYWORDS = frozenset({"preexec_fn", "pass_fds", "start_new_session"})
TEXT_METHODS = frozenset({"read_text", "write_text"})
PATH_NAMES = frozenset({"file", "path", "output"})


def found(source: str) -> Iterator[str]:
    """What is not portable in a module's text."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and PLATFORM.search(ast.unparse(node.test)):
            continue  # each system has its own branch there
        waiting += ast.iter_child_nodes(node)
        for what in _of(node):
            yield f"{getattr(node, 'lineno', 0)}: {what}"


def _of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (name.name for name in names if name.name.split(".")[0] in MODULES)
        case ast.ImportFrom(module=str(module), names=names):
            if module.split(".")[0] in MODULES:
                yield module
            taken = ATTRIBUTES.get(module, frozenset())
            yield from (f"{module}.{name.name}" for name in names if name.name in taken)
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            if name in ATTRIBUTES.get(owner, frozenset()):
                yield f"{owner}.{name}"
        case ast.Constant(value=str(text)):
            if FOLDER.match(text):
                yield f"the path {text}"
        case ast.Call():
            yield from _of_call(node)


def _of_call(call: ast.Call) -> Iterator[str]:
    words = {word.arg for word in call.keywords}
    yield from (f"{word}=" for word in words & KEYWORDS if word)
    values = {word.arg: word.value for word in call.keywords}
    is_text = values.get("text") or values.get("universal_newlines")
    if isinstance(is_text, ast.Constant) and is_text.value is True and "encoding" not in words:
        yield "a process's text without encoding="
    match call.func:
        case ast.Name(id="open"):
            mode = call.args[1] if len(call.args) > 1 else values.get("mode")
            if not _is_binary(mode) and "encoding" not in words:
                yield "open() without encoding="
        case ast.Attribute(attr="open", value=owner):
            mode = call.args[0] if call.args else values.get("mode")
            if _is_path(owner, mode) and not _is_binary(mode) and "encoding" not in words:
                yield ".open() without encoding="
        case ast.Attribute(attr=name) if name in TEXT_METHODS and "encoding" not in words:
            yield f"{name}() without encoding="
        case ast.Attribute(attr="strftime") if any("%-" in text for text in _texts(call)):
            yield "strftime with '%-'"


def _is_binary(mode: ast.expr | None) -> bool:
    return isinstance(mode, ast.Constant) and isinstance(mode.value, str) and "b" in mode.value


def _is_path(owner: ast.expr, mode: ast.expr | None) -> bool:
    named = isinstance(owner, ast.Name) and owner.id in PATH_NAMES
    has_mode = isinstance(mode, ast.Constant) and mode.value in {"r", "w", "a", "x", "rb", "wb"}
    return named or has_mode


def _texts(call: ast.Call) -> list[str]:
    return [one.value for one in call.args if isinstance(one, ast.Constant) and one.value]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_module_runs_on_every_system(file: Path) -> None:
    assert list(found(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import fcntl",
        "from termios import tcgetattr",
        "import os\nos.fork()",
        "from os import uname",
        "import os\nos.rename('a', 'b')",
        "import signal\nsignal.SIGKILL",
        "import socket\nsocket.AF_UNIX",
        "import socket\nsocket.TCP_QUICKACK",
        "folder = '/tmp'",
        "file = '/run/pcscd/pcscd.comm'",
        "open('a')",
        "open('a', 'w')",
        "path.open()",
        "(folder / 'a').open('w')",
        "path.read_text()",
        "path.write_text('a')",
        "subprocess.run(['a'], text=True)",
        "subprocess.Popen(['a'], start_new_session=True)",
        "now.strftime('%-d')",
    ],
)
def test_what_is_not_portable_is_found(source: str) -> None:
    assert list(found(source))


@pytest.mark.parametrize(
    "source",
    [
        "import socket\ngetattr(socket, 'TCP_QUICKACK', None)",
        "open('a', 'rb')",
        "open('a', encoding='utf-8')",
        "path.open('rb')",
        "path.open(encoding='utf-8')",
        "look.open()",
        "SoftKeyStore.open(place, passphrase)",
        "path.read_text(encoding='utf-8')",
        "subprocess.run(['a'], text=True, encoding='utf-8')",
        "address = '/v1/challenges'",
        "if sys.platform == 'win32':\n    import msvcrt\nelse:\n    import fcntl",
    ],
)
def test_what_is_portable_is_left_alone(source: str) -> None:
    assert list(found(source)) == []
