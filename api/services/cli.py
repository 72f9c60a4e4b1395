"""``onecard services``: the services of the one card, from the command line."""

from typing import Final

import click

from onecard.console import Sentence
from onecard.later_commands import Later, LaterCommands, Menu, commands_of

BOOK: Final = ("bureau", "sqlalchemy")  # the extra of a machine that has the book


_later = commands_of("api.services", BOOK)

MENU: Final[Menu] = {
    Sentence("To begin", "建立"): {
        "prepare": _later(
            "cli_prepare:prepare",
            "Make the insurance tables in the book, or update them.",
            "建立或升级社会保险数据表。",
        ),
        "offices": _later(
            "offices.cli:offices_group",
            "Offices of the five tiers, and who works where.",
            "五级经办机构及人员。",
        ),
        "parameters": _later(
            "parameters.cli:parameters",
            "Bases, rates and amounts by region and month.",
            "各地各月的基数、费率与标准。",
        ),
    },
    Sentence("Enrolment and money in", "参保与缴费"): {
        "people": _later(
            "people.cli:people_group",
            "The insured people, and what changes about them.",
            "参保人及其变更。",
        ),
        "employers": _later(
            "enrolment.cli_employers:employers_group",
            "Employers and platforms.",
            "参保单位与平台企业。",
        ),
        "contributions": _later(
            "enrolment.cli_contributions:contributions_group",
            "Monthly contribution files: check, post, correct.",
            "缴费明细：核对、入账、更正。",
        ),
        "arrears": _later("enrolment.cli_accounts:arrears_group", "What employers owe.", "欠费。"),
        "accounts": _later(
            "enrolment.cli_accounts:accounts_group",
            "Personal accounts and their interest.",
            "个人账户与记账利息。",
        ),
        "transfers": _later(
            "enrolment.cli_transfers:transfers_group",
            "Transfers of accounts between regions.",
            "关系转移接续。",
        ),
        "annuity": _later(
            "annuity.cli:annuity_group", "Plans of enterprise annuities.", "企业年金方案。"
        ),
        "platform": _later(
            "platform_work.cli:platform",
            "Orders of platforms, by which their workers are insured.",
            "平台订单（职业伤害保障缴费）。",
        ),
    },
    Sentence("Matters and benefits", "业务与待遇"): {
        "matters": _later(
            "matters.cli:matters_group",
            "Receive matters, decide on them, review them.",
            "业务受理、核定与复核。",
        ),
        "explain": _later(
            "determination.cli:explain", "How a kept calculation came to its numbers.", "核定过程。"
        ),
        "what-if": _later(
            "cli_what_if:what_if", "What somebody would get; nothing is kept.", "待遇试算，不留存。"
        ),
        "calculate": Later(
            "api.services.cli_calculate:calculate",
            Sentence(
                "One benefit from one JSON object, without a book.",
                "按 JSON 输入计算待遇，无需台账。",
            ),
        ),
    },
    Sentence("For all at once", "批量"): {
        "month": _later(
            "awards.cli:month", "Make a month payable for a region.", "生成当月应付明细。"
        ),
        "recalculate": _later(
            "determination.cli:recalculate",
            "What a changed parameter changes; with --apply, do it.",
            "参数变更后的重新核定。",
        ),
        "pensions": _later(
            "old_age.cli:pensions",
            "Adjust pensions; hold back what has no proof of life.",
            "养老金调整、资格认证。",
        ),
        "unemployment": _later(
            "unemployment.cli:unemployment",
            "Bring unemployment benefits to the month's amounts.",
            "失业保险金标准调整。",
        ),
        "work-injury": _later(
            "work_injury.cli:work_injury",
            "Adjust what is paid for injuries at work.",
            "工伤待遇调整。",
        ),
    },
}


@click.group(cls=LaterCommands, menu=MENU)
def services() -> None:
    """Insurances through the one card, every number explained. 社会保险业务。

    From an empty book to the first payment: docs/guide-insurance.md.

    \b
    onecard services prepare
    onecard services matters list to_decide
    onecard services month --month 2026-11 --region 430000 --operator Chen
    onecard services calculate retirement-age --input person.json
    """
