"""The sheet of a transfer (参保缴费信息表): the months that move, their account and fund part.

国办发〔2009〕66号 第四条, 第八条 (since 2010-01-01). It is JSON, so that two regions that do not
keep one book can exchange it; what it says adds up, or it is not taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from api.services.enrolment import interest, rules
from api.services.enrolment.categories import Category
from api.services.enrolment.errors import TransferSheetError
from api.services.enrolment.interest import RATES
from api.services.fields import MOST_YUAN
from api.services.insurances import Insurance
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.parameters.view import Parameters

FORM: Final = 1
MOST: Final = fen_of(MOST_YUAN)


class SheetMonth(NamedTuple):
    """A month that moves; amounts in fen."""

    month: Month
    region: str
    category: str
    base: Fen
    employer_part: Fen
    own_part: Fen
    account_part: Fen
    paid_month: Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one region says to the other; the account is reckoned to the end of *until*."""

    transfer: str
    person: str
    insurance: Insurance
    from_region: str
    to_region: str
    until: Month
    months: Sequence[SheetMonth]
    account: Fen
    fund: Fen

    def as_json(self) -> dict[str, Any]:
        """As it is kept and sent; amounts are whole fen."""
        return {
            "form": FORM,
            "transfer": self.transfer,
            "person": self.person,
            "insurance": self.insurance.value,
            "from_region": self.from_region,
            "to_region": self.to_region,
            "until": str(self.until),
            "account": self.account,
            "fund": self.fund,
            "months": [
                [str(one.month), one.region, one.category, *one[3:7], str(one.paid_month)]
                for one in self.months
            ],
        }


def make(
    transfer: str,
    person: str,
    insurance: Insurance,
    months: Sequence[SheetMonth],
    *,
    from_region: str,
    to_region: str,
    until: Month,
    parameters: Parameters,
) -> Sheet:
    """The sheet of *months*: the account with its interest, 12 % of the bases since 1998."""
    return Sheet(
        transfer=transfer,
        person=person,
        insurance=insurance,
        from_region=from_region,
        to_region=to_region,
        until=until,
        months=months,
        account=account_of(months, insurance, until=until, region=from_region, view=parameters),
        fund=rules.fund_part((one.month, one.base) for one in months),
    )


def account_of(
    months: Sequence[SheetMonth],
    insurance: Insurance,
    *,
    until: Month,
    region: str,
    view: Parameters,
) -> Fen:
    """What lies in the account of these months at the end of *until*."""
    years = interest.years_of(
        months, until=until, region=region, parameters=view, name=RATES[insurance]
    )
    return Fen(sum({one.region: one.closing for one in years}.values()))


def read(content: Mapping[str, Any], *, parameters: Parameters) -> Sheet:
    """A sheet that came from elsewhere. Raises TransferSheetError where it does not add up."""
    try:
        if content["form"] != FORM:
            raise ValueError("another form")
        sheet = Sheet(
            transfer=str(content["transfer"]),
            person=str(content["person"]),
            insurance=Insurance(content["insurance"]),
            from_region=str(content["from_region"]),
            to_region=str(content["to_region"]),
            until=Month.parse(content["until"]),
            months=[_month(*row) for row in content["months"]],
            account=_fen(content["account"]),
            fund=_fen(content["fund"]),
        )
    except (KeyError, TypeError, ValueError):
        raise TransferSheetError(
            ("The transfer's sheet cannot be read.", "转移接续信息表无法读取。")
        ) from None
    _require_sums(sheet, parameters)
    return sheet


def _require_sums(sheet: Sheet, parameters: Parameters) -> None:
    if any(max(one.month, one.paid_month) > sheet.until for one in sheet.months):
        raise TransferSheetError(("It has a month to come.", "信息表含尚未到来的月份。"))
    if len({one.month for one in sheet.months}) != len(sheet.months):
        raise TransferSheetError(("It has a month twice.", "信息表中同一月份重复。"))
    fund = rules.fund_part((one.month, one.base) for one in sheet.months)
    if fund != sheet.fund:
        raise TransferSheetError(
            (
                f"Its fund part is {sheet.fund} fen, the bases give {fund}.",
                f"信息表统筹基金为 {sheet.fund} 分，按缴费基数应为 {fund} 分。",
            )
        )
    # As the account will be reckoned here: no fen may be lost on the way.
    account = account_of(
        sheet.months, sheet.insurance, until=sheet.until, region=sheet.to_region, view=parameters
    )
    if account != sheet.account:
        raise TransferSheetError(
            (
                f"Its account is {sheet.account} fen, the months and rates give {account}.",
                f"信息表个人账户为 {sheet.account} 分，按月份和记账利率应为 {account} 分。",
            ),
            (
                "Set the interest rates of the other province for the years before 2016 "
                "(old_age.interest), or ask for a new sheet.",
                "请补录转出省 2016 年以前的记账利率（old_age.interest），或请转出地重新出具。",
            ),
        )


def _month(
    month: str,
    region: str,
    category: str,
    base: int,
    employer_part: int,
    own_part: int,
    account_part: int,
    paid_month: str,
) -> SheetMonth:
    is_region = len(region) == 6 and region.isascii() and region.isdecimal()
    if account_part > employer_part + own_part or not is_region:
        raise ValueError("not a month of a sheet")
    return SheetMonth(
        Month.parse(month),
        region,
        Category(category).value,
        _fen(base),
        _fen(employer_part),
        _fen(own_part),
        _fen(account_part),
        Month.parse(paid_month),
    )


def _fen(value: Any) -> Fen:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST:
        raise ValueError("no amount in fen")
    return Fen(value)
