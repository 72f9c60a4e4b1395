"""What can go wrong at the console, beside what the book says.

ApiError                         (api.errors)
    ConsoleError
        FormError                the form is not one of ours, or is too old
        FieldError               a field of a form cannot be taken
        SignerError              the service has no key to sign with
        NoConsoleError           the service has no operators or no keys to let anybody log in
"""

from api.errors import ApiError


class ConsoleError(ApiError):
    """Root of the console's errors."""

    code = "console"
    cause = ("The console cannot do this.", "业务系统无法办理。")
    remedy = ("Open the page again and begin anew.", "请重新打开页面后再次办理。")


class FormError(ConsoleError):
    """A form without the token of this browser's session."""

    code = "form"
    cause = (
        "This form is too old, or was not sent by a page of this console.",
        "表单已过期，或不是由本系统页面提交。",
    )
    remedy = (
        "Nothing was changed. Open the page again and fill it in once more.",
        "未作任何更改。请重新打开页面后再次填写。",
    )


class NoConsoleError(ConsoleError):
    """Nobody can log in at this service."""

    code = "no-console"
    cause = (
        "Nobody can log in here: the service runs without its key store.",
        "此处无法登录：服务未打开密钥库。",
    )
    remedy = (
        "Set ONECARD_KEYS_PASSPHRASE and start onecard serve again.",
        "请设置 ONECARD_KEYS_PASSPHRASE 后重新启动 onecard serve。",
    )


class FieldError(ConsoleError):
    """A field of a form is no number, or names nothing that there is; `field` is its name."""

    code = "field"
    cause = ("A field of the form cannot be taken.", "表单中有一项无法识别。")
    remedy = ("Go back and correct the field.", "请返回更正该项。")

    def __init__(self, field: str, given: str) -> None:
        self.field = field
        shown = given[:40] or "–"
        super().__init__((f"{field}: {shown} cannot be taken.", f"{field}：{shown} 无法识别。"))


class SignerError(ConsoleError):
    """The key that would sign is not in the service's key store; `key` is its name."""

    code = "signer"
    cause = ("This service has no key to sign with.", "本服务没有签名密钥。")
    remedy = (
        "Close the batch where the key is: onecard bureau close",
        "请在持有该密钥的机器上结批：onecard bureau close",
    )

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            (f"This service has no key {key} to sign with.", f"本服务没有签名密钥 {key}。")
        )
