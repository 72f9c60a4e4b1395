"""The openssl command opens our SM2 ciphertexts and envelopes, and we its; P-256 secrets agree."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from crypto import sm2_ciphertext
from crypto.errors import SuiteUnavailableError
from crypto.key_envelope import KeyEnvelope, open_envelope, seal
from crypto.p256 import P256Ecdsa
from crypto.sm2 import Sm2, Sm2PrivateKey
from crypto.suites import GM

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl"),
]

MESSAGE = "社会保障卡".encode()
# SubjectPublicKeyInfo up to the point (RFC 5480, 2), and ECPrivateKey around the scalar (RFC 5915).
SM2_PUBLIC = bytes.fromhex("3059301306072A8648CE3D020106082A811CCF5501822D034200")
P256_PUBLIC = bytes.fromhex("3059301306072A8648CE3D020106082A8648CE3D030107034200")
PRIVATE = bytes.fromhex("30310201010420")
SM2_CURVE = bytes.fromhex("A00A06082A811CCF5501822D")
P256_CURVE = bytes.fromhex("A00A06082A8648CE3D030107")


def pem(path: Path, kind: str, der: bytes) -> str:
    body = base64.encodebytes(der).decode()
    path.write_text(f"-----BEGIN {kind}-----\n{body}-----END {kind}-----\n")
    return str(path)


def openssl(folder: Path, *arguments: str, data: bytes = b"") -> bytes:
    (folder / "in").write_bytes(data)
    done = subprocess.run(
        ["openssl", *arguments, "-out", "out"],
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return (folder / "out").read_bytes()


@pytest.fixture
def key() -> Sm2PrivateKey:
    try:
        return Sm2().generate_key()
    except SuiteUnavailableError as error:
        pytest.skip(str(error))


def sm2(folder: Path, direction: str, key: str, data: bytes) -> bytes:
    public = ("-pubin",) if direction == "-encrypt" else ()
    return openssl(folder, "pkeyutl", direction, *public, "-inkey", key, "-in", "in", data=data)


def sm4(folder: Path, direction: str, key: bytes, data: bytes) -> bytes:
    arguments = ("enc", "-sm4-ecb", "-nopad", direction, "-K", key.hex(), "-in", "in")
    return openssl(folder, *arguments, data=data)


def test_openssl_decrypts_what_we_encrypt(key: Sm2PrivateKey, tmp_path: Path) -> None:
    private = pem(tmp_path / "key.pem", "EC PRIVATE KEY", PRIVATE + key.scalar() + SM2_CURVE)
    ours = sm2_ciphertext.to_der(Sm2().encrypt(key.public_key, MESSAGE))
    assert sm2(tmp_path, "-decrypt", private, ours) == MESSAGE


def test_we_decrypt_what_openssl_encrypts(key: Sm2PrivateKey, tmp_path: Path) -> None:
    public = pem(tmp_path / "key.pem", "PUBLIC KEY", SM2_PUBLIC + key.public_key)
    theirs = sm2(tmp_path, "-encrypt", public, MESSAGE)
    assert key.decrypt(sm2_ciphertext.from_der(theirs)) == MESSAGE


def test_openssl_opens_an_envelope_of_ours(key: Sm2PrivateKey, tmp_path: Path) -> None:
    pair = Sm2().generate_key()
    envelope = seal(GM, key.public_key, pair, bytes(range(16)))
    private = pem(tmp_path / "key.pem", "EC PRIVATE KEY", PRIVATE + key.scalar() + SM2_CURVE)
    wrapped = sm2_ciphertext.to_der(b"\x04" + envelope.wrapped_key)
    symmetric_key = sm2(tmp_path, "-decrypt", private, wrapped)
    assert sm4(tmp_path, "-d", symmetric_key, envelope.encrypted_scalar) == pair.scalar()


def test_we_open_an_envelope_of_openssl(key: Sm2PrivateKey, tmp_path: Path) -> None:
    pair = Sm2().generate_key()
    public = pem(tmp_path / "key.pem", "PUBLIC KEY", SM2_PUBLIC + key.public_key)
    wrapped = sm2_ciphertext.from_der(sm2(tmp_path, "-encrypt", public, bytes(range(16))))
    encrypted = sm4(tmp_path, "-e", bytes(range(16)), pair.scalar())
    envelope = KeyEnvelope(wrapped[1:], pair.public_key, encrypted)
    assert open_envelope(GM, key, envelope).scalar() == pair.scalar()


def test_openssl_derives_the_secret_that_we_agree_on(tmp_path: Path) -> None:
    mine, yours = P256Ecdsa().generate_key(), P256Ecdsa().generate_key()
    private = pem(tmp_path / "key.pem", "EC PRIVATE KEY", PRIVATE + yours.scalar() + P256_CURVE)
    peer = pem(tmp_path / "peer.pem", "PUBLIC KEY", P256_PUBLIC + mine.public_key)
    secret = openssl(tmp_path, "pkeyutl", "-derive", "-inkey", private, "-peerkey", peer)
    assert secret == mine.agree(yours.public_key)
