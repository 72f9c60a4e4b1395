"""The accounts of a batch: counts, differences, spoilt cards, its close and its certificate."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import bureau_frame, bureau_words, forms
from api.console.bureau_frame import BUREAU
from api.console.errors import FieldError, NoConsoleError, SignerError
from api.console.people import only
from crypto.envelope import Signer
from issuance import batches, duties, lifecycle, waiting
from issuance.duties import Step
from issuance.issuer_keys import signing_key_name
from issuance.people.command_roles import COMMAND_ROLES
from issuance.states import BatchState, BlankState, CardState
from issuance.stock import accounting, balance, certificate, closing, counting, spoilage, yields
from issuance.stock.accounting import FIGURES, Figures
from issuance.stock.errors import CertificateError
from issuance.stock.kinds import Kind, Work
from issuance.stock.serials import Run
from reader.card_profile.profiles import PROFILES

bp = Blueprint("accounts", __name__, url_prefix="/batches")
bp.before_request(only(*BUREAU))
_COUNTERS = COMMAND_ROLES["bureau count"]
_OPEN = (BatchState.PRODUCING, BatchState.PRODUCED)


@bp.get("/<batch_id>/accounts")
def page(batch_id: str) -> ResponseReturnValue:
    """Every count, where the batch does not balance, and what may be done. NotFoundError."""
    with service().book.reading() as session:
        batch = batches.get(session, batch_id)
        kept = accounting.is_kept(session, batch_id)
        told = {
            "counts": counting.counts(session, batch_id),
            "tries": counting.tries(session, batch_id),
            "differences": balance.differences(session, batch_id) if kept else [],
            "rejects": yields.rejects(session, batch_id),
            "close": waiting.may(session, batch, Step.RECONCILE, by=bureau_frame.me()),
        }
    is_open = batch.state in _OPEN
    return render_template(
        "bureau/accounts.html",
        batch=batch,
        kept=kept,
        is_open=is_open,
        may_count=is_open and bureau_frame.is_one_of(*_COUNTERS),
        may_reject=is_open and bureau_frame.is_one_of(*lifecycle.SPOILING),
        produced=batch.state is BatchState.PRODUCED,
        counted=counting.counted,
        **told,
    )


@bp.post("/<batch_id>/count")
def count(batch_id: str) -> ResponseReturnValue:
    """A blind count: the page says which figures differ, never by how much."""
    station, _, kind = forms.text("place", limit=48).rpartition("|")
    if kind not in {one.value for one in Kind}:
        raise FieldError("place", kind)
    figures = Figures(**{name: bureau_frame.amount(name) for name in FIGURES})

    def work(session: Any) -> list[str]:
        by, doing = bureau_frame.me(), ("count", "清点")
        duties.require_role(session, by, _COUNTERS, doing=doing)
        return counting.count(
            session,
            batch_id,
            station=station,
            kind=Kind(kind),
            figures=figures,
            by=by,
            at=bureau_frame.now(),
        )

    done = bureau_frame.change(work)
    if done.value:
        return render_template(
            "bureau/count_differs.html", batch_id=batch_id, differs=done.value, audit=done.reference
        )
    return bureau_frame.told(done, "accounts.page", batch_id=batch_id)


@bp.post("/<batch_id>/spoilt")
def spoilt(batch_id: str) -> ResponseReturnValue:
    """Reject a spoilt card of the batch; another one takes its place."""
    number, reason = forms.text("card", limit=9).upper(), forms.text("reason")
    station, blank = forms.text("station", limit=32), forms.text("blank", limit=16)
    if not reason:
        raise FieldError("reason", "")
    chip = Run.parse(blank).number.to_bytes(8, "big") if blank else None

    def work(session: Any) -> spoilage.Remake:
        by = bureau_frame.me()
        duties.require_role(session, by, lifecycle.SPOILING, doing=("rejection", "报废"))
        return spoilage.reject(
            session,
            number,
            reason=reason,
            by=by,
            at=bureau_frame.now(),
            random=service().random,
            station=station or None,
            blank=chip,
        )

    return bureau_frame.told(bureau_frame.change(work), "accounts.page", batch_id=batch_id)


@bp.post("/<batch_id>/close")
def close(batch_id: str) -> ResponseReturnValue:
    """Close a batch that balances, and sign its certificate. Raises UnbalancedError and others."""
    with service().book.reading() as session:
        profile = PROFILES[batches.get(session, batch_id).profile]
    signer = _signer(signing_key_name(profile))
    done = bureau_frame.change(
        lambda session: closing.close(
            session, batch_id, by=bureau_frame.me(), at=bureau_frame.now(), signer=signer
        )
    )
    return bureau_frame.told(done, "accounts.show_certificate", batch_id=batch_id)


@bp.get("/<batch_id>/certificate")
def show_certificate(batch_id: str) -> ResponseReturnValue:
    """What the certificate says, and whether a trusted key signed it. Raises NotFoundError."""
    with service().book.reading() as session:
        content = closing.content(session, batch_id)
    try:
        found = certificate.check(content, trust=service().trust.current())
    except CertificateError as error:
        return render_template("bureau/certificate.html", batch_id=batch_id, error=error)
    return render_template(
        "bureau/certificate.html",
        batch_id=batch_id,
        found=found,
        facts=found.to_json(),
        card_word=partial(bureau_words.of_value, CardState),
        blank_word=partial(bureau_words.of_value, BlankState),
        step_word=_step,
        work_word=_work,
    )


@bp.get("/<batch_id>/certificate.txt")
def certificate_file(batch_id: str) -> ResponseReturnValue:
    """The certificate as one line of base64, for `onecard bureau verify-certificate`."""
    with service().book.reading() as session:
        content = closing.content(session, batch_id)
    answer = Response(certificate.to_text(content), mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{batch_id}.cert"'
    return answer


def _step(value: str) -> tuple[str, str]:
    known = {step.value: duties.STEPS[step].names for step in Step}
    return {**known, "close": ("close", "结批")}.get(value, (value, value))


def _work(value: str) -> tuple[str, str]:
    work, _, kind = value.partition(" ")
    pair = bureau_words.of_value(Work, work), bureau_words.of_value(Kind, kind)
    return f"{pair[0][0]}, {pair[1][0]}", f"{pair[0][1]}，{pair[1][1]}"


def _signer(key: str) -> Signer:
    keys = service().keys
    if keys is None:
        raise NoConsoleError
    if not keys.has(key):
        raise SignerError(key)
    return keys.signer(key)
