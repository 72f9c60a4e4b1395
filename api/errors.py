"""What can go wrong at the way in over HTTP.

ApiError
    NotJsonError             the body is no JSON
    MediaTypeError           the body is of another media type
    InvalidFieldError        a field is missing, unknown, or not what it should be
    WrongClientError         the key is one for other requests
    HolderAbsentError        nothing proves that the holder's card is at a desk now
    NotServedError           this service is set up without the keys that the answer needs
    TrustUnavailableError    no usable trust list: nothing can be called genuine
    AddressError             the service cannot listen there

`code` is stable and meant for programs; `cause` and `remedy` are sentences in English and Chinese.
"""

from typing import ClassVar


class ApiError(Exception):
    """Root of this package's errors."""

    code: ClassVar[str] = "api"
    cause: tuple[str, str] = ("The service cannot do this.", "服务无法办理。")
    remedy: tuple[str, str] = ("Check the request and try again.", "请检查请求后重试。")

    def __init__(self, cause: tuple[str, str] | None = None) -> None:
        self.cause = cause or self.cause
        super().__init__(self.cause[0])


class NotJsonError(ApiError):
    """The body cannot be read as JSON, or says one thing twice."""

    code = "not-json"
    remedy = (
        "Send one JSON object, each name once, in UTF-8.",
        "请发送一个 UTF-8 编码的 JSON 对象，名称不得重复。",
    )
    cause = ("The body is not JSON.", "请求正文不是有效的 JSON。")


class MediaTypeError(ApiError):
    """The body says that it is something else."""

    code = "unsupported-media-type"
    remedy = (
        "Send the header Content-Type: application/json.",
        "请设置标头 Content-Type: application/json。",
    )
    cause = (
        "The body must have the media type application/json.",
        "请求正文的媒体类型须为 application/json。",
    )


class InvalidFieldError(ApiError):
    """A field is missing, unknown or not what it should be; `field` names it: 'chip.response'."""

    code = "invalid-field"
    cause = (
        "A field is missing, unknown or not what it should be.",
        "某字段缺失、未知或不合规定。",
    )
    remedy = (
        "Correct the field named in `field`; the description is at /v1/openapi.json.",
        "请更正 field 所指字段；接口说明见 /v1/openapi.json。",
    )

    def __init__(self, field: str, en: str, zh: str) -> None:
        self.field = field
        super().__init__((f"{field}: {en}.", f"{field}：{zh}。"))


class WrongClientError(ApiError):
    """A desk's key, a service system's and a ledger's each open what they are for."""

    code = "wrong-client"
    cause = ("This key is for other requests.", "该密钥不用于此类请求。")
    remedy = (
        "Use the key of a client of the right kind: onecard clients add --help",
        "请使用相应类型客户的密钥：onecard clients add --help",
    )


class HolderAbsentError(ApiError):
    """Nobody is told of a person whose card is not there; the cause says what is wrong."""

    code = "holder-absent"
    cause = (
        "Nothing proves that the holder's card is at a desk now.",
        "没有有效的在场凭证，无法确认持卡人的卡在场。",
    )
    remedy = (
        "Let the card be shown at a desk, and send its presence token as X-Presence-Token.",
        "请在柜台出示卡片，并以 X-Presence-Token 标头提交其在场凭证。",
    )


class NotServedError(ApiError):
    """The service has no key store, and cannot sign."""

    code = "not-served"
    remedy = (
        "Start the service with the key store: ONECARD_KEYS, ONECARD_KEYS_PASSPHRASE.",
        "请为服务配置密钥库：ONECARD_KEYS、ONECARD_KEYS_PASSPHRASE。",
    )
    cause = (
        "This service runs without the issuer's keys and signs no status lists.",
        "本服务未配置发卡机构密钥，不签发状态列表。",
    )


class TrustUnavailableError(ApiError):
    """The trust list is missing, unreadable or damaged."""

    code = "trust-unavailable"
    cause = ("The trust list cannot be used.", "信任列表无法使用。")
    remedy = (
        "At the issuer: onecard keys trust --install",
        "发卡机构可执行：onecard keys trust --install",
    )


class AddressError(ApiError):
    """Nobody can listen at this address: it is taken, not of this machine, or no address."""

    code = "address"
    cause = ("The service cannot listen at this address.", "服务无法在该地址监听。")
    remedy = ("Choose another with --bind HOST:PORT.", "请用 --bind HOST:PORT 另选地址。")
