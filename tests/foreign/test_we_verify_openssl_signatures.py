"""We verify what the `openssl` command signs, with SM2 and with P-256."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from crypto.errors import SuiteUnavailableError
from crypto.suites import SUITES, PrivateKey, Suite

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command here"),
]

MESSAGE = "社会保障卡".encode()
# DER of ECPrivateKey around the scalar (RFC 5915, 3), with the curve and without the point.
PRIVATE = {
    "GM": (bytes.fromhex("30310201010420"), bytes.fromhex("a00a06082a811ccf5501822d")),
    "NIST": (bytes.fromhex("30310201010420"), bytes.fromhex("a00a06082a8648ce3d030107")),
}
OPTIONS = {
    "GM": ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"],
    "NIST": ["-digest", "sha256"],
}
EACH_SUITE = pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run the command; its answer is in the return code."""
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)


def new_key(suite: Suite) -> PrivateKey:
    """A key of ours, where this machine has the suite."""
    try:
        return suite.signature.generate_key()
    except SuiteUnavailableError as error:
        pytest.skip(str(error))


@EACH_SUITE
def test_we_verify_a_signature_of_openssl(suite: Suite, tmp_path: Path) -> None:
    key = new_key(suite)
    head, tail = PRIVATE[suite.name]
    (tmp_path / "private.der").write_bytes(head + key.scalar() + tail)
    (tmp_path / "message").write_bytes(MESSAGE)
    signed = openssl(
        *("pkeyutl", "-sign", "-rawin", "-in", tmp_path / "message", "-keyform", "DER"),
        *("-inkey", tmp_path / "private.der", "-out", tmp_path / "signature"),
        *OPTIONS[suite.name],
    )
    assert signed.returncode == 0, signed.stderr
    r, s = decode_dss_signature((tmp_path / "signature").read_bytes())
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    suite.signature.verify(key.public_key, MESSAGE, signature)
