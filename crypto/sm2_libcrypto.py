"""SM2 through the machine's OpenSSL 3 libcrypto, by ctypes.

Reached are documented EVP and EC functions only (OpenSSL 3.0 manual, EVP_PKEY_fromdata(3),
EVP_PKEY-SM2(7), EC_POINT_mul(3)). A call releases the interpreter lock. Keys are made by
EVP_PKEY_fromdata for type "SM2", never from DER: an SM2 curve under type "EC" would sign ECDSA.
"""

import ctypes
import secrets
import sys
from collections.abc import Callable
from ctypes import CDLL, POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_void_p
from functools import lru_cache
from pathlib import Path
from typing import Final

from crypto.curves import POINT_SIZE, SCALAR_SIZE, SM2P256V1
from crypto.errors import CryptoError, SuiteUnavailableError

_NID_SM2: Final = 1172  # obj_mac.h
_POINT_UNCOMPRESSED: Final = 4  # ec.h, point_conversion_form_t
_SELECT_PUBLIC_KEY: Final = 0x86  # evp.h, EVP_PKEY_PUBLIC_KEY
_SELECT_KEY_PAIR: Final = 0x87  # evp.h, EVP_PKEY_KEYPAIR
# core.h, OSSL_PARAM_*
_PARAM_UNSIGNED_INTEGER: Final = 2
_PARAM_UTF8_STRING: Final = 4
_PARAM_OCTET_STRING: Final = 5
_CIPHERTEXT_OVERHEAD: Final = 128  # two INTEGERs of 33 bytes, a digest of 32, and DER's own
_MAX_DER_SIZE: Final = 72  # SEQUENCE of two INTEGERs of 33 bytes

_Step = Callable[..., int]


class _Param(ctypes.Structure):
    """OSSL_PARAM (core.h)."""

    _fields_ = (
        ("key", c_char_p),
        ("data_type", c_uint),
        ("data", c_void_p),
        ("data_size", c_size_t),
        ("return_size", c_size_t),
    )


# name -> (result, arguments); a pointer is c_void_p, for without it ctypes cuts it to 32 bits.
_FUNCTIONS: Final = {
    "OPENSSL_version_major": (c_uint, ()),
    "ERR_clear_error": (None, ()),
    "EC_GROUP_new_by_curve_name": (c_void_p, (c_int,)),
    "EC_POINT_new": (c_void_p, (c_void_p,)),
    "EC_POINT_free": (None, (c_void_p,)),
    "EC_POINT_mul": (c_int, (c_void_p,) * 6),
    "EC_POINT_point2oct": (
        c_size_t,
        (c_void_p, c_void_p, c_int, c_char_p, c_size_t, c_void_p),
    ),
    "BN_bin2bn": (c_void_p, (c_char_p, c_int, c_void_p)),
    "BN_clear_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_PKEY_CTX_new_from_pkey": (c_void_p, (c_void_p, c_void_p, c_char_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_fromdata_init": (c_int, (c_void_p,)),
    "EVP_PKEY_fromdata": (c_int, (c_void_p, POINTER(c_void_p), c_int, POINTER(_Param))),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_sign_init": (c_int, (c_void_p,)),
    "EVP_PKEY_sign": (
        c_int,
        (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t),
    ),
    "EVP_PKEY_encrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_encrypt": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_PKEY_decrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_decrypt": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_PKEY_verify_init": (c_int, (c_void_p,)),
    "EVP_PKEY_verify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
}


class _Pkey:
    """An EVP_PKEY, freed with this object."""

    def __init__(self, handle: int, free: Callable[[int], None]) -> None:
        self.handle = handle
        self._free = free

    def __del__(self) -> None:
        self._free(self.handle)


class LibcryptoProvider:
    """SM2 by libcrypto; see crypto.sm2.Provider."""

    def __init__(self, library: CDLL, name: str) -> None:
        self.name = name
        self._lib = library
        for function, (result, arguments) in _FUNCTIONS.items():
            prototype = getattr(library, function)
            prototype.restype = result
            prototype.argtypes = arguments
        self._group = self._made(library.EC_GROUP_new_by_curve_name(_NID_SM2), "the SM2 curve")
        # A verifier meets few issuers: their keys are kept, not parsed for every card.
        self._public_pkey = lru_cache(maxsize=64)(self._new_public_pkey)

    @classmethod
    def load(cls) -> "LibcryptoProvider":
        """Load libcrypto; SuiteUnavailableError if none of version 3 or later has SM2."""
        for candidate in library_candidates(sys.platform, Path(sys.base_prefix)):
            try:
                library = CDLL(candidate)
                if library.OPENSSL_version_major() >= 3:
                    return cls(library, f"libcrypto ({candidate})")
            except (OSError, AttributeError, CryptoError):
                continue  # Not there, an older OpenSSL, or one built without SM2.
        raise SuiteUnavailableError("GM", "no libcrypto of OpenSSL 3 or later with SM2 was found")

    def generate(self) -> tuple[bytes, bytes]:
        scalar = (1 + secrets.randbelow(SM2P256V1.n - 2)).to_bytes(SCALAR_SIZE, "big")
        return scalar, self.public_key(scalar)

    def public_key(self, scalar: bytes) -> bytes:
        lib = self._lib
        point = self._made(lib.EC_POINT_new(self._group), "EC_POINT_new")
        number = lib.BN_bin2bn(scalar, len(scalar), None)
        try:
            encoded = ctypes.create_string_buffer(POINT_SIZE)
            done = (
                number
                # With the generator alone this is libcrypto's constant-time ladder.
                and lib.EC_POINT_mul(self._group, point, number, None, None, None) == 1
                and lib.EC_POINT_point2oct(
                    self._group, point, _POINT_UNCOMPRESSED, encoded, POINT_SIZE, None
                )
                == POINT_SIZE
            )
            self._made(done, "EC_POINT_mul")
            return encoded.raw
        finally:
            lib.EC_POINT_free(point)
            lib.BN_clear_free(number)

    def signing_function(self, scalar: bytes, public_key: bytes) -> Callable[[bytes], bytes]:
        pkey = self._pkey(public_key, scalar)
        steps = (self._lib.EVP_PKEY_sign_init, self._lib.EVP_PKEY_sign)
        return lambda digest: self._in_two_steps(steps, pkey, digest, _MAX_DER_SIZE)

    def verify(self, public_key: bytes, digest: bytes, signature: bytes) -> bool:
        lib = self._lib
        context = lib.EVP_PKEY_CTX_new_from_pkey(None, self._public_pkey(public_key).handle, None)
        try:
            self._made(context and lib.EVP_PKEY_verify_init(context) == 1, "EVP_PKEY_verify_init")
            holds: int = lib.EVP_PKEY_verify(
                context, signature, len(signature), digest, len(digest)
            )
        finally:
            lib.EVP_PKEY_CTX_free(context)
        if holds != 1:
            # The queue of errors is the thread's, and Python's ssl reads the same one.
            lib.ERR_clear_error()
        return holds == 1

    def encrypt(self, public_key: bytes, message: bytes) -> bytes:
        lib = self._lib
        steps = (lib.EVP_PKEY_encrypt_init, lib.EVP_PKEY_encrypt)
        room = len(message) + _CIPHERTEXT_OVERHEAD
        return self._in_two_steps(steps, self._public_pkey(public_key), message, room)

    def decrypt(self, scalar: bytes, public_key: bytes, ciphertext: bytes) -> bytes:
        lib = self._lib
        steps = (lib.EVP_PKEY_decrypt_init, lib.EVP_PKEY_decrypt)
        pkey = self._pkey(public_key, scalar)
        return self._in_two_steps(steps, pkey, ciphertext, len(ciphertext))

    def _in_two_steps(
        self, steps: tuple[_Step, _Step], pkey: _Pkey, data: bytes, room: int
    ) -> bytes:
        begin, run = steps
        # A context serves one call: it must not be shared between threads.
        context = self._lib.EVP_PKEY_CTX_new_from_pkey(None, pkey.handle, None)
        try:
            result = ctypes.create_string_buffer(room)
            size = c_size_t(room)
            done = (
                context
                and begin(context) == 1
                and run(context, result, byref(size), data, len(data)) == 1
            )
            self._made(done, "to sign, encrypt or decrypt")
            return result.raw[: size.value]
        finally:
            self._lib.EVP_PKEY_CTX_free(context)

    def _new_public_pkey(self, public_key: bytes) -> _Pkey:
        return self._pkey(public_key, None)

    def _pkey(self, public_key: bytes, scalar: bytes | None) -> _Pkey:
        lib = self._lib
        values = [
            (b"group", _PARAM_UTF8_STRING, b"SM2"),
            (b"pub", _PARAM_OCTET_STRING, public_key),
        ]
        if scalar is not None:
            # OSSL_PARAM(3): integers stand in the machine's own byte order.
            number = scalar[::-1] if sys.byteorder == "little" else scalar
            values.append((b"priv", _PARAM_UNSIGNED_INTEGER, number))
        params = (_Param * (len(values) + 1))()
        for param, (key, data_type, data) in zip(params, values, strict=False):
            address = ctypes.cast(c_char_p(data), c_void_p).value
            param.key, param.data_type, param.data, param.data_size = (
                key,
                data_type,
                address,
                len(data),
            )
        handle = c_void_p()
        selection = _SELECT_PUBLIC_KEY if scalar is None else _SELECT_KEY_PAIR
        context = lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        try:
            done = (
                context
                and lib.EVP_PKEY_fromdata_init(context) == 1
                and lib.EVP_PKEY_fromdata(context, byref(handle), selection, params) == 1
            )
            self._made(done, "EVP_PKEY_fromdata")
        finally:
            lib.EVP_PKEY_CTX_free(context)
        return _Pkey(int(handle.value or 0), lib.EVP_PKEY_free)

    def _made(self, result: int | None, what: str) -> int:
        if not result:
            self._lib.ERR_clear_error()
            raise CryptoError(f"{self.name} refuses {what}")
        return result


def library_candidates(platform: str, prefix: Path) -> list[str]:
    """Where libcrypto may be, best first; always with its version, as macOS aborts without."""
    if platform == "win32":
        return [str(path) for path in sorted((prefix / "DLLs").glob("libcrypto-3*.dll"))]
    if platform == "darwin":
        name = "libcrypto.3.dylib"
        homes = (
            "/opt/homebrew/opt/openssl@3/lib",
            "/usr/local/opt/openssl@3/lib",
            "/opt/local/lib",
        )
        return [str(prefix / "lib" / name), *(f"{home}/{name}" for home in homes), name]
    names = ("libcrypto.so.3", "libcrypto.so.4")
    return [*names, *(str(prefix / "lib" / name) for name in names)]
