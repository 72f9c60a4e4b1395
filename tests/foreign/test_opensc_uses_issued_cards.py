"""A citizen's card, as it leaves the bureau, at a computer with Debian's OpenSC and nothing else.

Before an authority certified its keys OpenSC 0.23 finds them only where it is told the public
halves (`PIV_9A_KEY`, its README.piv); afterwards it needs to be told nothing.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hardware_sim.readers.vpcd import VirtualReader
from hardware_sim.storage import CardFile
from reader.card_keys import CardKeys
from reader.card_profile.atr import ladder_factor
from reader.card_profile.piv import MANAGEMENT_KEY, PUK_KEY, Reference, puk
from reader.piv_session import PivSession
from tests.desk import PIN, REGION, Desk
from tests.foreign.piv_token import MODULE, Token, done
from tests.served_card import inserted

TOOLS = ("pkcs11-tool", "pkcs15-tool", "piv-tool", "ssh-keygen", "openssl")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
SLOTS = {"01": "9A", "02": "9C"}  # OpenSC's object identifiers of the keys that sign

pytestmark = [
    pytest.mark.pcsc,
    pytest.mark.foreign,
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}"),
]


@dataclass(frozen=True)
class Citizen:
    """A card that the station made, and what else its holder and an authority have."""

    token: Token
    management_key: bytes
    puk: str

    def known(self) -> dict[str, str]:
        """The settings that tell OpenSC the public keys."""
        return {f"PIV_{slot}_KEY": str(self.public_key(slot)) for slot in SLOTS.values()}

    def public_key(self, slot: str) -> Path:
        return self.token.folder / f"{slot}.der"

    def pkcs11_tool(self, *arguments: str | Path, **variables: str) -> str:
        """pkcs11-tool with the module that OpenSC ships, logged in with the transport PIN."""
        login = ("--module", MODULE, "--login", "--pin", PIN)
        return self.token.done("pkcs11-tool", *login, *arguments, **variables)

    def signs(self, identifier: str, **variables: str) -> bool:
        """ECDSA-SHA256 over a message: whether openssl finds that it holds."""
        folder = self.token.folder
        message, signature = folder / "message", folder / "signature"
        message.write_bytes("社会保障".encode())
        self.pkcs11_tool(
            *("--sign", "--mechanism", "ECDSA-SHA256", "--id", identifier),
            *("-i", message, "-o", signature, "--signature-format", "openssl"),
            **variables,
        )
        key = self.public_key(SLOTS[identifier])
        verify = ("-sha256", "-verify", key, "-keyform", "DER", "-signature", signature)
        return "Verified OK" in done("openssl", "dgst", *verify, message)

    def certify(self) -> None:
        """What an authority does later, with the card's management key."""
        folder = self.token.folder
        authority, key = folder / "ca.pem", folder / "ca.key"
        done(
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-keyout", key, "-out", authority, "-subj", "/CN=CA", "-days", "30"),
        )
        secret = folder / "management.key"
        secret.write_text(self.management_key.hex(":"))
        for slot in SLOTS.values():
            certificate = folder / f"{slot}.pem"
            done(
                *("openssl", "x509", "-new", "-subj", f"/CN=Zhang San {slot}", "-days", "10"),
                *("-force_pubkey", self.public_key(slot), "-CA", authority, "-CAkey", key),
                *("-out", certificate),
            )
            told = self.token.run(
                *("piv-tool", "--admin", "M:9B:08", "--cert", slot, "--in", certificate),
                PIV_EXT_AUTH_KEY=str(secret),
            )
            assert "admin_mode failed" not in told.stderr


@pytest.fixture(params=["international", "v3.00"])
def citizen(
    request: pytest.FixtureRequest, tmp_path: Path, lonely_reader: tuple[Path, VirtualReader]
) -> Iterator[Citizen]:
    desk = Desk.open(tmp_path, request.param)
    card = desk.blank()
    desk.make(card)
    session = PivSession(card)
    for slot in SLOTS.values():
        point = session.public_key(Reference(int(slot, 16)))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        (tmp_path / f"{slot}.der").write_bytes(spki)
    file = CardFile(tmp_path / "card.json")
    file.create(card.persistent)
    keys = CardKeys(desk.store, desk.profile, REGION, ladder_factor(card.atr))
    socket_path, reader = lonely_reader
    with inserted(file.path, reader):
        token = Token(reader, tmp_path, socket_path)
        token.wait()
        yield Citizen(token, keys.key(MANAGEMENT_KEY), puk(keys.key(PUK_KEY)))


def test_opensc_lists_the_card_as_it_left_the_bureau(citizen: Citizen) -> None:
    tool = "pkcs15-tool"
    assert "Personal Identity Verification Card" in citizen.token.done("piv-tool", "--name")
    assert "Data (61 bytes): 533B3019" in citizen.token.done(tool, "--dump")  # the CHUID
    listed = citizen.token.done(tool, "--list-pins", "--list-keys", "--list-certificates")
    assert [line for line in listed.splitlines() if "[" in line and "0x" not in line] == [
        "PIN [PIN]",
        "PIN [PIV PUK]",
    ]
    assert "Private Key" not in citizen.pkcs11_tool("--list-objects")


def test_a_citizen_signs_with_the_transport_pin_before_any_certificate(citizen: Citizen) -> None:
    assert all(citizen.signs(identifier, **citizen.known()) for identifier in SLOTS)


def test_a_citizen_signs_with_certified_keys_and_ssh_sees_them(citizen: Citizen) -> None:
    citizen.certify()
    assert citizen.pkcs11_tool("--list-objects").count("Private Key Object; EC") == len(SLOTS)
    assert all(citizen.signs(identifier) for identifier in SLOTS)
    assert "PIV AUTH pubkey" in citizen.token.done("ssh-keygen", "-D", MODULE)


def test_a_citizen_changes_the_transport_pin_and_the_issuers_puk_unblocks_it(
    citizen: Citizen,
) -> None:
    new = "135790"
    module = ("pkcs11-tool", "--module", MODULE)
    citizen.token.done(*module, "--change-pin", "--pin", PIN, "--new-pin", new)
    for _ in range(3):
        wrong = citizen.token.run(*module, "--login", "--pin", PIN, "-O")
        assert "CKR_PIN_INCORRECT" in wrong.stderr
    unblock = ("--auth-id", "01", "--puk", citizen.puk, "--new-pin", PIN)
    citizen.token.done("pkcs15-tool", "--unblock-pin", *unblock)
    citizen.pkcs11_tool("--list-objects")
