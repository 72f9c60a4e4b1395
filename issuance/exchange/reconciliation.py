"""What came back is held against what was sent, card by card: nothing here changes the book.

Every card that is out must come back exactly once, on a chip of its own, for the person it was
made for. (A line shifted in a print file once put wrong names on the cards of 14,000 people.)
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from issuance.exchange.faults import Fault, FaultKind, Sentence
from issuance.exchange.models import Outcome
from issuance.exchange.return_file import CardResult, ReturnedCard
from issuance.states import CardState
from issuance.stock.models import SERIALS
from issuance.stock.serials import Run
from reader.card_profile.atr import historical_bytes_of, ladder_factor
from reader.card_profile.values import IdentificationCode
from reader.card_record import CardRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A card that was sent, as the book has it now. *outcome* is what came back before.

    *promised* is the record that was signed ahead for one chip, None where it is signed later.
    """

    card_number: str
    file_id: str
    region: str
    state: CardState
    outcome: Outcome | None
    identification_code: bytes | None
    blank: bytes | None
    promised: CardRecord | None = field(repr=False)
    social_security_number: str = field(repr=False)
    name: str = field(repr=False)
    issued_on: date
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The cards to book, those that were booked before, and those that disagree."""

    good: Sequence[ReturnedCard]
    rejected: Sequence[ReturnedCard]
    repeated: Sequence[ReturnedCard]
    faults: Sequence[Fault]


def reconcile(
    returned: Sequence[ReturnedCard],
    expected: Mapping[str, Expected],
    *,
    owners: Mapping[bytes, str],
    unused: Sequence[Run] | None = None,
    malformed: Iterable[Fault] = (),
) -> Reconciliation:
    """Compare; *owners* are the cards of the book by identification code.

    *unused* are the blanks that the bureau has for the batch, None where nobody counts them;
    *malformed* are rows that could not be read: their cards did not come back.
    """
    faults = list(malformed)
    for card in returned:
        faults += (
            Fault(kind, card.card_number, card.row, why)
            for kind, why in _faults(card, expected.get(card.card_number), owners, unused)
        )
    faults += _doubled(returned, chips_count=unused is not None)
    seen = {card.card_number for card in returned} | {fault.card_number for fault in faults}
    faults += (
        Fault(FaultKind.MISSING, number, None, ("it did not come back", "未返回"))
        for number, sent in expected.items()
        if sent.outcome is None and number not in seen
    )
    bad = {fault.card_number for fault in faults}
    fit = [card for card in returned if card.card_number not in bad]
    waiting = [card for card in fit if expected[card.card_number].outcome is None]
    return Reconciliation(
        good=[card for card in waiting if card.result is CardResult.GOOD],
        rejected=[card for card in waiting if card.result is CardResult.REJECTED],
        repeated=[card for card in fit if expected[card.card_number].outcome is not None],
        faults=sorted(faults, key=lambda fault: (fault.row or 1 << 31, fault.card_number)),
    )


def _faults(
    card: ReturnedCard,
    sent: Expected | None,
    owners: Mapping[bytes, str],
    unused: Sequence[Run] | None,
) -> Iterable[tuple[FaultKind, Sentence]]:
    """What is wrong with one card, seen alone."""
    if sent is None:
        yield FaultKind.UNKNOWN, ("it was not sent", "未曾发送")
        return
    if sent.outcome is not None:
        if not _same(card, sent):
            yield (
                FaultKind.CONTRADICTORY,
                (f"it came back before as {sent.outcome.value}, and otherwise",
                 f"此前已按 {sent.outcome.value} 返回，且内容不同"),
            )  # fmt: skip
        return
    if sent.state is not CardState.PREPARED:
        yield (
            FaultKind.CONTRADICTORY,
            (f"it is {sent.state.value} in the book", f"台账中为 {sent.state.value} 状态"),
        )
    yield from _of_holder(card, sent)
    if card.result is CardResult.REJECTED:
        if not card.reason:
            yield FaultKind.MALFORMED, ("rejected without a reason", "未写明失败原因")
    else:
        yield from _of_chip(card, sent, owners, unused)


def _same(card: ReturnedCard, sent: Expected) -> bool:
    """Whether the card came back before as it does now."""
    if card.result.value != (sent.outcome.value if sent.outcome else None):
        return False
    return card.result is CardResult.REJECTED or (
        card.identification_code == sent.identification_code
    )


def _of_holder(card: ReturnedCard, sent: Expected) -> Iterable[tuple[FaultKind, Sentence]]:
    """What a result file says of the holder, and the dates, must be the book's."""
    for found, wanted, named in (
        (card.social_security_number, sent.social_security_number, ("number", "社会保障号码")),
        (card.name, sent.name, ("name", "姓名")),
        (card.issued_on, sent.issued_on, ("day of issue", "发卡日期")),
        (card.expires_on, sent.expires_on, ("last day", "卡有效期")),
    ):
        if found is not None and found != wanted:
            yield (
                FaultKind.CONTRADICTORY,
                (f"its {named[0]} is not that of the book", f"{named[1]}与台账不符"),
            )


def _of_chip(
    card: ReturnedCard,
    sent: Expected,
    owners: Mapping[bytes, str],
    unused: Sequence[Run] | None,
) -> Iterable[tuple[FaultKind, Sentence]]:
    """A good card is on a chip that is fit for it and no other card's."""
    if card.identification_code is None or card.atr is None:
        yield (
            FaultKind.MALFORMED,
            ("good, without identification code and answer to reset", "缺少卡识别码或卡复位码"),
        )
        return
    code = IdentificationCode(card.identification_code)
    if code.region != sent.region:
        yield (
            FaultKind.CONTRADICTORY,
            (f"its identification code is of region {code.region}, the card of {sent.region}",
             f"卡识别码属于 {code.region}，卡属于 {sent.region}"),
        )  # fmt: skip
    owner = owners.get(bytes(code), card.card_number)
    if owner != card.card_number:
        yield (
            FaultKind.CONTRADICTORY,
            (f"its identification code {code} is on card {owner} already",
             f"卡识别码 {code} 已在卡 {owner} 上"),
        )  # fmt: skip
    if sent.promised is not None and not _is_promised(card, sent.promised):
        yield (
            FaultKind.CONTRADICTORY,
            ("its chip is not the one that its record was signed for", "芯片与预先签名的记录不符"),
        )
    try:
        historical_bytes_of(card.atr)
        chip = ladder_factor(card.atr)
    except ValueError as error:
        yield FaultKind.MALFORMED, (f"its answer to reset: {error}", f"卡复位码有误（{error}）")
        return
    if sent.blank is not None and chip != sent.blank:
        yield (
            FaultKind.CONTRADICTORY,
            (f"it is on chip {chip.hex()}, and was prepared for {sent.blank.hex()}",
             f"所用芯片为 {chip.hex()}，而数据为 {sent.blank.hex()} 制备"),
        )  # fmt: skip
    if unused is not None and not _is_among(unused, Run.of(chip)):
        yield (
            FaultKind.CONTRADICTORY,
            (f"the bureau has no unused blank {Run.of(chip)} for this batch",
             f"空白卡 {Run.of(chip)} 未发放给该制卡单位用于本批次，或已使用"),
        )  # fmt: skip


def _is_among(runs: Sequence[Run], one: Run) -> bool:
    place = bisect_right(runs, (one.maker, one.first, SERIALS))
    return place > 0 and runs[place - 1].maker == one.maker and one.last <= runs[place - 1].last


def _is_promised(card: ReturnedCard, promised: CardRecord) -> bool:
    """Whether the chip has the code and, where both are known, the key that were signed."""
    if card.identification_code != promised.identification_code:
        return False
    return None in (card.chip_public_key, promised.chip_key) or (
        card.chip_public_key == promised.chip_key
    )


def _doubled(returned: Sequence[ReturnedCard], *, chips_count: bool) -> Iterable[Fault]:
    """Cards, chips and blanks that the file has more than once; each of their rows."""
    good = [card for card in returned if card.result is CardResult.GOOD]
    numbers = Counter(card.card_number for card in returned)
    codes = Counter(card.identification_code for card in good if card.identification_code)
    atrs = Counter(card.atr for card in good if card.atr and chips_count)
    blanks = Counter(card.blank_serial for card in returned if card.blank_serial)
    for card in returned:
        if numbers[card.card_number] > 1:
            yield Fault(
                FaultKind.DOUBLED, card.card_number, card.row, ("it came back twice", "重复返回")
            )
            continue
        code = card.identification_code
        if card.result is CardResult.GOOD and code and codes[code] > 1:
            yield Fault(
                FaultKind.CONTRADICTORY,
                card.card_number,
                card.row,
                (f"the file has its identification code {code.hex().upper()} twice",
                 f"卡识别码 {code.hex().upper()} 在文件中重复"),
            )  # fmt: skip
        if card.result is CardResult.GOOD and card.atr and atrs[card.atr] > 1:
            yield Fault(
                FaultKind.CONTRADICTORY,
                card.card_number,
                card.row,
                ("the file has its answer to reset twice", "卡复位码在文件中重复"),
            )
        if card.blank_serial and blanks[card.blank_serial] > 1:
            yield Fault(
                FaultKind.CONTRADICTORY,
                card.card_number,
                card.row,
                (f"the file has its blank {card.blank_serial} twice",
                 f"空白卡 {card.blank_serial} 在文件中重复"),
            )  # fmt: skip
