"""The world of the demonstration: a folder, a key store, a book, and two processes beside us.

The simulated cards and the HTTP service run as they would elsewhere, in processes of their own,
and are reached over TCP.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from api.demo.errors import DemoError
from crypto import atomic_file
from crypto.keystore import KeyStore, SoftKeyStore, create_issuer_keys
from issuance.issuer_keys import issuer_keys
from onecard.settings import Settings
from reader.card_profile.profiles import PROFILES, CardProfile

MARK = ".onecard-demo"  # tells a folder of ours, which may be emptied, from any other
START_SECONDS = 20.0
POLL_SECONDS = 0.05
KEY_STORE_COST = 2**14  # of scrypt; the passphrase is thrown away with the demonstration


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Where everything of one demonstration is."""

    folder: Path
    settings: Settings
    store: KeyStore
    profile: CardProfile
    passphrase: str = field(repr=False)

    @property
    def cards(self) -> Path:
        """The folder of the simulated chips."""
        return self.folder / "state" / "chips"

    def environment(self) -> dict[str, str]:
        """The settings, for a process beside us."""
        return {
            **os.environ,
            "ONECARD_DATABASE": self.settings.database,
            "ONECARD_KEYS": str(self.settings.keys),
            "ONECARD_KEYS_PASSPHRASE": self.passphrase,
            "ONECARD_TRUST": str(self.settings.trust),
            "ONECARD_PROFILE": self.profile.name,
            "ONECARD_LANGUAGE": self.settings.language,
        }


def create(folder: Path, settings: Settings) -> World:
    """A new world in *folder*, which is emptied if an earlier demonstration made it.

    Raises DemoError where the folder holds something else.
    """
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise DemoError(
            f"{folder} exists and is not from an earlier demonstration.",
            f"{folder} 已存在，且不是此前演示所建。",
            remedy=("Name another folder with --out.", "请用 --out 指定其他目录。"),
        )
    profile = PROFILES.get(settings.profile)
    if profile is None:
        known = ", ".join(PROFILES)
        raise DemoError(
            f"There is no card profile {settings.profile}.",
            f"没有卡规范 {settings.profile}。",
            remedy=(f"ONECARD_PROFILE: {known}", f"ONECARD_PROFILE：{known}"),
        )
    shutil.rmtree(folder, ignore_errors=True)
    state = folder / "state"
    (state / "chips").mkdir(parents=True)
    mark.touch()
    passphrase = os.urandom(16).hex()
    store = SoftKeyStore.create(state / "keys.json", passphrase, cost=KEY_STORE_COST)
    create_issuer_keys(store, issuer_keys(profile))
    placed = replace(
        settings,
        database=str(state / "book.sqlite3"),
        keys=state / "keys.json",
        keys_passphrase=passphrase,
        trust=state / "trust.json",
    )
    atomic_file.replace(placed.trust, store.public_keys().dumps().encode(), mode=0o644)
    return World(
        folder=folder, settings=placed, store=store, profile=profile, passphrase=passphrase
    )


def make_blanks(world: World, count: int, *, stranger: bool = False) -> list[Path]:
    """New chips; a *stranger*'s carry public test keys instead of the bureau's."""
    kind = "stranger" if stranger else "card"
    paths = [world.cards / f"{kind}-{i + 1:03d}.json" for i in range(count)]
    command = ["sim", "blank", *map(str, paths), "--profile", world.profile.name]
    run(world, [*command, *(["--gp-test-keys"] if stranger else [])])
    return paths


@contextmanager
def served_cards(world: World, cards: Sequence[Path]) -> Iterator[list[str]]:
    """The chips on readers: an address for each, in order."""
    command = _command("sim", "serve", *map(str, cards), "--listen", "127.0.0.1:0")
    with _process(world, command, "cards.log") as process:
        stdout = process.stdout
        if stdout is None:
            raise AssertionError("the process was started with a pipe")
        addresses = [stdout.readline().rpartition(" ")[2].strip() for _ in cards]
        if not all(addresses):
            raise DemoError(
                f"The simulated cards did not start; see {world.folder / 'state' / 'cards.log'}.",
                f"模拟卡未能启动，见 {world.folder / 'state' / 'cards.log'}。",
            )
        yield addresses


@contextmanager
def served_api(world: World) -> Iterator[str]:
    """The HTTP service: its root address."""
    port = _free_port()
    command = _command("serve", "--bind", f"127.0.0.1:{port}")
    with _process(world, command, "service.log") as process:
        root = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + START_SECONDS
        while not _answers(root):
            if process.poll() is not None or time.monotonic() > deadline:
                raise DemoError(
                    f"The service did not start; see {world.folder / 'state' / 'service.log'}.",
                    f"服务未能启动，见 {world.folder / 'state' / 'service.log'}。",
                )
            time.sleep(POLL_SECONDS)
        yield root


def run(world: World, arguments: Sequence[str], *, show_progress: bool = False) -> str:
    """Type a command of ``onecard`` in this world; what it printed. Raises DemoError."""
    shown = show_progress and sys.stderr.isatty()
    done = subprocess.run(  # noqa: S603  # our own command, without a shell
        _command(*arguments),
        env=world.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=None if shown else subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or "").strip().removeprefix("onecard: ")
        raise DemoError(said, said, remedy=None)
    return done.stdout


def _answers(root: str) -> bool:
    try:
        with urllib.request.urlopen(f"{root}/healthz", timeout=1):  # noqa: S310  # ours, http
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "onecard", *arguments]


@contextmanager
def _process(world: World, command: list[str], log: str) -> Iterator[subprocess.Popen[str]]:
    with (world.folder / "state" / log).open("w") as errors:
        process = subprocess.Popen(  # noqa: S603  # our own command, without a shell
            command,
            env=world.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=START_SECONDS)
