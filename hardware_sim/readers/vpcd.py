"""vsmartcard's virtual readers (vpcd): where the driver is, and how pcscd is told of readers.

One entry of reader.conf (reader.conf(5)) is a device of two slots, and PC/SC calls each slot a
reader. The slots of a device listen for their cards on neighbouring ports.
"""

import random
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from hardware_sim.readers.errors import DaemonError, MissingPartError

SLOTS_PER_DEVICE = 2
MAX_READERS = 16  # pcscd's table has no room for more
DEVICE_NAME = "onecard"

_DRIVER_FOLDERS = (Path("/usr/lib/pcsc/drivers"), Path("/usr/lib64/pcsc/drivers"))
# Below the range from which clients get their ports: a client's socket would keep the driver's
# port from it, and pcscd would go on without the reader.
_PORTS = range(15000, 32000, SLOTS_PER_DEVICE)


@dataclass(frozen=True, slots=True)
class VirtualReader:
    """A reader as PC/SC names it, and the port of 127.0.0.1 to which its card connects."""

    name: str
    port: int


def driver() -> Path:
    """The driver's library. Raises MissingPartError where there is none."""
    if not sys.platform.startswith("linux"):
        raise MissingPartError("Linux")
    found = sorted(file for folder in _DRIVER_FOLDERS for file in folder.rglob("libifdvpcd.so*"))
    if not found:
        raise MissingPartError("vsmartcard-vpcd")
    return found[0]


def configure(folder: Path, count: int) -> list[VirtualReader]:
    """Write reader.conf.d into *folder*, for *count* readers or one more: they come in pairs."""
    if not 0 < count <= MAX_READERS:
        raise ValueError(f"pcscd takes 1 to {MAX_READERS} readers")
    library = driver()
    configuration = folder / "reader.conf.d"
    configuration.mkdir()
    entries, readers = [], []
    for index, port in enumerate(_free_port_pairs(-(-count // SLOTS_PER_DEVICE))):
        # The driver's table of cards is static: entries that share a library mix their cards up.
        own_library = shutil.copy(library, folder / f"vpcd{index}.so")
        name = f"{DEVICE_NAME} {index}"
        entries.append(
            f'FRIENDLYNAME "{name}"\nDEVICENAME /dev/null:{port}\n'
            f"LIBPATH {own_library}\nCHANNELID {port}\n"
        )
        readers += [
            VirtualReader(f"{name} 00 {slot:02X}", port + slot) for slot in range(SLOTS_PER_DEVICE)
        ]
    (configuration / "vpcd").write_text("\n".join(entries), encoding="ascii")
    return readers


def readers_at(address: str, count: int) -> tuple[str, list[VirtualReader]]:
    """The host of *address* (HOST:PORT), and its readers from that port on, named by address: what
    its pcscd calls them is not known here. Raises ValueError."""
    host, separator, text = address.rpartition(":")
    first = int(text)
    if not separator or not host or not 0 < first <= first + count - 1 <= 0xFFFF:
        raise ValueError(f"{address} is not HOST:PORT")
    ports = range(first, first + count)
    return host.strip("[]"), [VirtualReader(f"{host}:{port}", port) for port in ports]


def listening_ports() -> set[int]:
    """Ports somebody listens on. Read, not tried: a connection would be a card, and a bind would
    take the driver's place."""
    listening = "0A"  # TCP_LISTEN in proc(5)
    ports = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if table.exists():
            rows = [line.split() for line in table.read_text(encoding="ascii").splitlines()[1:]]
            ports |= {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == listening}
    return ports


def _free_port_pairs(count: int) -> list[int]:
    pairs: list[int] = []
    candidates = list(_PORTS)
    random.shuffle(candidates)
    for port in candidates:
        if all(_is_free(port + slot) for slot in range(SLOTS_PER_DEVICE)):
            pairs.append(port)
        if len(pairs) == count:
            return pairs
    raise DaemonError(f"no free ports between {_PORTS.start} and {_PORTS.stop}")


def _is_free(port: int) -> bool:
    # Without SO_REUSEADDR: a port in TIME-WAIT is not free.
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
