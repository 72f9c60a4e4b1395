"""What can go wrong with keys and proofs.

    CryptoError
    ├── KeyMaterialError           a key, point or scalar that must not be used (a ValueError too)
    ├── SignatureError             the signature does not hold for this key and content
    ├── EnvelopeError              these bytes or this text are no signed record of ours
    ├── MerkleError                the path is none of a tree of this size
    ├── TrustListError             this text is no list of trusted public keys
    ├── SecureChannelError         a cryptogram, MAC or padding failed: the channel is over
    ├── SealError                  a sealed secret that does not open
    ├── CertificateError, CmsError files between houses: crypto.cms_errors
    ├── SuiteUnavailableError      this machine has no implementation of the suite
    └── KeyStoreError
        ├── UnknownKeyError        no key of that name, or not one for that use
        ├── KeyExistsError         the name is taken
        ├── WrongPassphraseError
        ├── KeyStoreExistsError    there is a key store in this file already
        └── KeyStoreFileError      missing, unreadable, damaged or of an unknown format
            └── KeyStoreAccessError  the disk or its permissions stand in the way

`str(error)` is the cause in English and `error.zh` the cause in Chinese; `error.remedy` says what
to do, in both languages. `code` is stable and meant for programs.
"""

from typing import ClassVar, NamedTuple


class Remedy(NamedTuple):
    """What a person can do about an error."""

    en: str
    zh: str


class CryptoError(Exception):
    """Root of this package's errors."""

    code: ClassVar[str] = "crypto"
    # What `docs/errors.md` says where the first line of a class's docstring would not do.
    cause: ClassVar[tuple[str, str]] = ("A computation with keys failed.", "密码运算失败。")
    zh: str = "密码运算失败"
    remedy: ClassVar[Remedy] = Remedy(
        "Check key store and file named; if they are right, report the case.",
        "请检查所用密钥库和文件；无误时请报告此问题。",
    )


class KeyMaterialError(CryptoError, ValueError):
    """A key, point or scalar has the wrong size or a forbidden value."""

    code = "key-material"
    zh = "密钥数据不合法"
    remedy = Remedy(
        "Use a key made for this suite and cipher.", "请使用与该算法套件和密码算法相符的密钥。"
    )


class SignatureError(CryptoError):
    """The signature does not hold. It is not said why: all causes look alike to a forger."""

    code = "signature"
    zh = "签名无效"
    remedy = Remedy("Treat the content as not genuine.", "请将该内容视为不真实。")


class EnvelopeError(CryptoError):
    """The bytes or text are no well-formed signed record."""

    code = "envelope"
    zh = "签名记录格式错误"
    remedy = Remedy(
        "Scan or read the record again; if it fails again, the record is damaged or foreign.",
        "请重新扫描或读取；若仍失败，则记录已损坏或不是本系统签发。",
    )


class TrustListError(CryptoError):
    """The text is no list of trusted public keys, or a key in it contradicts itself."""

    code = "trust-list"
    zh = "可信公钥列表格式错误"
    remedy = Remedy(
        "Get the list again from the issuer (`onecard keys trust`).",
        "请向发卡方重新获取列表（`onecard keys trust`）。",
    )


class SecureChannelError(CryptoError):
    """A cryptogram, MAC or padding does not verify; the host may not learn which."""

    code = "secure-channel"
    zh = "安全通道校验失败"
    remedy = Remedy(
        "Reset the card and open a new channel; check which keys the card carries.",
        "请复位卡片后重新建立安全通道，并核对卡内密钥。",
    )


class MerkleError(CryptoError):
    """The path is none of a tree of this size."""

    code = "merkle"
    zh = "默克尔树路径有误"
    remedy = Remedy(
        "Ask for the proof again; if it fails again, treat the entry as not in the book.",
        "请重新获取证明；若仍无法验证，视为台账中没有该条目。",
    )


class SealError(CryptoError):
    """A sealed secret does not open: another key, another context, or changed bytes."""

    code = "seal"
    zh = "封存的秘密无法打开"
    remedy = Remedy(
        "Use the key store that it was sealed with (ONECARD_KEYS); restore it from a backup.",
        "请使用封存时的密钥库（ONECARD_KEYS），或从备份恢复。",
    )


class SuiteUnavailableError(CryptoError):
    """No library on this machine implements the suite."""

    code = "suite-unavailable"
    zh = "本机无法使用该算法套件"
    remedy = Remedy(
        "Install OpenSSL 3 with SM2 (Debian: libssl3), or gmssl-pyx: "
        "pip install 'onecard[gm-fallback]'.",
        "请安装带 SM2 的 OpenSSL 3（Debian：libssl3），或安装 gmssl-pyx："
        "pip install 'onecard[gm-fallback]'。",
    )

    def __init__(self, suite: str, reason: str) -> None:
        super().__init__(f"the {suite} suite is not available here: {reason}")
        self.suite = suite
        self.reason = reason
        self.zh = f"本机无法使用 {suite} 算法套件"


class KeyStoreError(CryptoError):
    """Root of the key store's errors."""

    code = "key-store"
    zh = "密钥库错误"
    cause = ("The key store cannot do this.", "密钥库错误。")
    remedy = Remedy(
        "Check ONECARD_KEYS and the file that it names.",
        "请检查 ONECARD_KEYS 及其所指文件。",
    )


class UnknownKeyError(KeyStoreError):
    """The store has no key of that name, or the key is not one for that use."""

    code = "unknown-key"
    zh = "密钥库中没有该名称的相应密钥"
    remedy = Remedy(
        "List the keys with `onecard keys list`; create it with `onecard keys create`.",
        "用 `onecard keys list` 查看密钥，用 `onecard keys create` 创建。",
    )

    def __init__(self, name: str, wanted: str = "key") -> None:
        super().__init__(f"the key store holds no {wanted} named {name!r}")
        self.name = name
        self.wanted = wanted
        self.zh = f"密钥库中没有名为 {name!r} 的相应密钥"


class KeyExistsError(KeyStoreError):
    """There is a key of that name already; none is overwritten, for cards depend on it."""

    code = "key-exists"
    zh = "密钥库中已有该名称的密钥"
    remedy = Remedy(
        "Choose another name; see: onecard keys list", "请换一个名称；可用 onecard keys list 查看。"
    )

    def __init__(self, name: str) -> None:
        super().__init__(f"the key store already holds a key named {name!r}")
        self.name = name
        self.zh = f"密钥库中已有名为 {name!r} 的密钥"


class WrongPassphraseError(KeyStoreError):
    """The passphrase does not open the key store."""

    code = "wrong-passphrase"
    zh = "密钥库口令错误"
    remedy = Remedy(
        "Give the right passphrase (ONECARD_KEYS_PASSPHRASE).",
        "请提供正确的口令（ONECARD_KEYS_PASSPHRASE）。",
    )

    def __init__(self, message: str = "the passphrase does not open the key store") -> None:
        super().__init__(message)


class KeyStoreExistsError(KeyStoreError):
    """There is a key store in this file already; it is never written over."""

    code = "key-store-exists"
    zh = "该文件已是密钥库"
    remedy = Remedy(
        "Use that one, or choose another file (ONECARD_KEYS).",
        "请使用该密钥库，或另选文件（ONECARD_KEYS）。",
    )


class KeyStoreFileError(KeyStoreError):
    """The key store's file is missing, unreadable, damaged or of an unknown format."""

    code = "key-store-file"
    zh = "密钥库文件缺失、损坏或格式不明"
    remedy = Remedy(
        "Restore the file from a backup, or start a new one with `onecard keys init`.",
        "请从备份恢复该文件，或用 `onecard keys init` 新建。",
    )


class KeyStoreAccessError(KeyStoreFileError):
    """The key store's file cannot be read or written now; nothing was changed."""

    code = "key-store-access"
    zh = "密钥库文件无法读写"
    remedy = Remedy("Check the free space and the permissions.", "请检查剩余空间和权限。")
