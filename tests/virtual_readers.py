"""A pcscd of the tests' own, with vsmartcard's virtual readers (vpcd).

The machine's own daemon stays untouched. Ours gets its listening socket the way systemd hands one
over (sd_listen_fds(3): descriptor 3, LISTEN_FDS, LISTEN_PID), which works as any user; its clients
find that socket through PCSCLITE_CSOCK_NAME.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_DRIVERS = Path("/usr/lib/pcsc/drivers")
_SYSTEM_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"
_START_SECONDS = 15
_STOP_SECONDS = 3

# Takes its own process's place: dies with the tests, moves the socket to descriptor 3, becomes
# the daemon. PR_SET_PDEATHSIG is 1 (linux/prctl.h).
_LAUNCH = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


@dataclass(frozen=True, slots=True)
class VirtualReader:
    """A reader as PC/SC names it, and the port of 127.0.0.1 to which its card connects."""

    name: str
    port: int


def missing_part() -> str | None:
    """What this machine lacks for a private pcscd; None when it lacks nothing."""
    if not sys.platform.startswith("linux"):
        return "Linux (systemd's socket hand-over)"
    if _daemon() is None:
        return "pcscd"
    if _driver() is None:
        return "vsmartcard-vpcd"
    return None


@contextmanager
def pcscd(socket_path: Path, *, readers: int = 4) -> Iterator[list[VirtualReader]]:
    """Runs the daemon with that many two-slot readers (eight at most); yields every slot."""
    daemon, driver = _daemon(), _driver()
    if daemon is None or driver is None:
        raise FileNotFoundError(f"not installed: {missing_part()}")
    folder = socket_path.parent
    slots = _configure(folder, driver, readers)
    log = folder / "pcscd.log"
    with socket.socket(socket.AF_UNIX) as listener, log.open("wb") as output:
        listener.bind(str(socket_path))
        listener.listen()
        handle = listener.fileno()
        process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, str(handle), daemon, *_options(daemon, folder)],
            pass_fds=[handle],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_listening(process, {slot.port for slot in slots}, log)
        yield slots
    finally:
        _stop(process)


def _daemon() -> str | None:
    return shutil.which("pcscd", path=_SYSTEM_PATH)


def _driver() -> Path | None:
    return next(iter(sorted(_DRIVERS.rglob("libifdvpcd.so*"))), None)


def _options(daemon: str, folder: Path) -> list[str]:
    options = ["--foreground", "--config", str(folder / "reader.conf.d")]
    help_text = subprocess.run([daemon, "--help"], capture_output=True, text=True, check=False)
    # Since 2.0 polkit may refuse a user without a desktop session; on our own socket it has no say.
    if "--disable-polkit" in help_text.stdout + help_text.stderr:
        options.append("--disable-polkit")
    return options


def _configure(folder: Path, driver: Path, readers: int) -> list[VirtualReader]:
    """Writes reader.conf.d: an entry per reader, two slots each."""
    (folder / "reader.conf.d").mkdir()
    slots = []
    entries = []
    for index, port in enumerate(_free_port_pairs(readers)):
        # The driver's table of cards is static: entries that share a library mix their cards up.
        library = shutil.copy(driver, folder / f"vpcd{index}.so")
        name = f"onecard test {index}"
        entries.append(
            f'FRIENDLYNAME "{name}"\nDEVICENAME /dev/null:{port}\n'
            f"LIBPATH {library}\nCHANNELID {port}\n"
        )
        slots += [VirtualReader(f"{name} 00 {slot:02X}", port + slot) for slot in (0, 1)]
    (folder / "reader.conf.d" / "vpcd").write_text("\n".join(entries))
    return slots


def _free_port_pairs(count: int) -> list[int]:
    """Even ports, free like their odd neighbours, below the range that clients get theirs from."""
    pairs: list[int] = []
    candidates = list(range(15000, 32000, 2))
    random.shuffle(candidates)
    for port in candidates:
        if _is_free(port) and _is_free(port + 1):
            pairs.append(port)
        if len(pairs) == count:
            return pairs
    raise RuntimeError("no free ports between 15000 and 32000")


def _is_free(port: int) -> bool:
    # Without SO_REUSEADDR, as the driver binds it: a port in TIME-WAIT is not free.
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def _wait_until_listening(process: subprocess.Popen[bytes], ports: set[int], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not ports <= _listening_ports():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"pcscd did not start its readers: {log.read_text().strip()}")
        time.sleep(0.02)


def _listening_ports() -> set[int]:
    """Read, not tried: a connection would be a card, and a bind would take the driver's place."""
    listening = "0A"  # TCP_LISTEN in proc(5)
    ports = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if Path(table).exists():
            rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
            ports |= {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == listening}
    return ports


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
