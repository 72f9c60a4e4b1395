"""The certificates and keys of the exchange commands: PEM files, or a key of the key store."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crypto.cli import open_key_store
from crypto.errors import UnknownKeyError
from crypto.keystore import KeyStore
from onecard.console import Exit, Sentence, fail

if TYPE_CHECKING:  # asn1crypto and all that: not for every command of the bureau
    from datetime import datetime

    from crypto.certificates import Certificate
    from crypto.cms_keys import FileKey, SigningIdentity
    from issuance.exchange.chain import Chain
    from issuance.exchange.opening import Opener
    from issuance.exchange.sending import Addressee

certificate_option = click.option(
    "--cert",
    "certificate",
    type=click.Path(path_type=Path),
    required=True,
    help="The issuer's certificate (PEM).",
)
key_file_option = click.option(
    "--sign-key",
    "key_file",
    type=click.Path(path_type=Path),
    help="Its private key (PKCS #8 in PEM): P-256 or RSA.",
)
key_option = click.option(
    "--key", metavar="NAME", help="Its private key in the key store: a signing key of suite NIST."
)
password_option = click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    help="First line: the password of the private key; asked for without.",
)


@dataclass
class Keys:
    """What the options name; nothing is opened before it is needed, and the key store once."""

    certificate: Path | None
    key_file: Path | None
    key: str | None
    password_file: Path | None
    _opened: KeyStore | None = field(default=None, init=False)

    def store(self) -> KeyStore:
        """The key store of this machine."""
        if self._opened is None:
            self._opened = open_key_store()
        return self._opened

    def addressee(
        self,
        to: Path,
        bureau: str | None,
        mac_key: str | None,
        module: Path | None,
        deliver: Callable[[str, bytes], None],
    ) -> "Addressee":
        """The bureau with this certificate; *module* is its module's, if that has its own.

        Raises CertificateError, UnknownKeyError.
        """
        from crypto import cms, cms_enveloped
        from crypto.certificates import check_recipient
        from issuance.exchange.chain import digest_chain, mac_chain
        from issuance.exchange.sending import Addressee

        recipient, signer = _certificate(to), self._signing()
        keeper = _certificate(module) if module else recipient

        def seal(content: bytes, at: "datetime") -> bytes:
            return cms.seal(content, signer=signer, recipient=recipient, at=at)

        def chain(file_id: bytes) -> "Chain":
            return mac_chain(self.store(), mac_key, file_id) if mac_key else digest_chain()

        def wrap(key: bytes, at: "datetime") -> bytes:
            check_recipient(keeper, at)
            return cms_enveloped.encrypt(key, keeper)

        return Addressee(
            bureau=bureau or recipient.common_name or recipient.fingerprint[:16],
            certificate=recipient.fingerprint,
            seal=seal,
            chain=chain,
            wrap=wrap,
            deliver=deliver,
        )

    def opener(self, sender: Path | None) -> "Opener":
        """How return files are opened; without keys only those that nobody sealed."""
        from crypto.cms_keys import DecryptionIdentity
        from issuance.exchange.opening import Opener

        recipient = None
        if self.certificate and self.key_file:
            recipient = DecryptionIdentity.of_key(self._file_key(), _certificate(self.certificate))
        return Opener(
            recipient=recipient,
            sender=_certificate(sender) if sender else None,
            chain_of=self._chain_of,
        )

    def _signing(self) -> "SigningIdentity":
        from crypto.cms_keys import SigningIdentity

        if self.certificate is None or (self.key_file is None) == (self.key is None):
            fail(
                Exit.USAGE,
                "Give --cert, and one of --key and --sign-key.",
                "请给出 --cert，以及 --key 与 --sign-key 之一。",
            )
        certificate = _certificate(self.certificate)
        if self.key is not None:
            return SigningIdentity.of_signer(self.store().signer(self.key), certificate)
        return SigningIdentity.of_key(self._file_key(), certificate)

    def _file_key(self) -> "FileKey":
        from crypto.cms_keys import load_private_key, needs_password

        data = (self.key_file or Path()).read_bytes()
        return load_private_key(data, self._password() if needs_password(data) else None)

    def _password(self) -> str:
        if self.password_file is not None:
            return self.password_file.read_text(encoding="utf-8").split("\n", 1)[0]
        if not sys.stdin.isatty():
            return ""
        question = Sentence(f"Password of {self.key_file}", f"{self.key_file} 的口令").text()
        answer: str = click.prompt(question, hide_input=True, err=True)
        return answer

    def _chain_of(self, key_name: str | None, file_id: bytes) -> "Chain | None":
        from issuance.exchange.chain import digest_chain, mac_chain

        if key_name is None:
            return digest_chain()
        try:
            return mac_chain(self.store(), key_name, file_id)
        except UnknownKeyError:
            return None


def _certificate(path: Path) -> "Certificate":
    from crypto.certificates import load_certificate
    from crypto.cms_errors import CertificateError

    try:
        return load_certificate(path.read_bytes())
    except CertificateError as error:
        raise CertificateError(f"{path}: {error}", f"{path}：{error.zh}") from error
