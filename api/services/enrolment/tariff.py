"""What a contribution has to be: bounds, rates and shares by region and month, each looked up once.

The parameters decide; `api.services.enrolment.rules` says how. Nothing here touches the book.
"""

from decimal import Decimal
from typing import Final

from api.services.enrolment import rules
from api.services.enrolment.categories import Category
from api.services.enrolment.errors import CategoryError, TierError
from api.services.enrolment.parameters import TIERS
from api.services.enrolment.rules import Bounds, Rates, Shares
from api.services.insurances import Insurance
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.parameters.view import Parameters

NOTHING: Final = Decimal(0)


class Tariff:
    """The tariff of one piece of work."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._bounds: dict[tuple[str, Month], Bounds] = {}
        self._rates: dict[tuple[str, str, str, Month, str], Rates] = {}
        self._tiers: dict[tuple[str, Month], dict[Fen, int]] = {}

    def bounds(self, region: str, month: Month) -> Bounds:
        """The least and the greatest base. Raises ParameterMissingError."""
        if (known := self._bounds.get((region, month))) is None:
            known = self._bounds[region, month] = self._look_up_bounds(region, month)
        return known

    def shares(
        self,
        insurance: Insurance,
        category: Category,
        *,
        region: str,
        month: Month,
        industry: str,
        base: Fen,
    ) -> Shares:
        """What has to be paid on *base*. Raises ParameterMissingError, TierError, CategoryError.

        *industry* is the employer's risk class; of residents *base* is the tier of the year.
        """
        if insurance is Insurance.RESIDENT_OLD_AGE:
            subsidy = self.subsidy(region, month, base)
            return Shares(employer=subsidy, own=base, account=Fen(base + subsidy))
        return rules.shares_of(base, self.rates(insurance, category, region, month, industry))

    def rates(
        self, insurance: Insurance, category: Category, region: str, month: Month, industry: str
    ) -> Rates:
        """Of all but residents, who pay by tiers. Raises ParameterMissingError, CategoryError."""
        key = insurance, category, region, month, industry
        if (known := self._rates.get(key)) is None:
            known = self._rates[key] = self._look_up(insurance, category, region, month, industry)
        return known

    def tiers(self, region: str, month: Month) -> dict[Fen, int]:
        """The yearly amounts that a region offers residents, each with the number of its tier."""
        if (known := self._tiers.get((region, month))) is None:
            known = self._tiers[region, month] = self._look_up_tiers(region, month)
        return known

    def tier(self, region: str, month: Month, amount: Fen) -> int:
        """The number of the tier that has a yearly amount. Raises TierError."""
        tiers = self.tiers(region, month)
        if amount not in tiers:
            raise TierError(amount, sorted(tiers))
        return tiers[amount]

    def subsidy(self, region: str, month: Month, amount: Fen) -> Fen:
        """The subsidy of the government to a tier. Raises TierError, ParameterMissingError."""
        number = self.tier(region, month, amount)
        return self._parameters.fen(f"resident.subsidy_{number}", region, month)

    def due_day(self, region: str, month: Month) -> int:
        """The day of the following month by which it is due. Raises ParameterMissingError."""
        return self._parameters.whole("contribution_due_day", region, month)

    def months_back(self, region: str, month: Month) -> int:
        """How far back people may pay who pay themselves. Raises ParameterMissingError."""
        return self._parameters.whole("flexible_months_back", region, month)

    def _look_up_bounds(self, region: str, month: Month) -> Bounds:
        least = self._parameters.find("base_least", region, month)
        most = self._parameters.find("base_most", region, month)
        if least is not None and most is not None:
            return Bounds(least=fen_of(least), most=fen_of(most))
        computed = rules.bounds_of(
            self._parameters.fen("average_wage", region, month),
            self._parameters.number("base_floor", region, month),
            self._parameters.number("base_ceiling", region, month),
        )
        return Bounds(
            least=computed.least if least is None else fen_of(least),
            most=computed.most if most is None else fen_of(most),
        )

    def _look_up(
        self, insurance: Insurance, category: Category, region: str, month: Month, industry: str
    ) -> Rates:
        def number(name: str) -> Decimal:
            return self._parameters.number(name, region, month)

        match insurance, category:
            case Insurance.OLD_AGE, Category.EMPLOYEE:
                return Rates(
                    employer=number("old_age.employer_rate"),
                    own=number("old_age.own_rate"),
                    account=number("old_age.account_rate"),
                )
            case Insurance.OLD_AGE, Category.FLEXIBLE:
                return Rates(
                    employer=NOTHING,
                    own=number("old_age.flexible_rate"),
                    account=number("old_age.account_rate"),
                )
            case Insurance.UNEMPLOYMENT, Category.EMPLOYEE:
                return Rates(
                    employer=number("unemployment.employer_rate"),
                    own=number("unemployment.own_rate"),
                    account=NOTHING,
                )
            case Insurance.WORK_INJURY, Category.EMPLOYEE:
                rate = number(f"work_injury.rate_{industry}")
                return Rates(employer=rate, own=NOTHING, account=NOTHING)
        raise CategoryError(insurance, category)

    def _look_up_tiers(self, region: str, month: Month) -> dict[Fen, int]:
        found: dict[Fen, int] = {}
        for number in TIERS:
            if amount := self._parameters.find(f"resident.tier_{number}", region, month):
                found.setdefault(fen_of(amount), number)
        return found
