"""A sentence about what was just done, on the page that follows it.

It is named in the address (`?said=…`) and never written there, so that nobody can send a person a
page with words of his own.
"""

from collections.abc import Mapping
from typing import Final

from flask import request

Sentence = tuple[str, str]

SAID: Final[Mapping[str, Sentence]] = {
    "as-before": (
        "It stood so before: nothing was changed.",
        "此前已办理，未作任何更改。",
    ),
    "reason-missing": ("Give a reason: nothing was changed.", "请填写原因：未作任何更改。"),
    "logged-out": ("You are logged out.", "已退出登录。"),
    "none": ("Log in to go on.", "请先登录。"),
    "unknown": ("The login was ended. Log in again.", "登录已注销，请重新登录。"),
    "ended": ("The login has ended: its time is over. Log in again.", "登录已到期，请重新登录。"),
    "idle": (
        "The login has ended: nothing was done for too long. Log in again.",
        "长时间未操作，登录已失效，请重新登录。",
    ),
    "machine": (
        "The login belongs to another browser. Log in here.",
        "该登录属于其他浏览器，请在此登录。",
    ),
    "disabled": ("This operator may not act any more.", "该操作员已停用。"),
}


def present() -> Sentence | None:
    """The sentence that this page's address names."""
    return SAID.get(request.args.get("said", ""))
