"""SM2 through either provider against the standard's example (GM/T 0003.5-2012, annex A)."""

import ctypes
import json
import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import sm2
from crypto.curves import SM2P256V1
from crypto.errors import KeyMaterialError, SignatureError, SuiteUnavailableError
from crypto.sm2 import Provider, Sm2, Sm2PrivateKey
from crypto.sm2_gmssl import GmsslProvider
from crypto.sm2_libcrypto import LibcryptoProvider, library_candidates

VECTORS = Path(__file__).parents[2] / "vectors" / "sm2_sm3.json"
EXAMPLE = next(
    one for one in json.loads(VECTORS.read_text())["sm2"] if one["id"] == "gmt0003.5-A-sign"
)
SCALAR, PUBLIC_KEY = bytes.fromhex(EXAMPLE["d"]), bytes.fromhex(EXAMPLE["pub"])
MESSAGE = EXAMPLE["msg"].encode()
R, S = int(EXAMPLE["r"], 16), int(EXAMPLE["s"], 16)
N = SM2P256V1.n


def raw(r: int, s: int) -> bytes:
    """r | s, 64 bytes."""
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@pytest.fixture(
    scope="module", params=[LibcryptoProvider.load, GmsslProvider.load], ids=["libcrypto", "gmssl"]
)
def scheme(request: pytest.FixtureRequest) -> Sm2:
    """SM2 by one provider."""
    load: Callable[[], Provider] = request.param
    try:
        provider = load()
    except SuiteUnavailableError as error:
        pytest.skip(str(error))
    return Sm2(find_provider=lambda: provider)


@pytest.fixture(scope="module")
def key(scheme: Sm2) -> Sm2PrivateKey:
    """The key of the standard's example."""
    return scheme.load_key(SCALAR)


def test_za_and_the_digest_are_those_of_the_example() -> None:
    za = sm2.za(PUBLIC_KEY, bytes.fromhex(EXAMPLE["id_hex"]))
    assert za == bytes.fromhex(EXAMPLE["ZA"])
    assert sm2.sm3(za + MESSAGE) == bytes.fromhex(EXAMPLE["e"])


def test_the_signature_of_the_example_holds(scheme: Sm2) -> None:
    scheme.verify(PUBLIC_KEY, MESSAGE, raw(R, S))


def test_the_public_key_of_the_example_follows_from_its_scalar(key: Sm2PrivateKey) -> None:
    assert key.public_key == PUBLIC_KEY


def test_a_signature_holds_for_its_message_only(scheme: Sm2, key: Sm2PrivateKey) -> None:
    signature = key.sign(MESSAGE)
    scheme.verify(PUBLIC_KEY, MESSAGE, signature)
    with pytest.raises(SignatureError):
        scheme.verify(PUBLIC_KEY, MESSAGE + b".", signature)


def test_a_new_key_signs_and_loads_again(scheme: Sm2) -> None:
    key = scheme.generate_key()
    scheme.verify(key.public_key, MESSAGE, key.sign(MESSAGE))
    assert scheme.load_key(key.scalar()).public_key == key.public_key


def test_another_key_did_not_sign(scheme: Sm2, key: Sm2PrivateKey) -> None:
    with pytest.raises(SignatureError):
        scheme.verify(scheme.generate_key().public_key, MESSAGE, key.sign(MESSAGE))


def test_a_signature_for_one_user_id_does_not_hold_for_another(scheme: Sm2) -> None:
    other = Sm2(b"ALICE123@YAHOO.COM", scheme.find_provider)
    signature = other.load_key(SCALAR).sign(MESSAGE)
    other.verify(PUBLIC_KEY, MESSAGE, signature)
    with pytest.raises(SignatureError):
        scheme.verify(PUBLIC_KEY, MESSAGE, signature)


@pytest.mark.parametrize(
    ("r", "s"),
    [
        pytest.param(0, S, id="r-is-zero"),
        pytest.param(R, 0, id="s-is-zero"),
        pytest.param(0, 0, id="both-zero"),
        pytest.param(N, S, id="r-is-n"),
        pytest.param(R, N, id="s-is-n"),
        pytest.param(N + 1, S, id="r-above-n"),
        pytest.param(R, (1 << 256) - 1, id="s-above-n"),
        pytest.param(R, N - R, id="r-plus-s-is-n"),
        pytest.param(S, R, id="swapped"),
        pytest.param(N - R, S, id="r-negated"),
        pytest.param(R, N - S, id="s-negated"),
        pytest.param(1, 1, id="ones"),
    ],
)
def test_numbers_that_are_no_signature_are_refused(scheme: Sm2, r: int, s: int) -> None:
    with pytest.raises(SignatureError):
        scheme.verify(PUBLIC_KEY, MESSAGE, raw(r, s))


@pytest.mark.parametrize(
    "signature", [raw(R, S) + b"\x00", raw(R, S)[:-1], b"", bytes([0]) + raw(R, S)]
)
def test_a_signature_of_another_length_is_refused(scheme: Sm2, signature: bytes) -> None:
    with pytest.raises(SignatureError):
        scheme.verify(PUBLIC_KEY, MESSAGE, signature)


@pytest.mark.parametrize(
    "public_key",
    [b"", PUBLIC_KEY[1:], bytes(65), PUBLIC_KEY[:-1] + b"\x00", b"\x06" + PUBLIC_KEY[1:]],
)
def test_a_point_off_the_curve_is_refused(scheme: Sm2, public_key: bytes) -> None:
    with pytest.raises(KeyMaterialError):
        scheme.verify(public_key, MESSAGE, raw(R, S))


@pytest.mark.parametrize("number", [0, N - 1, N, N + 1, (1 << 256) - 1])
def test_a_scalar_out_of_range_is_refused(scheme: Sm2, number: int) -> None:
    # libcrypto 3.0 takes 0 and n, and loops for ever on n - 1.
    with pytest.raises(KeyMaterialError):
        scheme.load_key(number.to_bytes(32, "big"))


@pytest.mark.parametrize("number", [1, 2, N - 2])
def test_a_scalar_at_the_edge_signs(scheme: Sm2, number: int) -> None:
    key = scheme.load_key(number.to_bytes(32, "big"))
    scheme.verify(key.public_key, MESSAGE, key.sign(MESSAGE))


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_scalar_of_another_length_is_refused(scheme: Sm2, size: int) -> None:
    with pytest.raises(KeyMaterialError):
        scheme.load_key(b"\x01" * size)


@given(signature=st.binary(max_size=80), message=st.binary(max_size=20))
def test_any_bytes_are_no_signature(signature: bytes, message: bytes) -> None:
    with pytest.raises(SignatureError):
        Sm2().verify(PUBLIC_KEY, message, signature)


def test_both_providers_hold_the_same_signatures() -> None:
    signed_here, verified_there = Sm2(find_provider=LibcryptoProvider.load), _gmssl()
    signed_here_key, signed_there_key = (
        one.load_key(SCALAR) for one in (signed_here, verified_there)
    )
    verified_there.verify(PUBLIC_KEY, MESSAGE, signed_here_key.sign(MESSAGE))
    signed_here.verify(PUBLIC_KEY, MESSAGE, signed_there_key.sign(MESSAGE))


def test_the_private_scalar_is_not_printed(key: Sm2PrivateKey) -> None:
    assert SCALAR.hex() not in repr(key)
    assert repr(SCALAR) not in repr(key)


def test_many_threads_share_a_key(scheme: Sm2, key: Sm2PrivateKey) -> None:
    def sign_and_verify(number: int) -> None:
        message = number.to_bytes(2, "big")
        scheme.verify(PUBLIC_KEY, message, key.sign(message))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sign_and_verify, range(64)))


@pytest.mark.skipif(sys.platform == "win32", reason="no fork on Windows")
def test_no_nonce_is_repeated_after_a_fork(key: Sm2PrivateKey) -> None:
    # r = e + x1: with one message, equal nonces would show as equal r.
    processes = multiprocessing.get_context("fork")
    queue = processes.SimpleQueue()

    def sign_in_child() -> None:
        queue.put([key.sign(MESSAGE) for _ in range(4)])

    children = [processes.Process(target=sign_in_child) for _ in range(3)]
    for child in children:
        child.start()
    signatures = [signature for _ in children for signature in queue.get()]
    for child in children:
        child.join()
    signatures += [key.sign(MESSAGE) for _ in range(4)]
    assert len({signature[:32] for signature in signatures}) == 16


def test_nothing_is_loaded_at_import() -> None:
    script = """
import sys, crypto.cli, crypto.sm2
print("gmssl_pyx" in sys.modules, crypto.sm2.provider.cache_info().currsize)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.split() == [b"False", b"0"]


def test_the_first_provider_that_works_is_chosen() -> None:
    def missing() -> Provider:
        raise SuiteUnavailableError("GM", "not installed")

    assert sm2.choose_provider([missing, GmsslProvider.load]).name == "gmssl-pyx"


def test_without_a_provider_the_reasons_and_a_remedy_are_told() -> None:
    def missing() -> Provider:
        raise SuiteUnavailableError("GM", "no such library")

    with pytest.raises(SuiteUnavailableError, match="no such library; no such library") as caught:
        sm2.choose_provider([missing, missing])
    assert "gmssl-pyx" in caught.value.remedy.en


def test_a_library_that_fails_the_example_is_not_chosen() -> None:
    class BrokenLibrary(ModuleType):
        """gmssl-pyx as built wrongly: it signs, and holds no signature for genuine."""

        GmsslInnerError = ValueError

        def sm2_sign_sm3_digest(self, scalar: bytes, digest: bytes) -> bytes:
            return bytes(_gmssl().find_provider().signing_function(SCALAR, PUBLIC_KEY)(digest))

        def sm2_verify_sm3_digest(self, *arguments: bytes) -> bool:
            return False

    with pytest.raises(SuiteUnavailableError, match=r"fails the example of GM/T 0003\.5"):
        sm2.choose_provider([lambda: GmsslProvider(BrokenLibrary("broken"))])


def test_a_library_without_the_functions_is_passed_over() -> None:
    with pytest.raises(AttributeError):
        LibcryptoProvider(ctypes.CDLL(None), "the C library")


def test_libcrypto_is_looked_for_by_version_on_every_system(tmp_path: Path) -> None:
    (tmp_path / "DLLs").mkdir()
    (tmp_path / "DLLs" / "libcrypto-3-x64.dll").touch()
    assert library_candidates("linux", tmp_path)[0] == "libcrypto.so.3"
    assert all("libcrypto.3.dylib" in one for one in library_candidates("darwin", tmp_path))
    assert library_candidates("win32", tmp_path) == [str(tmp_path / "DLLs" / "libcrypto-3-x64.dll")]


def _gmssl() -> Sm2:
    try:
        provider = GmsslProvider.load()
    except SuiteUnavailableError as error:
        pytest.skip(str(error))
    return Sm2(find_provider=lambda: provider)
