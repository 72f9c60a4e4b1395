"""What can go wrong with signed and encrypted files (crypto.cms) and the certificates behind them.

CryptoError
├── CertificateError        no certificate or private key that serves here
└── CmsError
    ├── CmsFormatError      these bytes are no such file, or they were cut short or changed
    ├── CmsRecipientError   encrypted to somebody else
    ├── CmsDecryptionError  it does not decrypt: changed on its way, or made with another key
    ├── CmsContentError     signed, but not over this content or not with this key
    └── CmsSignerError      signed by somebody else, or with a certificate that is not valid
"""

from crypto.errors import CryptoError, Remedy

_SEND_AGAIN = Remedy(
    "Take nothing from this file; have it sent again by a safe way.",
    "请勿采用该文件；请对方经安全渠道重新发送。",
)


class CertificateError(CryptoError):
    """A certificate or private key cannot be read, or does not serve the purpose."""

    code = "certificate"
    zh = "证书或私钥不可用"
    remedy = Remedy(
        "Give a PEM certificate (P-256, or RSA of 2,048 bits and more) that is valid today, and "
        "the private key that belongs to it.",
        "请提供当前有效的 PEM 证书（P-256，或 2048 位以上 RSA）及其对应私钥。",
    )

    def __init__(self, message: str, zh: str = "") -> None:
        super().__init__(message)
        self.zh = zh or self.zh


class CmsError(CryptoError):
    """Root of what a signed and encrypted file can have wrong with it."""

    code = "cms"
    zh = "加密签名文件有误"
    cause = ("The signed and encrypted file is not in order.", "加密签名文件有误。")
    remedy = _SEND_AGAIN

    def __init__(self, message: str, zh: str = "") -> None:
        super().__init__(message)
        self.zh = zh or self.zh


class CmsFormatError(CmsError):
    """The bytes are not such a file: another kind, cut short, or changed where it shows."""

    code = "cms-format"
    zh = "不是规定格式的加密签名文件，或已被截断、改动"


class CmsRecipientError(CmsError):
    """Nobody with this certificate can open the file."""

    code = "cms-recipient"
    zh = "该文件不是加密给此证书的"
    remedy = Remedy(
        "Open it with the key of the certificate that was given to the sender, or send the right "
        "certificate there.",
        "请用交给发送方的证书所对应的私钥打开，或向其提供正确的证书。",
    )


class CmsDecryptionError(CmsError):
    """The content does not decrypt. It is not said why: all causes look alike to a forger."""

    code = "cms-decryption"
    zh = "无法解密：文件已被改动或密钥不符"


class CmsContentError(CmsError):
    """The signature does not hold over this content."""

    code = "cms-content"
    zh = "签名与内容不符"


class CmsSignerError(CmsError):
    """Not signed by the one who is expected, or with a certificate that is not valid."""

    code = "cms-signer"
    zh = "签名者不是约定的一方"
