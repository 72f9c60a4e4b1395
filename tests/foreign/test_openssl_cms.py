"""The openssl command opens our signed and encrypted files, and we open its."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crypto import cms, cms_signed
from crypto.certificates import load_certificate
from crypto.cms_errors import CmsRecipientError
from crypto.cms_keys import SigningIdentity
from crypto.cms_self_signed import self_signed
from tests.certificates import House, house
from tests.signer import MemorySigner

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl"),
]

AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
CONTENT = bytes(range(256)) * 8
HOUSES = {"ec": house("Elliptic"), "rsa": house("RSA", bits=2048)}
pairs = pytest.mark.parametrize(
    ("signer", "recipient"), [("ec", "ec"), ("ec", "rsa"), ("rsa", "ec"), ("rsa", "rsa")]
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, one in HOUSES.items():
        one.write(tmp_path, name)
    (tmp_path / "content").write_bytes(CONTENT)
    return tmp_path


def openssl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["openssl", "cms", *arguments], cwd=folder, capture_output=True, timeout=60, check=False
    )


def made(folder: Path, *arguments: str) -> None:
    done = openssl(folder, *arguments)
    assert done.returncode == 0, done.stderr


def ours(signer: str, recipient: str) -> bytes:
    return cms.seal(
        CONTENT,
        signer=HOUSES[signer].signing,
        recipient=HOUSES[recipient].certificate,
        at=AT,
    )


def opened(data: bytes, by: House, signer: House) -> bytes:
    return cms.open_sealed(data, recipient=by.opening, signer=signer.certificate, at=AT).content


@pairs
def test_openssl_decrypts_and_verifies_ours(folder: Path, signer: str, recipient: str) -> None:
    (folder / "ours").write_bytes(ours(signer, recipient))
    keys = ("-recip", f"{recipient}.pem", "-inkey", f"{recipient}.key")
    made(folder, "-decrypt", "-binary", "-inform", "DER", "-in", "ours", *keys, "-out", "signed")
    pinned = ("-CAfile", f"{signer}.pem", "-certfile", f"{signer}.pem", "-nointern")
    made(
        folder, "-verify", "-binary", "-inform", "DER", "-in", "signed", *pinned,
        "-purpose", "any", "-no_check_time", "-partial_chain", "-out", "back",
    )  # fmt: skip
    assert (folder / "back").read_bytes() == CONTENT


def test_openssl_verifies_what_a_key_of_a_key_store_signed(folder: Path) -> None:
    signer = MemorySigner()
    pem = self_signed(
        signer, "发卡机构", serial=bytes(16), not_before=AT, not_after=AT + timedelta(days=365)
    )
    (folder / "own.pem").write_bytes(pem)
    identity = SigningIdentity.of_signer(signer, load_certificate(pem))
    (folder / "signed").write_bytes(cms_signed.sign(CONTENT, identity, at=AT))
    pinned = ("-CAfile", "own.pem", "-certfile", "own.pem", "-nointern", "-purpose", "any")
    made(
        folder, "-verify", "-binary", "-inform", "DER", "-in", "signed", *pinned,
        "-no_check_time", "-partial_chain", "-out", "back",
    )  # fmt: skip
    assert (folder / "back").read_bytes() == CONTENT


def test_openssl_refuses_ours_with_a_changed_byte(folder: Path) -> None:
    data = bytearray(ours("ec", "ec"))
    data[-40] ^= 1
    (folder / "ours").write_bytes(data)
    keys = ("-recip", "ec.pem", "-inkey", "ec.key")
    done = openssl(folder, "-decrypt", "-inform", "DER", "-in", "ours", *keys, "-out", "signed")
    assert done.returncode != 0


@pytest.mark.parametrize("cipher", ["-aes-256-gcm", "-aes-256-cbc"])
@pytest.mark.parametrize("form", [("DER",), ("DER", "-stream"), ("PEM", "-keyid")], ids=" ".join)
@pairs
def test_we_open_what_openssl_makes(
    folder: Path, signer: str, recipient: str, form: tuple[str, ...], cipher: str
) -> None:
    keys = ("-signer", f"{signer}.pem", "-inkey", f"{signer}.key", *form[1:])
    made(
        folder, "-sign", "-binary", "-nodetach", "-in", "content", *keys,
        "-outform", "DER", "-out", "signed",
    )  # fmt: skip
    made(
        folder, "-encrypt", "-binary", "-in", "signed", cipher, "-recip", f"{recipient}.pem",
        "-outform", *form, "-out", "theirs",
    )  # fmt: skip
    theirs = (folder / "theirs").read_bytes()
    assert opened(theirs, HOUSES[recipient], HOUSES[signer]) == CONTENT


@pytest.mark.parametrize(
    ("recipient", "options"),
    [
        ("rsa", ("rsa_padding_mode:oaep", "rsa_oaep_md:sha256")),
        ("ec", ("ecdh_kdf_md:sha256",)),
    ],
    ids=["OAEP", "KDF with SHA-256"],
)
def test_we_open_the_forms_that_we_write(
    folder: Path, recipient: str, options: tuple[str, ...]
) -> None:
    keys = ("-signer", "ec.pem", "-inkey", "ec.key", "-md", "sha512")
    made(
        folder, "-sign", "-binary", "-nodetach", "-in", "content", *keys,
        "-outform", "DER", "-out", "signed",
    )  # fmt: skip
    how = [part for option in options for part in ("-keyopt", option)]
    made(
        folder, "-encrypt", "-binary", "-in", "signed", "-aes-256-gcm", "-outform", "DER",
        "-out", "theirs", "-recip", f"{recipient}.pem", *how,
    )  # fmt: skip
    theirs = (folder / "theirs").read_bytes()
    assert opened(theirs, HOUSES[recipient], HOUSES["ec"]) == CONTENT


def test_what_openssl_encrypted_to_another_is_refused(folder: Path) -> None:
    made(
        folder, "-encrypt", "-binary", "-in", "content", "-aes-256-cbc", "-recip", "rsa.pem",
        "-outform", "DER", "-out", "theirs",
    )  # fmt: skip
    with pytest.raises(CmsRecipientError):
        opened((folder / "theirs").read_bytes(), HOUSES["ec"], HOUSES["ec"])
