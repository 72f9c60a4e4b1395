"""The matters of the private pension.

The money is the bank's: a decision here says that an account may be drawn, and how; what the bank
then pays it reports, each payment under its own key (`api.services.private_pension.accounts`).
Responsible is the office of the basic old-age insurance (关于领取个人养老金有关问题的通知,
2025-08-19, since 2025-09-01).
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from api.services.determination.facts import Facts
from api.services.insurances import Insurance
from api.services.matters.rule import Field, FieldKind, MatterRule, Proposal, Request, Text
from api.services.money import Fen, yuan_of
from api.services.people import registry
from api.services.people.errors import DeathError
from api.services.private_pension import accounts, determination, drawing
from api.services.private_pension.drawing_fields import DRAW_FIELDS
from api.services.private_pension.errors import BalanceError
from api.services.private_pension.models import PensionMovement
from api.services.private_pension.rules import CONDITIONS, METHODS, Condition, Method


def _open(session: Session, request: Request) -> Proposal:
    """One account for whoever is insured for old age."""
    accounts.require_openable(session, request.person.number)
    bank = request.given["bank"]
    return Proposal(
        says=[
            (
                f"A private pension account is opened at {bank}; nobody has a second one.",
                f"在{bank}开立个人养老金账户，每人仅限一个。",
            )
        ]
    )


def _opened(session: Session, request: Request, _proposal: Proposal) -> None:
    accounts.open_account(
        session,
        request.person.number,
        request.given["bank"],
        on=request.today,
        by=request.by,
        at=request.at,
    )


def _move(session: Session, request: Request) -> Proposal:
    """Another bank keeps the account; what is in it goes along."""
    account, bank = accounts.get(session, request.person.number), request.given["bank"]
    return Proposal(
        says=[
            (
                f"The account moves from {account.bank} to {bank}, with all that is in it.",
                f"个人养老金资金账户由{account.bank}变更至{bank}，资产一并转移。",
            )
        ]
    )


def _moved(session: Session, request: Request, _proposal: Proposal) -> None:
    accounts.move_to(
        session, request.person.number, request.given["bank"], by=request.by, at=request.at
    )


def _deposit(session: Session, request: Request) -> Proposal:
    """A deposit that the bank took in, within the ceiling of its year."""
    given, person = request.given, request.person.number
    amount, on = Fen(given["amount"]), given["on"]
    account = accounts.get(session, person)
    if session.get(PensionMovement, (person, given["key"])) is None:
        accounts.require_depositable(session, account, amount, on=on, at=request.at)
    return Proposal(
        says=[
            (
                f"{yuan_of(amount)} yuan are booked on {on}, for the year {on.year}.",
                f"{on} 缴费 {yuan_of(amount)} 元，计入 {on.year} 年度。",
            )
        ]
    )


def _deposited(session: Session, request: Request, _proposal: Proposal) -> None:
    given = request.given
    accounts.deposit(
        session,
        request.person.number,
        given["key"],
        Fen(given["amount"]),
        on=given["on"],
        by=request.by,
        at=request.at,
    )


def _draw(session: Session, request: Request) -> Proposal:
    """Whether the account may be drawn, and what each payment and its tax come to."""
    account = accounts.get(session, request.person.number)
    return _drawn(session, request, drawing.facts_of(session, request, account))


def _drawn(session: Session, request: Request, values: Mapping[str, Any]) -> Proposal:
    held = accounts.balance(session, request.person.number)
    facts = Facts(
        region=request.region, month=request.month, values={"balance": int(held), **values}
    )
    view = request.parameters.view()
    calculation = determination.draw(facts, view)
    condition, method = (
        CONDITIONS[Condition(values["condition"])],
        METHODS[Method(values["method"])],
    )
    net = calculation.results["net_total"]
    return Proposal(
        calculation=calculation,
        subject="private_pension.draw",
        facts=facts,
        used=view.used,
        says=[
            (
                f"The account may be drawn ({condition[0]}), {method[0]}.",
                f"核定可领取（{condition[1]}），{method[1]}。",
            ),
            (
                f"The bank pays {net} yuan of {yuan_of(held)} after tax.",
                f"账户余额 {yuan_of(held)} 元，由银行支付，税后 {net} 元。",
            ),
        ],
    )


def _drawable(session: Session, request: Request, proposal: Proposal) -> None:
    if proposal.facts is None:
        return
    account = accounts.get(session, request.person.number, lock=True)
    values, plan = proposal.facts.values, proposal.calculation
    account.drawing_since = account.drawing_since or request.today
    account.condition, account.method = values["condition"], values["method"]
    account.payment = determination.payment_of(plan) if plan is not None else None
    account.matter = request.matter.id
    session.flush()
    registry.note(
        session,
        "private_pension.draw",
        request.person,
        by=request.by,
        at=request.at,
        condition=values["condition"],
        method=values["method"],
    )


def _close(session: Session, request: Request) -> Proposal:
    """After a death the heirs are paid the balance; an empty account is closed."""
    account = accounts.get(session, request.person.number)
    held = accounts.balance(session, account.person)
    if request.given["reason"] == "empty":
        if held:
            raise BalanceError(held)
        return Proposal(says=[_CLOSED])
    if request.person.died_on is None:
        raise DeathError(
            ("No death is recorded.", "尚未登记死亡信息。"),
            ("Report the death first.", "请先办理死亡申报。"),
        )
    if not held:
        return Proposal(says=[_CLOSED])
    heirs = drawing.need(request.given, "heirs")
    proposal = _drawn(
        session, request, {"condition": Condition.DEATH.value, "method": Method.LUMP.value}
    )
    paid = (f"The balance goes to the heirs: {heirs}.", f"余额由继承人领取：{heirs}。")
    return Proposal(
        calculation=proposal.calculation,
        subject=proposal.subject,
        facts=proposal.facts,
        used=proposal.used,
        says=[paid, *proposal.says],
    )


def _closed(session: Session, request: Request, proposal: Proposal) -> None:
    if proposal.facts is not None:
        _drawable(session, request, proposal)
        return
    account = accounts.get(session, request.person.number, lock=True)
    account.closed_on, account.matter = request.today, request.matter.id
    session.flush()
    registry.note(session, "private_pension.close", request.person, by=request.by, at=request.at)


_CLOSED: Final[Text] = ("The empty account is closed.", "账户余额为零，予以注销。")
_BANK: Final = (Field(name="bank", label=("bank", "开户银行"), kind=FieldKind.TEXT, most=40),)

MATTERS: Final[tuple[MatterRule, ...]] = (
    MatterRule(
        kind="private_pension.open",
        living=True,
        label=("opening a private pension account", "个人养老金账户开立"),
        about=(
            "The one account of a person who is insured for old age.",
            "参加基本养老保险的劳动者开立唯一的个人养老金账户。",
        ),
        propose=_open,
        effects=_opened,
        insurance=Insurance.OLD_AGE,
        fields=_BANK,
        group="private_pension",
    ),
    MatterRule(
        kind="private_pension.bank",
        living=True,
        label=("another bank for the private pension", "个人养老金开户银行变更"),
        about=("The account moves to another bank.", "变更个人养老金资金账户开户银行。"),
        propose=_move,
        effects=_moved,
        insurance=Insurance.OLD_AGE,
        fields=_BANK,
        group="private_pension",
    ),
    MatterRule(
        kind="private_pension.deposit",
        living=True,
        label=("deposit into a private pension account", "个人养老金缴费登记"),
        about=(
            "A deposit by the bank's advice, within the yearly ceiling.",
            "按银行回单登记缴费，不超过年度上限。",
        ),
        propose=_deposit,
        effects=_deposited,
        insurance=Insurance.OLD_AGE,
        fields=(
            Field(name="amount", label=("amount", "金额"), kind=FieldKind.AMOUNT, least=1),
            Field(name="on", label=("day of the deposit", "缴费日期"), kind=FieldKind.DATE),
            Field(
                name="key",
                label=("the bank's key", "银行流水号"),
                kind=FieldKind.TEXT,
                most=accounts.MAX_KEY,
            ),
        ),
        group="private_pension",
    ),
    MatterRule(
        kind="private_pension.draw",
        label=("drawing the private pension", "个人养老金领取"),
        about=(
            "Whether and how the account may be drawn, with the tax on each payment.",
            "核定个人养老金领取条件与方式，并计算应纳税额。",
        ),
        propose=_draw,
        effects=_drawable,
        insurance=Insurance.OLD_AGE,
        fields=DRAW_FIELDS,
        reviewed=True,
        group="private_pension",
    ),
    MatterRule(
        kind="private_pension.close",
        label=("closing a private pension account", "个人养老金账户注销"),
        about=(
            "After a death, with the balance to the heirs; or of an empty account.",
            "参加人身故由继承人领取余额，或余额为零时注销。",
        ),
        propose=_close,
        effects=_closed,
        insurance=Insurance.OLD_AGE,
        fields=(
            Field(
                name="reason",
                label=("reason", "注销原因"),
                kind=FieldKind.CHOICE,
                options={
                    "death": ("the holder died", "参加人身故"),
                    "empty": ("the account is empty", "账户余额为零"),
                },
            ),
            Field(
                name="heirs",
                label=("heirs, with the document", "继承人及证明材料"),
                kind=FieldKind.TEXT,
                required=False,
            ),
        ),
        reviewed=True,
        needs_card=False,
        group="private_pension",
    ),
)
