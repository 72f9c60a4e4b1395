"""What the card's key applications do with a key pair of their own: made, used, and checked.

``@ piv 9A``   the management key proved, a pair made, the PIN shown, a digest signed (SP 800-73-4)
``@ pki``      login by challenge, a signing pair made, a digest signed (LD/T 32.7, version 3.00)

The application is selected before. PINs and management key are a reference card's public ones.
"""

from typing import TYPE_CHECKING

from crypto.block_ciphers import TRIPLE_DES
from crypto.p256 import P256Ecdsa
from hardware_sim.card.piv.defaults import MANAGEMENT_KEY, PIN
from hardware_sim.card.pki.defaults import USER_PIN
from hardware_sim.conformance.host import ActionError, accepted, require_equal
from reader.card_profile import piv, pki
from reader.card_profile.pki import DIALECT, Header, PkiFile
from reader.iso7816 import tlv
from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu
from reader.iso7816.commands import Ins

if TYPE_CHECKING:
    from hardware_sim.conformance.run import Run

DIGEST = bytes(range(32))
HOST_CHALLENGE = bytes.fromhex("1011121314151617")
SEQUENCE, INTEGER = 0x30, 0x02  # of a signature in DER (RFC 3279, 2.2.3)
SCALAR_SIZE = 32
CONTROL_TEMPLATE, MECHANISM = 0xAC, 0x80  # of GENERATE ASYMMETRIC KEY PAIR
UNCOMPRESSED = b"\x04"


def piv_pair(run: "Run", text: str) -> None:
    """A key pair under this reference, whose signature holds under the key that was answered."""
    reference = int(text, 16)
    _manage(run)
    mechanism = tlv.encode(MECHANISM, bytes((piv.Algorithm.ECC_P256,)))
    template = tlv.encode(CONTROL_TEMPLATE, mechanism)
    made = accepted(run, _command(Ins.GENERATE_ASYMMETRIC_KEY_PAIR, 0x00, reference, template))
    public_key = _inside(made, piv.PUBLIC_KEY_TEMPLATE, piv.PUBLIC_POINT)
    shown = piv.padded_pin(PIN)
    accepted(run, CommandApdu(ins=Ins.VERIFY, p2=piv.Reference.APPLICATION_PIN, data=shown))
    asked = tlv.encode(piv.RESPONSE, b"") + tlv.encode(piv.CHALLENGE, DIGEST)
    signature = _inside(
        _authenticate(run, piv.Algorithm.ECC_P256, reference, asked),
        piv.DYNAMIC_AUTHENTICATION,
        piv.RESPONSE,
    )
    parts = [value for tag, value in tlv.parse(_inside(signature, SEQUENCE)) if tag == INTEGER]
    r_s = b"".join(part.lstrip(b"\x00").rjust(SCALAR_SIZE, b"\x00") for part in parts)
    P256Ecdsa().verify_digest(public_key, DIGEST, r_s)


def pki_pair(run: "Run", _: str) -> None:
    """A signing pair of the PKI application, whose signature holds under the key that is read."""
    suite = run.known.profile.suite
    digest = accepted(run, _dialect(DIALECT.digest, tlv.encode(pki.INPUT, USER_PIN)))
    challenge = accepted(run, CommandApdu(ins=Ins.GET_CHALLENGE, ne=pki.BLOCK_SIZE))
    proof = suite.cipher.encrypt(digest[: pki.PIN_KEY_SIZE], challenge)
    accepted(run, CommandApdu(ins=Ins.VERIFY, p1=pki.LOGIN, p2=pki.USER_PIN, data=proof))
    pair = tlv.encode(
        pki.PUBLIC_REFERENCE, PkiFile.SIGNING_PUBLIC_KEY.to_bytes(2, "big")
    ) + tlv.encode(pki.PRIVATE_REFERENCE, PkiFile.SIGNING_PRIVATE_KEY.to_bytes(2, "big"))
    accepted(run, _dialect(DIALECT.generate, pair))
    accepted(run, CommandApdu(ins=Ins.SELECT, data=PkiFile.SIGNING_PUBLIC_KEY.to_bytes(2, "big")))
    size = len(pki.PUBLIC_KEY_HEADER) + pki.PUBLIC_KEY_SIZE
    read = accepted(run, CommandApdu(ins=Ins.READ_BINARY, ne=size))
    public_key = UNCOMPRESSED + read[len(pki.PUBLIC_KEY_HEADER) :]
    signature = accepted(run, _dialect(DIALECT.sign, DIGEST))
    suite.signature.verify_digest(public_key, DIGEST, signature)


def _manage(run: "Run") -> None:
    """Mutual authentication with the management key (SP 800-73-4, part 2, A.1.2)."""
    algorithm, reference = piv.Algorithm.TRIPLE_DES, piv.Reference.CARD_MANAGEMENT
    path = (piv.DYNAMIC_AUTHENTICATION, piv.WITNESS)
    asked = _authenticate(run, algorithm, reference, tlv.encode(piv.WITNESS, b""))
    witness = TRIPLE_DES.decrypt(MANAGEMENT_KEY, _inside(asked, *path))
    proof = tlv.encode(piv.WITNESS, witness) + tlv.encode(piv.CHALLENGE, HOST_CHALLENGE)
    answer = _authenticate(run, algorithm, reference, proof)
    expected = TRIPLE_DES.encrypt(MANAGEMENT_KEY, HOST_CHALLENGE)
    require_equal(_inside(answer, path[0], piv.RESPONSE), expected, "answer to the challenge")


def _authenticate(run: "Run", algorithm: int, reference: int, asked: bytes) -> bytes:
    template = tlv.encode(piv.DYNAMIC_AUTHENTICATION, asked)
    return accepted(run, _command(Ins.GENERAL_AUTHENTICATE, algorithm, reference, template))


def _command(ins: Ins, p1: int, p2: int, data: bytes) -> CommandApdu:
    return CommandApdu(ins=ins, p1=p1, p2=p2, data=data, ne=SHORT_MAX_NE)


def _dialect(header: Header, data: bytes) -> CommandApdu:
    cla, ins, p1, p2 = header
    return CommandApdu(cla=cla, ins=ins, p1=p1, p2=p2, data=data, ne=SHORT_MAX_NE)


def _inside(answer: bytes, *path: int) -> bytes:
    try:
        found = tlv.find(answer, *path)
    except tlv.TlvError:
        found = None
    if found is None:
        raise ActionError(f"nothing under {'/'.join(f'{tag:X}' for tag in path)}: {answer.hex()}")
    return found
