"""The pages of the insurances as one subject of the console."""

from flask import Blueprint

from api.console.desk import CLERKS
from api.console.insurance import (
    access,
    begin_pages,
    bundle_pages,
    card_data_pages,
    frame,
    holder_pages,
    matter_pages,
    what_if_pages,
    work_pages,
)
from api.console.people import only
from api.services.people.errors import WomansCategoryError

SUBJECTS = (
    work_pages.bp,
    matter_pages.bp,
    holder_pages.bp,
    begin_pages.bp,
    bundle_pages.bp,
    what_if_pages.bp,
    card_data_pages.bp,
)


def _insurance() -> Blueprint:
    root = Blueprint("insurance", __name__)
    root.before_request(only(*CLERKS))
    root.before_request(access.require)
    root.context_processor(frame.shared)
    for subject in SUBJECTS:
        subject.register_error_handler(WomansCategoryError, holder_pages.ask_category)
        root.register_blueprint(subject)
    return root


bp = _insurance()
