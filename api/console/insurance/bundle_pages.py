"""One matter of life: its services are chosen, asked about once, received, and decided in order."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import error_pages, forms, remedies
from api.console.insurance import matter_form, two_people
from api.console.insurance.bundle_view import bundle_shown
from api.console.insurance.first_choices import parts_of
from api.console.insurance.frame import me, now
from api.console.insurance.holder_pages import look, served
from api.console.insurance.matter_form import Asked
from api.services.errors import ServiceError
from api.services.matters import bundles, sight
from api.services.matters.bundle_table import BundleRule, bundle_rule
from api.services.matters.table import MATTERS
from issuance.book_errors import BookError, DutyError
from issuance.counter import mandates, tickets
from issuance.counter.errors import CounterError, IdentityNotCheckedError
from issuance.people.errors import LoginError

Sentence = tuple[str, str]
DIGEST = "digest."  # before the name of a matter, in the form

bp = Blueprint("bundles", __name__)
_VISIT = "/visits/<visit>/cards/<number>/insurance/bundles/<kind>"
_BUNDLE = "/insurance/bundles/<bundle>"


@bp.get(_VISIT)
def form(visit: str, number: str, kind: str) -> ResponseReturnValue:
    """Which services are wanted, and what they ask for."""
    look(visit, number)
    return _form(visit, number, kind, bundle=tickets.new_id(service().random))


@bp.post(_VISIT)
def begin(visit: str, number: str, kind: str) -> ResponseReturnValue:
    """Receive the services that were chosen; first ask what they ask for."""
    rule, chosen = bundle_rule(kind), _chosen()
    if forms.text("step") == "choose" or sorted(chosen) != request.form.getlist("asked"):
        return _form(visit, number, kind, bundle=forms.text("bundle"))
    if forms.text("identity") != "yes":
        raise IdentityNotCheckedError
    with service().book.changing() as session:
        found = served(session, visit, number)
        opened = bundles.open_bundle(
            session,
            forms.text("bundle"),
            kind,
            person=found.person.number,
            raw=matter_form.given(_questions(rule, chosen), request.form),
            optional=chosen,
            by=me(),
            at=now(),
            visit=visit,
            mandate=forms.text("mandate") or None,
        ).id
    return redirect(url_for(".page", bundle=opened), forms.STATUS)


@bp.get(_BUNDLE)
def page(bundle: str) -> ResponseReturnValue:
    """What would be decided about each service, or was."""
    return _page(bundle)


@bp.post(f"{_BUNDLE}/decide")
def decide(bundle: str) -> ResponseReturnValue:
    """Decide on all that was shown, or on none."""
    digests = _digests()
    two_people.decide(
        lambda session, second: bundles.decide_all(
            session, bundle, digests=digests, by=me(), second=second, at=now()
        )
    )
    return redirect(url_for(".page", bundle=bundle), forms.STATUS)


@bp.post(f"{_BUNDLE}/review")
def review(bundle: str) -> ResponseReturnValue:
    """Confirm all that another proposed, or nothing."""
    with service().book.changing() as session:
        bundles.review_all(session, bundle, digests=_digests(), by=me(), at=now())
    return redirect(url_for(".page", bundle=bundle), forms.STATUS)


@bp.errorhandler(ServiceError)
@bp.errorhandler(CounterError)
@bp.errorhandler(DutyError)
@bp.errorhandler(LoginError)
def refused(error: Any) -> ResponseReturnValue:
    """The page of the form again, with what was refused; nothing was changed."""
    place = request.view_args or {}
    status = error_pages.status_of(error)
    if request.method != "POST" or status is None:
        return error_pages.known(error)
    try:
        if "bundle" in place:
            return _page(place["bundle"], error=error), status
        if isinstance(error, ServiceError | CounterError):
            name = forms.text("bundle") or tickets.new_id(service().random)
            return _form(**place, bundle=name, error=error), status
    except (ServiceError, BookError):  # what the form is about is not there, or not in sight
        pass
    return error_pages.known(error)


def _form(visit: str, number: str, kind: str, *, bundle: str, error: Any = None) -> str:
    rule, chosen = bundle_rule(kind), _chosen()
    questions = _questions(rule, chosen)
    told = error if isinstance(error, ServiceError) else None
    with service().book.reading() as session:
        found = served(session, visit, number)
        parts = parts_of(rule, with_card=found.with_card)
        return render_template(
            "insurance/bundle_form.html",
            shown=found.shown,
            holder=found.person,
            rule=rule,
            bundle=bundle,
            parts=[(part, MATTERS[part.kind]) for part in parts],
            chosen=sorted(chosen),
            sections=_sections(rule, chosen, told),
            mandates=[one for one in found.shown.mandates if mandates.INSURANCE in one.actions],
            error=error if matter_form.field_of(questions, told) is None else None,
        )


def _page(bundle: str, *, error: Any = None) -> str:
    with service().book.changing() as session:
        person = bundles.get(session, bundle, by=me()).person
        sight.note_work(session, me(), person, f"bundle {bundle}", at=now())
    with service().book.changing() as session:  # what is rehearsed is undone
        return render_template(
            "insurance/bundle.html",
            shown=bundle_shown(session, bundle),
            error=error,
            remedy=remedies.of(error) if error else None,
        )


def _sections(
    rule: BundleRule, chosen: frozenset[str], error: ServiceError | None
) -> list[tuple[Sentence, list[Asked]]]:
    """The fields under the name of the service that asks for them first."""
    questions = _questions(rule, chosen)
    fields = matter_form.asked(questions, matter_form.given(questions, request.form), error)
    asking = [MATTERS[one.kinds[0]].label for one in bundles.questions(rule, chosen)]
    found: dict[Sentence, list[Asked]] = {}
    for label, field in zip(asking, fields, strict=True):
        found.setdefault(label, []).append(field)
    return list(found.items())


def _chosen() -> frozenset[str]:
    """The optional services that were ticked."""
    return frozenset(request.form.getlist("part"))


def _questions(rule: BundleRule, chosen: frozenset[str]) -> matter_form.Questions:
    return [(one.name, one.field) for one in bundles.questions(rule, chosen)]


def _digests() -> dict[str, str]:
    """What was shown, by matter."""
    return {
        name.removeprefix(DIGEST): value
        for name, value in request.form.items()
        if name.startswith(DIGEST)
    }
