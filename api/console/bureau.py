"""The bureau's pages as one subject of the console, under /console/bureau."""

from flask import Blueprint

from api.console import (
    bureau_accounts,
    bureau_applications,
    bureau_batches,
    bureau_frame,
    bureau_operators,
    bureau_overview,
    bureau_progress,
    bureau_stock,
    bureau_trail,
    bureau_yields,
)

SUBJECTS = (
    bureau_overview.bp,
    bureau_batches.bp,
    bureau_progress.bp,
    bureau_accounts.bp,
    bureau_stock.bp,
    bureau_yields.bp,
    bureau_applications.bp,
    bureau_operators.bp,
    bureau_trail.bp,
)


def _bureau() -> Blueprint:
    root = Blueprint("bureau", __name__, url_prefix="/bureau")
    root.context_processor(bureau_frame.shared)
    for subject in SUBJECTS:
        root.register_blueprint(subject)
    return root


bp = _bureau()
