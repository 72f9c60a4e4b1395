"""The audit trail: read by chain and subject, and its chains checked in parts."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import bureau_frame
from api.console.bureau_frame import TRAIL
from api.console.people import only
from issuance import audit, audit_check, audit_log

bp = Blueprint("trail", __name__, url_prefix="/trail")
bp.before_request(only(*TRAIL))


@bp.get("/")
def page() -> ResponseReturnValue:
    """Entries, newest first."""
    chain, subject = bureau_frame.chosen("chain", 16), bureau_frame.chosen("subject", 100)
    given = bureau_frame.chosen("before", 9)
    before = int(given) if given.isascii() and given.isdigit() else None
    with service().book.reading() as session:
        chains = audit_log.chains(session)
        chain = chain if chain in dict(chains) else audit.OFFICE
        found = audit_log.page(session, chain, subject=subject, before=before)
        last, whole = audit_check.last(session), audit_check.last_whole(session)
    return render_template(
        "bureau/trail.html",
        chains=chains,
        chain=chain,
        subject=subject,
        found=found,
        last=last,
        whole=whole,
        going=last is not None and last.state == audit_check.GOING,
        broken=last is not None and last.state == audit_check.BROKEN,
        part=audit_check.PART,
    )


@bp.post("/check")
def check() -> ResponseReturnValue:
    """Check the next part of the chains."""
    done = bureau_frame.change(
        lambda session: audit_check.advance(session, by=bureau_frame.me(), at=bureau_frame.now())
    )
    return bureau_frame.told(done, "trail.page")
