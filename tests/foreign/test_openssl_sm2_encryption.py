"""The openssl command and we decrypt each other's SM2 ciphertexts, and agree on P-256 secrets."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from crypto import sm2_ciphertext
from crypto.errors import SuiteUnavailableError
from crypto.p256 import P256Ecdsa
from crypto.sm2 import Sm2, Sm2PrivateKey

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


def pkeyutl(folder: Path, *arguments: str, data: bytes = b"") -> bytes:
    (folder / "in").write_bytes(data)
    done = subprocess.run(
        ["openssl", "pkeyutl", *arguments, "-out", "out"],
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


def test_openssl_decrypts_what_we_encrypt(key: Sm2PrivateKey, tmp_path: Path) -> None:
    private = pem(tmp_path / "key.pem", "EC PRIVATE KEY", PRIVATE + key.scalar() + SM2_CURVE)
    ours = sm2_ciphertext.to_der(Sm2().encrypt(key.public_key, MESSAGE))
    assert pkeyutl(tmp_path, "-decrypt", "-inkey", private, "-in", "in", data=ours) == MESSAGE


def test_we_decrypt_what_openssl_encrypts(key: Sm2PrivateKey, tmp_path: Path) -> None:
    public = pem(tmp_path / "key.pem", "PUBLIC KEY", SM2_PUBLIC + key.public_key)
    arguments = ("-encrypt", "-pubin", "-inkey", public, "-in", "in")
    theirs = pkeyutl(tmp_path, *arguments, data=MESSAGE)
    assert key.decrypt(sm2_ciphertext.from_der(theirs)) == MESSAGE


def test_openssl_derives_the_secret_that_we_agree_on(tmp_path: Path) -> None:
    mine, yours = P256Ecdsa().generate_key(), P256Ecdsa().generate_key()
    private = pem(tmp_path / "key.pem", "EC PRIVATE KEY", PRIVATE + yours.scalar() + P256_CURVE)
    peer = pem(tmp_path / "peer.pem", "PUBLIC KEY", P256_PUBLIC + mine.public_key)
    secret = pkeyutl(tmp_path, "-derive", "-inkey", private, "-peerkey", peer)
    assert secret == mine.agree(yours.public_key)
