"""``onecard bureau``: from the bureau's file to finished cards, and what happens to them later."""

from typing import Final

import click

from onecard.console import Sentence
from onecard.later_commands import LaterCommands, Menu, commands_of

_later = commands_of("issuance")

MENU: Final[Menu] = {
    Sentence("Files of people", "人员文件"): {
        "check": _later(
            "cli_intake:check",
            "Check a file (CSV or XLSX) without booking it.",
            "校验人员文件（CSV、XLSX），不入账。",
        ),
        "import": _later(
            "cli_intake:import_file",
            "Check a file, book it, and request a batch of its accepted rows.",
            "校验并登记人员文件，以合格数据申请批次。",
        ),
        "refused": _later(
            "cli_batches:refused",
            "The refused rows of a batch's file, with reasons, ready to be corrected.",
            "导出退回数据及原因，供更正。",
        ),
        "photo": _later(
            "cli_photos:photo", "Judge photos by the official rules.", "按规范检查照片。"
        ),
    },
    Sentence("Batches", "批次"): {
        "list": _later("cli_batches:list_batches", "The newest batches.", "最近的批次。"),
        "status": _later(
            "cli_batches:status", "Where a batch stands, with its counts.", "批次状态与数量。"
        ),
        "approve": _later(
            "cli_batches:approve",
            "Release a batch for making; not by who requested it.",
            "审批批次；申请人不得审批。",
        ),
        "reject": _later(
            "cli_batches:reject",
            "Refuse a requested batch, or a card spoilt in the making.",
            "退回批次，或登记废卡并补制。",
        ),
        "refuse": _later(
            "cli_batches:refuse",
            "Take one application out of a batch, by its row in the file.",
            "按文件行号退回批次中的一份申请。",
        ),
        "withdraw": _later(
            "cli_batches:withdraw", "Take a batch back before it is made.", "制卡前撤销批次。"
        ),
        "cards": _later(
            "cli_cards:list_cards",
            "The cards of a batch, in the order of its applications.",
            "批次中的卡片。",
        ),
        "result": _later(
            "cli_batches:result",
            "Write the result file of a batch (GB18030 CSV).",
            "生成回盘文件（GB18030 CSV）。",
        ),
    },
    Sentence("Making cards", "制卡"): {
        "enable-keys": _later(
            "people.cli:enable_keys",
            "Enable the issuer's keys: two key custodians together.",
            "启用发卡密钥（两名密钥管理员）。",
        ),
        "produce": _later(
            "cli_production:produce",
            "Number and prepare every card of an approved batch.",
            "编号并准备批次的全部卡片数据。",
        ),
        "work": _later(
            "cli_production:work",
            "Prepare the cards that `produce --celery` hands out, on any machine.",
            "在任意机器上处理 `produce --celery` 分派的数据。",
        ),
        "personalize": _later(
            "cli_station:personalize",
            "Write prepared cards onto blanks, read back and secured.",
            "写卡、回读并锁定。",
        ),
        "inspect": _later(
            "cli_inspection:inspect",
            "See that printed QR code, chip and book agree.",
            "质检：二维码、芯片与台账一致。",
        ),
        "issue": _later(
            "cli_instant:issue",
            "Issue one card at the counter: application in, card in hand.",
            "即时制卡。",
        ),
        "face": _later(
            "cli_pictures:face",
            "Write a card's face: a preview, or what is printed on a blank.",
            "生成卡面：预览或打印版。",
        ),
        "pictures": _later(
            "cli_pictures:pictures", "The face of every finished card of a batch.", "批次全部卡面。"
        ),
    },
    Sentence("Blanks and accounts", "空白卡与清点"): {
        "stock": _later(
            "stock.cli:stock",
            "Blank cards by serial range: in, out, where they are.",
            "空白卡出入库与去向。",
        ),
        "count": _later(
            "stock.cli_accounts:enter_count", "Enter what you counted at a station.", "盲点录入。"
        ),
        "balance": _later(
            "stock.cli_accounts:show_balance",
            "Where a batch does not balance, with every count.",
            "批次不平之处及各项数量。",
        ),
        "close": _later(
            "stock.cli_accounts:close_batch",
            "Close a batch that balances, and sign its certificate.",
            "结清批次并签发证书。",
        ),
        "certificate": _later(
            "stock.cli_accounts:show_certificate",
            "The certificate of a closed batch.",
            "已结清批次的证书。",
        ),
        "verify-certificate": _later(
            "stock.cli_accounts:verify_certificate",
            "Verify a batch's certificate; needs no book.",
            "验证批次证书，无需台账。",
        ),
        "release": _later(
            "stock.cli_accounts:release",
            "Let a station go on that stopped after failures in a row.",
            "解除连续失败后的停机。",
        ),
        "erase": _later(
            "preparation.cli_erasure:erase",
            "Erase what was prepared for the cards of a closed batch.",
            "清除已结清批次的制卡数据。",
        ),
    },
    Sentence("Personalization bureaus", "外包制卡"): {
        "send": _later(
            "exchange.cli:send",
            "Write a batch's record files: signed, encrypted to the bureau.",
            "生成签名加密的制卡文件。",
        ),
        "receive": _later(
            "exchange.cli_receive:receive",
            "Book return files: what became of each card that was sent.",
            "接收回盘，逐卡核对。",
        ),
        "exchange": _later(
            "exchange.cli:show",
            "Where a batch's files stand: sent, come back, still out, missing.",
            "文件往来状态。",
        ),
        "recall": _later(
            "exchange.cli:recall",
            "Give up what is out, so that its cards can be sent again.",
            "收回未返回的发送，可重新发送。",
        ),
        "exchange-certificate": _later(
            "exchange.cli:certificate",
            "A certificate for a signing key, to be given to bureaus.",
            "交给制卡商的签名证书。",
        ),
    },
    Sentence("On their way to people", "配送与领卡"): {
        "ship": _later("cli_delivery:ship", "Send inspected cards to an outlet.", "配送到网点。"),
        "arrive": _later(
            "cli_delivery:arrive", "Take shipped cards in at the outlet.", "网点到卡。"
        ),
        "hand-over": _later(
            "cli_delivery:hand_over",
            "Give cards to their holders, not in use yet.",
            "领卡，暂不启用。",
        ),
        "activate": _later(
            "cli_delivery:activate", "Put cards to use at their handover.", "领卡启用。"
        ),
        "send-back": _later(
            "cli_delivery:send_back",
            "Return cards from the outlet: nobody came for them.",
            "无人领取，退回。",
        ),
    },
    Sentence("Cards in use", "在用卡"): {
        "loss": _later(
            "cli_cards:loss", "Report a card lost: temporary, or final.", "挂失：临时或正式。"
        ),
        "lift": _later("cli_cards:lift", "End a temporary loss.", "解挂。"),
        "cancel": _later("cli_cards:cancel", "End a card for good.", "注销。"),
        "record": _later(
            "cli_cards:record",
            "The signed record of a card: the text in its QR code.",
            "卡片的签名记录（二维码文本）。",
        ),
        "status-list": _later(
            "cli_cards:write_status_lists",
            "Write the signed status lists, for verifying without a network.",
            "生成签名状态列表，供离线核验。",
        ),
        "history": _later(
            "counter.cli_history:card_history",
            "What happened to a card: its trail, where it was shown.",
            "卡片履历。",
        ),
        "reads": _later(
            "counter.cli_history:reads_of",
            "Who read my card, where, and what for.",
            "本人卡片被何处读取。",
        ),
        "mandate": _later(
            "counter.cli_mandates:mandate",
            "Who may act for a holder at a counter, and in what.",
            "柜面代办授权。",
        ),
    },
    Sentence("People and the book", "人员与台账"): {
        "operators": _later(
            "people.cli_operators:operators_group",
            "Who may work with the book, and as what.",
            "操作员与角色。",
        ),
        "login": _later(
            "people.cli:login",
            "Begin to work as an operator: asks for password and code.",
            "操作员登录。",
        ),
        "logout": _later(
            "people.cli:logout", "End the work of whoever is logged in here.", "退出登录。"
        ),
        "audit": _later("cli_cards:verify_audit", "Verify the audit trail.", "验证审计链。"),
        "migrate": _later(
            "cli_batches:migrate",
            "Bring a server's book to this program's form.",
            "升级服务器数据库的台账格式。",
        ),
    },
}


@click.group(cls=LaterCommands, menu=MENU)
def bureau() -> None:
    """The bureau: applications in, cards out. 制卡业务。

    \b
    onecard bureau check people.csv --date 2026-11-01
    onecard bureau import people.csv --operator Zhang
    onecard bureau approve 371700-20261101-0001 --operator Li
    onecard bureau produce 371700-20261101-0001 --operator Wang
    onecard bureau personalize 371700-20261101-0001 --reader NAME --operator Wang
    onecard bureau inspect 371700-20261101-0001 --reader NAME --scans - --operator Chen
    onecard bureau activate --batch 371700-20261101-0001 --operator Zhao
    onecard bureau result 371700-20261101-0001 --out result.csv
    """
