"""``onecard card``: the counter's commands, each imported when it is called."""

from typing import Final

import click

from onecard.console import Sentence
from onecard.later_commands import LaterCommands, Menu, commands_of

_later = commands_of("reader")

MENU: Final[Menu] = {
    Sentence("At the desk", "窗口"): {
        "readers": _later(
            "cli_readers:readers",
            "The PC/SC readers: card, interface, keys for a PIN.",
            "读卡器：卡、接口、密码键盘。",
        ),
        "watch": _later(
            "cli_readers:watch",
            "Tell what happens at the readers, until Ctrl-C.",
            "持续显示读卡器变化，Ctrl-C 结束。",
        ),
        "doctor": _later(
            "cli_doctor:doctor",
            "What is wrong at this desk, and what to do about it.",
            "窗口诊断与处理建议。",
        ),
    },
    Sentence("Whose it is, and whether it is genuine", "读卡与验卡"): {
        "read": _later(
            "cli_read:read", "Read the card: issuer and holder first.", "读取发卡机构与持卡人信息。"
        ),
        "verify": _later(
            "cli_verify:verify_card",
            "Is it the issuer's own, unchanged, valid, and no copy?",
            "真伪、完整性、有效期与复制检验。",
        ),
        "reconcile": _later(
            "cli_reconcile:reconcile_log",
            "Who was called genuine without a line, and would have been refused?",
            "离线核验对账。",
        ),
    },
    Sentence("The holder's PIN and data", "密码与信息"): {
        "pin": _later(
            "cli_pin:pin",
            "Try the PIN, change, reload, unblock it.",
            "密码校验、修改、重置、解锁。",
        ),
        "update": _later(
            "cli_update:update",
            "Change items of a data group (docs/data-items.md).",
            "修改卡内数据项（docs/data-items.md）。",
        ),
        "lock": _later(
            "cli_lock:lock", "Block an application of the card, or the card.", "锁定应用或卡片。"
        ),
        "unlock": _later(
            "cli_lock:unlock",
            "Unblock an application that was blocked for a time.",
            "解锁临时锁定的应用。",
        ),
        "account": _later(
            "cli_account:account",
            "The medical account: balance, log, settlement, credit.",
            "医保账户：余额、明细、结算、圈存。",
        ),
    },
    Sentence("For engineers", "工程"): {
        "dump": _later(
            "cli_engineer:dump",
            "Every file of the card, in hexadecimal, and what it means.",
            "全部文件（十六进制及含义）。",
        ),
        "apdu": _later(
            "cli_engineer:apdu",
            "Send command APDUs, and show the answers.",
            "发送 APDU 并显示应答。",
        ),
        "replay": _later(
            "cli_replay:replay", "Play a trace that was taken with --trace.", "回放 --trace 记录。"
        ),
        "driver": _later(
            "cli_driver:driver_command",
            "Call a function of the field's driver (SSCardDriver).",
            "按读卡驱动接口（SSCardDriver）调用。",
        ),
    },
}


@click.group(cls=LaterCommands, menu=MENU)
def card() -> None:
    """A card on the reader: read, verified, its PIN, its data, its account. 读卡、验卡与卡片维护。

    With --json a result is an object on standard output, an error one on standard error.

    \b
    onecard card readers
    onecard card read --json
    onecard card verify --tcp 127.0.0.1:7000
    onecard card pin change
    """
