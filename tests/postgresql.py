"""A PostgreSQL of the tests' own: made in a temporary folder, reached through a socket there.

The server runs as a user without rights (PostgreSQL refuses root), listens on no network, keeps
`fsync` on, and dies with the process that started it, however that ends. The machine's own servers
are never touched. ``python -m tests.postgresql`` runs one until Ctrl-C, for a look by hand.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.scratch import scratch

PREFIX = "onecard-postgres-"
USERS = ("postgres", "nobody")
TEMPLATE = "book"
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "fsync": "on",
    "max_connections": "50",
    "max_locks_per_transaction": "256",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "recovery_init_sync_method": "syncfs",
    "log_min_messages": "warning",
}
_START_SECONDS = 120  # after a crash it goes through its log first
_POLL_SECONDS = 0.02

# Takes its own process's place: lays down root's rights, dies with the thread that started it (a
# change of user would clear that), becomes the server. PR_SET_PDEATHSIG is 1 (linux/prctl.h);
# SIGQUIT is PostgreSQL's immediate shutdown.
_LAUNCH = """
import ctypes, os, signal, sys
parent, user, group = map(int, sys.argv[1:4])
libc = ctypes.CDLL(None)
if os.getuid() == 0:
    os.setgroups([]); os.setgid(group); os.setuid(user)
libc.prctl(1, signal.SIGQUIT)
if os.getppid() != parent:
    sys.exit("started by nobody")
os.execv(sys.argv[4], sys.argv[4:])
"""


def missing_part() -> str | None:
    """What this machine lacks for a PostgreSQL of one's own; None when it lacks nothing."""
    return None if _binaries() else "PostgreSQL's server (initdb, postgres)"


class PrivatePostgres:
    """A server with an empty template of the book; it runs inside ``with``.

    *settings* are those of postgresql.conf, beside SETTINGS.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        binaries = _binaries()
        assert binaries is not None
        self.folder, self._bin = folder, binaries
        self._settings = {**SETTINGS, **settings}
        self._user = _user()
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://onecard@/{database}?host={self.folder}"

    @property
    def running(self) -> bool:
        """Whether the server lives."""
        return self._process is not None and self._process.poll() is None

    def new_book(self) -> str:
        """The URL of a new book, empty, of the newest form."""
        return self.new_database(template=TEMPLATE)

    def new_database(self, *, template: str = "template0", encoding: str = "UTF8") -> str:
        """The URL of a new database."""
        name = f"test_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING {encoding}")
        return self.url(name)

    def checkpoint(self) -> None:
        """Bring all to its place: a crash after it has little to recover."""
        self._do("CHECKPOINT")

    def start(self) -> None:
        """Start the server, and return when it answers."""
        assert not self.running
        user, group = self._user
        ids = [str(os.getpid()), str(user), str(group)]
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        command = [self._bin / "postgres", "-D", self.folder / "data", "-k", self.folder]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _LAUNCH, *ids, *command, *options],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us; we stop it
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """End it in order (fast shutdown): nobody needs its log afterwards."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a power cut does: kill -9 for the server and every process of it."""
        process, self._process = self._process, None
        assert process is not None
        children = _children(process.pid)
        process.kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        process.wait()
        while any(map(_lives, children)):
            time.sleep(_POLL_SECONDS)

    def __enter__(self) -> Self:
        self._make_cluster()
        self.start()
        self._do(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
        from issuance.database import upgrade_book  # every run of the tests loads this module

        upgrade_book(self.url(TEMPLATE))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end(signal.SIGQUIT)  # its folder goes too

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(how)
            process.wait(_START_SECONDS)

    def _make_cluster(self) -> None:
        user, group = self._user
        os.chown(self.folder, user, group)
        rights = {"user": user, "group": group, "extra_groups": ()} if os.getuid() == 0 else {}
        options = ("--username=onecard", "--auth=trust", "--encoding=UTF8", "--locale=C")
        subprocess.run(
            [self._bin / "initdb", "-D", self.folder / "data", *options],
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
            **rights,
        )

    def _do(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(
            host=str(self.folder), user="onecard", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        ready = [self._bin / "pg_isready", "-q", "-h", self.folder]
        while subprocess.run(ready, check=False).returncode != 0:
            if not self.running or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text(encoding="utf-8"))
            time.sleep(_POLL_SECONDS)


@contextmanager
def private_postgres(*, on_disk: bool = False, **settings: str) -> Iterator[PrivatePostgres]:
    """A running server in a folder of its own, which is gone afterwards.

    Who measures wants it *on_disk*.
    """
    place = Path(tempfile.gettempdir()) if on_disk else scratch()
    _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=place))
    try:
        with PrivatePostgres(folder, **settings) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """The session's server; who kills it starts it again."""
    if missing := missing_part():
        pytest.skip(f"needs {missing}")
    with private_postgres() as server:
        yield server


@pytest.fixture
def postgres_book(postgres: PrivatePostgres) -> str:
    """The URL of a new, empty book."""
    return postgres.new_book()  # its server goes with it: a DROP waits for a checkpoint


def _binaries() -> Path | None:
    """The folder of the newest server; Debian keeps each version in its own."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if _whole(path)]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    on_path = shutil.which("postgres")
    folder = Path(on_path).resolve().parent if on_path else None
    return folder if folder and _whole(folder) else None


def _whole(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("initdb", "postgres", "pg_isready"))


def _user() -> tuple[int, int]:
    """Whom the server runs as: us, or for root the first of USERS that there is."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    for name in USERS:
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise RuntimeError(f"none of these users is here: {', '.join(USERS)}")


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def _lives(process: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return not status.rpartition(")")[2].startswith(" Z")


def _sweep(place: Path) -> None:
    """Take away what runs that were killed have left."""
    for folder in place.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdecimal() and not _lives(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    with private_postgres() as server:
        print(server.new_book(), flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    main()
