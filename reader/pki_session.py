"""A conversation with the PKI application of a card: logins, key pairs, certificates, signatures.

Commands are `reader.card_profile.pki`'s. The digest of a PIN is made here: the card offers to make
it ('80 C4'), but then the PIN crosses the line in the clear.
"""

from dataclasses import dataclass, field
from typing import Final

from crypto import pin_blocks
from crypto.key_envelope import KeyEnvelope
from crypto.padding import pad
from crypto.sm2 import Sm2, za
from crypto.suites import Suite
from reader.card_profile.key_applications import PKI_ADF, PKI_ENVIRONMENT, KeyApplication
from reader.card_profile.pki import (
    ADMIN_PIN,
    BLOCK_SIZE,
    CERTIFICATE_BLOCK,
    DIALECT,
    INPUT,
    LOGIN,
    MAC_SIZE,
    MASTER_KEY_BLOCK,
    MASTER_KEY_KID,
    PIN_KEY_SIZE,
    PRIVATE_REFERENCE,
    PRIVATE_VALUE,
    PUBLIC_KEY_HEADER,
    PUBLIC_KEY_SIZE,
    PUBLIC_REFERENCE,
    PUBLIC_VALUE,
    RESET_TRIES,
    USER_PIN,
    Header,
    PkiFile,
    fold_mac,
)
from reader.errors import (
    AccessRefusedError,
    CardRefusedError,
    KeyPairMissingError,
    MalformedAnswerError,
    PinBlockedError,
    WrongPinError,
)
from reader.iso7816 import commands, tlv
from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu
from reader.iso7816.status import SW, tries_left
from reader.transport import GetResponse, Transport, decode_answer

SIGNATURE_SIZE: Final = 64
READ_BLOCK: Final = 0xE0
CERTIFICATE_TAG: Final = 0x30  # a DER SEQUENCE
SIGNING_PAIR: Final = (PkiFile.SIGNING_PUBLIC_KEY, PkiFile.SIGNING_PRIVATE_KEY)


@dataclass(frozen=True, slots=True)
class MasterKeyChange:
    """The master key of one level of the application, and the one that takes its place."""

    old: bytes = field(repr=False)
    new: bytes = field(repr=False)


class PkiSession:
    """Speaks to the PKI application behind *transport*; its keys are of *suite*."""

    def __init__(self, transport: Transport, suite: Suite) -> None:
        self._transport = GetResponse(transport)
        self._suite = suite
        self._select(PKI_ENVIRONMENT)
        self._select(PKI_ADF)

    def verify_user_pin(self, pin: str) -> None:
        """Log in as the holder. WrongPinError with the tries left, or PinBlockedError."""
        self._login(USER_PIN, pin)

    def verify_admin_pin(self, pin: str) -> None:
        """Log in as the administrator; errors as for `verify_user_pin`."""
        self._login(ADMIN_PIN, pin)

    def change_user_pin(self, old: str, new: str) -> None:
        """A new PIN for the holder; errors as for `verify_user_pin`."""
        self._change_pin(USER_PIN, old, new)

    def change_admin_pin(self, old: str, new: str) -> None:
        """A new PIN for the administrator; errors as for `verify_user_pin`."""
        self._change_pin(ADMIN_PIN, old, new)

    def unblock_user_pin(self) -> None:
        """Give the holder all tries back, after `verify_admin_pin`."""
        self._send(CommandApdu(ins=commands.Ins.RESET_RETRY_COUNTER, p1=RESET_TRIES, p2=USER_PIN))

    def change_master_keys(
        self, environment: MasterKeyChange, application: MasterKeyChange
    ) -> None:
        """Replace the master keys of both levels. Logins end with it.

        The application's goes first, as the field does it. WrongPinError where an old key is wrong.
        """
        self._select(PKI_ADF)
        self._change_master_key(application)
        self._select(PKI_ENVIRONMENT)
        self._change_master_key(environment)
        self._select(PKI_ADF)

    def generate_signing_key(self) -> bytes:
        """Let the card make its signing pair: the public key, 04 | X | Y. After the user's PIN."""
        self._send_header(DIALECT.generate, _references(*SIGNING_PAIR))
        return self.public_key(PkiFile.SIGNING_PUBLIC_KEY)

    def public_key(self, file: PkiFile) -> bytes:
        """The public key in a file, 04 | X | Y; KeyPairMissingError if there is none yet."""
        self._send(commands.select_fid(file))
        size = len(PUBLIC_KEY_HEADER) + PUBLIC_KEY_SIZE
        content = self._send(commands.read_binary(0, size))
        if len(content) != size or not content.startswith(PUBLIC_KEY_HEADER):
            raise MalformedAnswerError(f"public key in {file:04X}")
        return b"\x04" + content[len(PUBLIC_KEY_HEADER) :]

    def certificate(self, file: PkiFile) -> bytes | None:
        """The certificate in a file, DER; None if there is none. What fills the file is dropped."""
        self._send(commands.select_fid(file))
        content = self._send(commands.read_binary(0, READ_BLOCK))
        if not content or content[0] != CERTIFICATE_TAG:
            return None
        try:
            size = tlv.size_of_first(content)
        except tlv.TlvError as error:
            raise MalformedAnswerError(f"certificate in {file:04X}: {error}") from error
        while len(content) < size:
            ne = min(READ_BLOCK, size - len(content))
            part = self._send(commands.read_binary(len(content), ne))
            if not part:
                raise MalformedAnswerError(f"certificate in {file:04X} ends early")
            content += part
        return content[:size]

    def write_certificate(self, file: PkiFile, der: bytes) -> None:
        """Write a certificate. After the user's PIN."""
        self._send(commands.select_fid(file))
        for offset in range(0, len(der), CERTIFICATE_BLOCK):
            piece = der[offset : offset + CERTIFICATE_BLOCK]
            self._send(commands.update_binary(offset, piece))

    def import_encryption_key(self, envelope: KeyEnvelope) -> None:
        """Bring an encryption pair that was sealed for the signing key. After the user's PIN.

        CardRefusedError where it was sealed for another card or does not fit together; then the
        card keeps what it had.
        """
        key = self.unwrap(envelope.wrapped_key, PkiFile.SIGNING_PRIVATE_KEY)
        self._send_header(DIALECT.load_key, tlv.encode(INPUT, key))
        public = _reference(PUBLIC_REFERENCE, PkiFile.ENCRYPTION_PUBLIC_KEY)
        self._send_header(
            DIALECT.import_public, public + tlv.encode(PUBLIC_VALUE, envelope.public_key[1:])
        )
        private = _reference(PRIVATE_REFERENCE, PkiFile.ENCRYPTION_PRIVATE_KEY)
        self._send_header(
            DIALECT.import_private, private + tlv.encode(PRIVATE_VALUE, envelope.encrypted_scalar)
        )

    def unwrap(self, wrapped_key: bytes, file: PkiFile = PkiFile.ENCRYPTION_PRIVATE_KEY) -> bytes:
        """The symmetric key of an envelope for this card, 16 bytes. After the user's PIN."""
        # Long form with two octets, as the field sends it: tlv.encode would make it shorter.
        head = bytes((INPUT, 0x82)) + len(wrapped_key).to_bytes(2, "big")
        data = _reference(PRIVATE_REFERENCE, file) + head + wrapped_key
        key = self._send_header(DIALECT.decrypt, data, ne=SHORT_MAX_NE)
        if len(key) != PIN_KEY_SIZE:
            raise MalformedAnswerError("symmetric key")
        return key

    def sign(self, message: bytes) -> bytes:
        """r | s over a message, hashed here as the suite asks. After the user's PIN."""
        public_key = self.public_key(PkiFile.SIGNING_PUBLIC_KEY)
        match self._suite.signature:
            case Sm2(user_id=user_id):
                message = za(public_key, user_id) + message
        return self.sign_digest(self._suite.digest(message))

    def sign_digest(self, digest: bytes) -> bytes:
        """r | s over 32 bytes, for SM2 over e. After the user's PIN."""
        signature = self._send_header(DIALECT.sign, digest, ne=SHORT_MAX_NE)
        if len(signature) != SIGNATURE_SIZE:
            raise MalformedAnswerError("signature")
        return signature

    def _login(self, reference: int, pin: str) -> None:
        proof = self._suite.cipher.encrypt(self._pin_key(pin), self._challenge())
        self._send(CommandApdu(ins=commands.Ins.VERIFY, p1=LOGIN, p2=reference, data=proof))

    def _change_pin(self, reference: int, old: str, new: str) -> None:
        packed = pin_blocks.pack(new)
        header = DIALECT.change_pin._replace(p2=reference)
        self._send_secured(header, bytes((len(packed),)) + packed, self._pin_key(old))

    def _change_master_key(self, change: MasterKeyChange) -> None:
        proof = self._suite.cipher.encrypt(change.old, self._challenge())
        ins = commands.Ins.EXTERNAL_AUTHENTICATE
        self._send(CommandApdu(ins=ins, p2=MASTER_KEY_KID, data=proof))
        self._send_secured(DIALECT.change_master_key, MASTER_KEY_BLOCK + change.new, change.old)

    def _pin_key(self, pin: str) -> bytes:
        return self._suite.digest(pin_blocks.pack(pin))[:PIN_KEY_SIZE]

    def _send_secured(self, header: Header, plain: bytes, key: bytes) -> None:
        """*plain* encrypted under *key*, with a MAC that starts from the card's challenge."""
        cipher = self._suite.cipher
        encrypted = cipher.encrypt(key, pad(plain, BLOCK_SIZE))
        challenge = self._challenge()
        covered = bytes(header) + bytes((len(encrypted) + MAC_SIZE,)) + encrypted
        mac = fold_mac(cipher.encrypt_cbc(key, challenge, pad(covered, BLOCK_SIZE))[-BLOCK_SIZE:])
        self._send_header(header, encrypted + mac)

    def _challenge(self) -> bytes:
        random = self._send(commands.get_challenge(BLOCK_SIZE))
        if len(random) != BLOCK_SIZE:
            raise MalformedAnswerError("GET CHALLENGE")
        return random

    def _select(self, application: KeyApplication) -> None:
        self._send(commands.select_aid(application.aid))

    def _send_header(self, header: Header, data: bytes, *, ne: int = 0) -> bytes:
        cla, ins, p1, p2 = header
        return self._send(CommandApdu(cla=cla, ins=ins, p1=p1, p2=p2, data=data, ne=ne))

    def _send(self, command: CommandApdu) -> bytes:
        response = decode_answer(self._transport.transmit(command.encode()))
        left = tries_left(response.sw)
        if left is not None:
            raise WrongPinError(response.sw, left)
        match response.sw:
            case SW.OK:
                return response.data
            case SW.AUTHENTICATION_METHOD_BLOCKED:
                raise PinBlockedError(response.sw)
            case SW.SECURITY_STATUS_NOT_SATISFIED:
                raise AccessRefusedError(response.sw)
            case SW.REFERENCED_DATA_NOT_FOUND:
                raise KeyPairMissingError(response.sw)
        raise CardRefusedError(response.sw, command.header.hex(" ").upper())


def _reference(tag: int, file: PkiFile) -> bytes:
    return tlv.encode(tag, file.to_bytes(2, "big"))


def _references(public: PkiFile, private: PkiFile) -> bytes:
    return _reference(PUBLIC_REFERENCE, public) + _reference(PRIVATE_REFERENCE, private)
