"""A pcscd of one's own, with virtual readers: the machine's own daemon stays untouched.

It gets its listening socket the way systemd hands one over (sd_listen_fds(3): descriptor 3,
LISTEN_FDS, LISTEN_PID), which works as any user; its clients find that socket through
PCSCLITE_CSOCK_NAME. Linux only.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from hardware_sim.readers import vpcd
from hardware_sim.readers.errors import DaemonError, MissingPartError
from hardware_sim.readers.vpcd import VirtualReader

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"  # pcsclite(5); libpcsclite reads it once a process

_SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin")
_SOCKET_PATH_LIMIT = 107  # unix(7): sun_path, with its closing zero
_START_SECONDS = 15
_STOP_SECONDS = 3
_POLL_SECONDS = 0.01

# Takes its own process's place: dies with the thread that started it, moves the socket to
# descriptor 3, becomes the daemon. PR_SET_PDEATHSIG is 1 (linux/prctl.h).
_LAUNCH = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() != int(sys.argv[1]):
    sys.exit("started by nobody")
os.dup2(int(sys.argv[2]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[3], sys.argv[3:])
"""


def missing_part() -> str | None:
    """What this machine lacks for a pcscd of one's own; None when it lacks nothing."""
    try:
        vpcd.driver()
        _daemon()
    except MissingPartError as error:
        return error.part
    return None


class PrivatePcscd:
    """A pcscd that can be stopped, killed and started again, each time with the same readers.

    *folder* is an empty folder for its configuration and log; its clients' *socket* lies there
    too if it is not given. It runs inside ``with``, and not longer than the thread that started
    it: a world that is killed leaves no daemon behind.
    """

    def __init__(self, folder: Path, *, readers: int, socket_path: Path | None = None) -> None:
        vpcd.driver()  # what is missing most is named first
        self._daemon = _daemon()
        self._folder = folder
        self._log = folder / "pcscd.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.socket_path = socket_path or folder / "socket"
        if len(os.fsencode(self.socket_path)) > _SOCKET_PATH_LIMIT:
            raise DaemonError(f"the path of its socket is too long: {self.socket_path}")
        self.readers: Sequence[VirtualReader] = _configured(folder, readers)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a client's process needs to find these readers."""
        return {SOCKET_VARIABLE: str(self.socket_path)}

    @property
    def running(self) -> bool:
        """Whether the daemon lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, and return when its readers wait for cards. Raises DaemonError."""
        if self.running:
            raise DaemonError("it runs already")
        _give_way(self.socket_path)
        try:
            self._process = self._launch()
        except OSError as error:
            raise DaemonError(f"{self.socket_path}: {os.strerror(error.errno or 0)}") from error
        self._wait_until_listening(self._process)

    def stop(self) -> None:
        """End it in order; it is killed where it does not end in time."""
        self._end(kill=False)

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(kill=True)

    def freeze(self) -> None:
        """Let it hang: it lives, listens and says nothing, until `thaw` or its end."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it was frozen."""
        self._signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _launch(self) -> subprocess.Popen[bytes]:
        with socket.socket(socket.AF_UNIX) as listener, self._log.open("ab") as output:
            listener.bind(str(self.socket_path))
            listener.listen()
            handle = listener.fileno()
            launch = [sys.executable, "-c", _LAUNCH, str(os.getpid()), str(handle)]
            return subprocess.Popen(  # noqa: S603  # our own daemon, without a shell
                [*launch, self._daemon, *self._options()],
                pass_fds=[handle],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we stop it
            )

    def _end(self, *, kill: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        try:
            if not kill:
                process.terminate()
                process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            process.kill()
            process.wait()
            # Nobody listens there: a client is to hear that at once.
            self.socket_path.unlink(missing_ok=True)

    def _options(self) -> list[str]:
        options = ["--foreground", "--config", str(self._folder / "reader.conf.d")]
        help_text = subprocess.run(  # noqa: S603  # our own daemon, without a shell
            [self._daemon, "--help"], capture_output=True, text=True, check=False
        )
        # Since 2.0 polkit may refuse a user without a desktop session; on our own socket it has
        # no say.
        if "--disable-polkit" in help_text.stdout + help_text.stderr:
            options.append("--disable-polkit")
        return options

    def _wait_until_listening(self, process: subprocess.Popen[bytes]) -> None:
        ports = {reader.port for reader in self.readers}
        deadline = time.monotonic() + _START_SECONDS
        while not ports <= vpcd.listening_ports():
            if process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                said = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
                raise DaemonError(" ".join(line for line in said[-5:] if line) or "it says nothing")
            time.sleep(_POLL_SECONDS)


def _daemon() -> str:
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *_SYSTEM_FOLDERS])
    if (found := shutil.which("pcscd", path=path)) is None:
        raise MissingPartError("pcscd")
    return found


def _configured(folder: Path, readers: int) -> Sequence[VirtualReader]:
    try:
        return vpcd.configure(folder, readers)
    except OSError as error:
        raise DaemonError(f"{folder}: {os.strerror(error.errno or 0)}") from error


def _give_way(path: Path) -> None:
    """Take away the socket of a world that was killed, never of one that lives."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
        except OSError:
            return  # nothing there, or something that bind will name
        else:
            raise DaemonError(f"another one listens on {path}")
