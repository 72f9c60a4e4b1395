"""A holder's insurances as his page shows them: where he is insured, what he paid and draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.console import plots
from api.console.insurance.card_data_view import GroupShown, waiting_groups
from api.console.insurance.frame import now, office_name
from api.console.language import say
from api.database import BookSession
from api.services.awards import grants, payables
from api.services.awards.declared import DECLARED
from api.services.awards.models import Award
from api.services.enrolment import accounts, years
from api.services.enrolment.models import Enrolment
from api.services.enrolment.years import Year
from api.services.insurances import Insurance
from api.services.matters import history
from api.services.matters.models import Matter
from api.services.matters.rule import MatterRule
from api.services.matters.states import OPEN_STATES
from api.services.matters.table import GROUPS, MATTERS
from api.services.money import FEN_PER_YUAN, Fen
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.people.models import InsuredPerson
from api.services.retirement_age.rules import CATEGORIES, choice, legal_age
from issuance import cards
from issuance.instants import local_day

Sentence = tuple[str, str]
WITH_ACCOUNT: Final = (Insurance.OLD_AGE, Insurance.RESIDENT_OLD_AGE)
CATEGORY_WORDS: Final = {
    "male": ("man", "男职工"),
    "female55": ("woman, by the table of 55", "女职工（原55周岁）"),
    "female50": ("woman, by the table of 50", "女职工（原50周岁）"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardLine:
    """A benefit that somebody draws or drew; *next_month* None: nothing follows."""

    award: Award
    label: Sentence
    amount: Fen
    monthly: bool
    paused: bool
    next_month: Month | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What lies in a personal account at the end of a month."""

    insurance: Insurance
    until: Month
    balance: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderShown:
    """Everything of the page; *offers* are the kinds of matters that can be begun, by group."""

    person: InsuredPerson
    category: Sentence
    office: str
    retirement: tuple[Month, Month, Month]  # the earliest by choice, by law, the latest by choice
    enrolments: Sequence[Enrolment]
    offices: dict[str, str]
    years: Sequence[Year]
    plot: str
    accounts: Sequence[Account]
    awards: Sequence[AwardLine]
    open_matters: Sequence[Matter]
    past_matters: Sequence[Matter]
    waiting: Sequence[GroupShown]  # for the card of this page
    offers: Sequence[tuple[Sentence, Sequence[MatterRule]]]


def holder_shown(
    session: BookSession, person: InsuredPerson, *, card: str, with_card: bool
) -> HolderShown:
    """What the page of somebody says; *with_card*: his *card* was shown in this visit."""
    birth, category = Month.of_day(person.birth), CATEGORIES[person.category]
    earliest, latest = choice(category, birth)
    enrolled = years.enrolments(session, person.number)
    matters = history.of_person(session, person.number)
    paid = years.by_year(session, person.number)
    return HolderShown(
        person=person,
        category=CATEGORY_WORDS[person.category],
        office=office_name(session, person.office),
        retirement=(
            birth.after(earliest),
            birth.after(legal_age(category, birth)),
            birth.after(latest),
        ),
        enrolments=enrolled,
        offices={one.office: office_name(session, one.office) for one in enrolled},
        years=paid,
        plot=_plot(paid),
        accounts=_accounts(session, person, enrolled),
        awards=award_lines(session, grants.of_person(session, person.number)),
        open_matters=[one for one in matters if one.state in OPEN_STATES],
        past_matters=[one for one in matters if one.state not in OPEN_STATES],
        waiting=waiting_groups(session, cards.get(session, card)),
        offers=_offers(with_card=with_card),
    )


def award_lines(session: BookSession, awards: Sequence[Award]) -> list[AwardLine]:
    """Benefits with their amount and the month that is paid next."""
    return [_award_line(session, award) for award in awards]


def _award_line(session: BookSession, award: Award) -> AwardLine:
    rows = grants.amounts(session, award.id)
    items = payables.items(session, award.id)
    upcoming = items[-1].month.after(1) if items else award.from_month
    ended = award.until_month is not None and upcoming > award.until_month
    return AwardLine(
        award=award,
        label=DECLARED[award.benefit].label,
        amount=grants.amount_at(rows, upcoming),
        monthly=DECLARED[award.benefit].monthly,
        paused=any(one.until_month is None for one in grants.pauses(session, award.id)),
        next_month=None if ended else upcoming,
    )


def _accounts(
    session: BookSession, person: InsuredPerson, enrolled: Sequence[Enrolment]
) -> list[Account]:
    until = Month.of_day(local_day(now()))
    regions = {Insurance(one.insurance): one.region for one in reversed(enrolled)}
    view = ParameterBook(session).view()
    found = [
        Account(
            insurance=insurance,
            until=until,
            balance=accounts.balance(
                session,
                person.number,
                insurance,
                until=until,
                region=regions[insurance],
                parameters=view,
            ),
        )
        for insurance in WITH_ACCOUNT
        if insurance in regions
    ]
    return [one for one in found if one.balance]


def _plot(found: Sequence[Year]) -> str:
    """The average base of each year, of the insurance that has most years."""
    counts = [one.insurance for one in found]
    if not counts:
        return ""
    most = max(dict.fromkeys(counts), key=counts.count)
    points = sorted(
        (float(one.year), one.average_base / FEN_PER_YUAN) for one in found if one.insurance is most
    )
    if len(points) < 2:
        return ""
    words = plots.Words(
        name="bases",
        title=say("Average monthly base by year", "历年月平均缴费基数"),
        description=say(
            "From {first} to {last}; the table beside it has the numbers.",
            "{first} 年至 {last} 年，数值见旁边的表。",
            first=int(points[0][0]),
            last=int(points[-1][0]),
        ),
        x=say("year", "年份"),
        y=say("yuan a month", "元/月"),
    )
    return plots.lines(points, words, [f"{points[0][0]:.0f}", f"{points[-1][0]:.0f}"])


def _offers(*, with_card: bool) -> list[tuple[Sentence, Sequence[MatterRule]]]:
    groups = [
        (
            label,
            [
                rule
                for rule in MATTERS.values()
                if rule.group == name and (with_card or not rule.needs_card)
            ],
        )
        for name, label in GROUPS.items()
    ]
    return [(label, rules) for label, rules in groups if rules]
