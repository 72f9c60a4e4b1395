"""A card in a PC/SC reader as a signature token, set up by yubico-piv-tool and openssl."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from hardware_sim.readers.vpcd import VirtualReader

PIN, PUK = "123456", "12345678"
MODULE = Path("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so")
SLOTS = {"01": "9a", "02": "9c"}  # OpenSC's object identifiers of the keys


def run(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """One command of somebody else's, to its end."""
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | variables,
    )


def done(*command: str | Path, **variables: str) -> str:
    """What a command says that must succeed."""
    outcome = run(*command, **variables)
    assert outcome.returncode == 0, f"{command}: {outcome.stdout}{outcome.stderr}"
    return outcome.stdout + outcome.stderr


@dataclass(frozen=True)
class Token:
    """A card with keys in 9A and 9C and certificates of a CA made for the test."""

    reader: VirtualReader
    folder: Path
    socket: Path  # of a pcscd with this reader alone: OpenSC gives slots to four readers only

    def public_key(self, slot: str) -> Path:
        return self.folder / f"{slot}.pub"

    def certificate(self, slot: str) -> Path:
        return self.folder / f"{slot}.pem"

    @property
    def authority(self) -> Path:
        return self.folder / "ca.pem"

    def piv_tool(self, *arguments: str | Path) -> str:
        """yubico-piv-tool on this card."""
        return self.done("yubico-piv-tool", "--reader", self.reader.name, *arguments)

    def pkcs11_tool(self, *arguments: str | Path) -> str:
        """pkcs11-tool with the module that OpenSC ships, logged in."""
        return self.done("pkcs11-tool", "--module", MODULE, "--login", "--pin", PIN, *arguments)

    def done(self, *command: str | Path, **variables: str) -> str:
        """What a command says that must succeed, with this card's reader and no other."""
        return done(*command, PCSCLITE_CSOCK_NAME=str(self.socket), **variables)

    def run(self, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """The same, and it may fail."""
        return run(*command, PCSCLITE_CSOCK_NAME=str(self.socket), **variables)

    def prepare(self) -> "Token":
        """Keys made on the card, certificates for them on it."""
        self.wait()
        key = self.folder / "ca.key"
        done(
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-keyout", key, "-out", self.authority, "-subj", "/CN=CA", "-days", "30"),
        )
        for slot in SLOTS.values():
            self.piv_tool(
                "-s", slot, "-a", "generate", "-A", "ECCP256", "-o", self.public_key(slot)
            )
            done(
                *("openssl", "x509", "-new", "-subj", f"/CN=Zhang San {slot}"),
                *("-force_pubkey", self.public_key(slot), "-CA", self.authority, "-CAkey", key),
                *("-days", "10", "-out", self.certificate(slot)),
            )
            self.piv_tool("-s", slot, "-a", "import-certificate", "-i", self.certificate(slot))
        return self

    def wait(self) -> None:
        """Until the card is seen in its reader."""
        deadline = time.monotonic() + 20
        while self.run("opensc-tool", "--reader", self.reader.name, "--atr").returncode:
            assert time.monotonic() < deadline, f"no card came into {self.reader.name}"
            time.sleep(0.05)
