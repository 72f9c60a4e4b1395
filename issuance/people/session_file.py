"""Where a desk keeps the token of whoever is logged in, and which machine the desk is.

The file is for its owner alone, as ssh's keys are: one that others can read is not used.
"""

import hmac
import os
import platform
import stat
import uuid
from pathlib import Path

from crypto import atomic_file
from issuance.people.errors import SessionError

# machine-id(5): never to be shown; a keyed hash of it names the machine to one program only.
MACHINE_ID_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
_PURPOSE = b"onecard operator session"


def read(path: Path) -> str | None:
    """The token; None where nobody is logged in. Raises SessionError if others can read it."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise SessionError("exposed")
            return file.read().strip() or None
    except FileNotFoundError:
        return None


def write(path: Path, token: str) -> None:
    """Keep the token. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    atomic_file.replace(path, f"{token}\n".encode("ascii"), mode=0o600)


def remove(path: Path) -> None:
    """Forget the token."""
    path.unlink(missing_ok=True)


def this_machine() -> str:
    """A name of this machine that nobody can turn back into its identity."""
    return hmac.new(_identity(), _PURPOSE, "sha256").hexdigest()


def _identity() -> bytes:
    for path in MACHINE_ID_FILES:
        try:
            if found := path.read_bytes().strip():
                return found
        except OSError:
            continue
    return f"{platform.node()} {uuid.getnode():012x}".encode()
