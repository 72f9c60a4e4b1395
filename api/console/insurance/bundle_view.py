"""A bundle as its page shows it: each service with what would be decided, or was."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.console.insurance.frame import me, now, own_office
from api.console.insurance.matter_view import MatterShown, decided_or_closed, proposed
from api.database import BookSession
from api.services.matters import bundles, sight
from api.services.matters.acts import Act
from api.services.matters.bundle_table import BundleRule, bundle_rule
from api.services.matters.models import Bundle
from api.services.matters.states import OPEN_STATES, State
from api.services.people import registry
from api.services.people.models import InsuredPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleShown:
    """*decidable* and *reviewable* are what this clerk may do now, with what is shown."""

    bundle: Bundle
    rule: BundleRule
    person: InsuredPerson
    lines: Sequence[MatterShown]
    decidable: Sequence[MatterShown]
    reviewable: Sequence[MatterShown]

    @property
    def takes_two(self) -> bool:
        """Whether something that can be decided takes a review."""
        return any(one.rule.reviewed for one in self.decidable)

    @property
    def is_done(self) -> bool:
        """Whether nothing is open any more."""
        return all(one.matter.state not in OPEN_STATES for one in self.lines)


def bundle_shown(session: BookSession, name: str) -> BundleShown:
    """The page of a bundle: the services that this clerk's office sees.

    Raises UnknownError, OutOfSightError.
    """
    bundle, here = bundles.get(session, name, by=me()), own_office(session).code
    outlooks = {one.matter.id: one for one in bundles.rehearse(session, name, by=me(), at=now())}
    lines = []
    for matter in bundles.matters(session, name):
        if not sight.sees_matter(here, matter):
            continue
        outlook = outlooks.get(matter.id)
        if outlook is None:
            lines.append(decided_or_closed(session, matter))
        else:
            lines.append(proposed(session, matter, outlook.proposal, outlook.objection))
    ready = [one for one in lines if one.digest and one.refusal is None]
    return BundleShown(
        bundle=bundle,
        rule=bundle_rule(bundle.kind),
        person=registry.get(session, bundle.person),
        lines=lines,
        decidable=[
            one for one in ready if Act.DECIDE in one.may and one.matter.state == State.RECEIVED
        ],
        reviewable=[one for one in ready if Act.REVIEW in one.may and not one.changed],
    )
