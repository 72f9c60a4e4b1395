"""SELECT of an elementary file in the form that the card takes, found out once."""

from collections.abc import Callable
from dataclasses import replace

from reader.card_profile.files import ElementaryFile
from reader.errors import CardRefusedError
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW
from reader.reading_forms import (
    FORMS_WITH_LE,
    OTHER_FORM,
    SELECT_FORMS,
    ReadingForms,
    SelectForm,
)

NOT_THERE = frozenset({SW.RECORD_NOT_FOUND, SW.FILE_NOT_FOUND})

Send = Callable[[CommandApdu], bytes]


class FileSelection:
    """Selects files of the current application; *forms* is what was learned of the card."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._selected: int | None = None
        self.forms = ReadingForms()

    def forget(self) -> None:
        """Another application, or a command of somebody else, may have changed the current EF."""
        self._selected = None

    def is_current(self, file: ElementaryFile) -> bool:
        """Whether *file* is known to be the current EF."""
        return self._selected == file.fid

    def select(self, file: ElementaryFile) -> None:
        """Make *file* the current EF; CardRefusedError if the card has none in any form."""
        if self.is_current(file):
            return
        self._selected = None
        if self.forms.select is not None:
            self._send(self.forms.select.command(file.fid))
        else:
            self.forms = replace(self.forms, select=self._form_that_selects(file))
        self._selected = file.fid

    def _form_that_selects(self, file: ElementaryFile) -> SelectForm:
        reasons: list[CardRefusedError] = []
        for form in (*SELECT_FORMS, *FORMS_WITH_LE):
            if form.ne and all(reason.sw in NOT_THERE for reason in reasons):
                break  # the card understood, and has no such file
            try:
                self._send(form.command(file.fid))
            except CardRefusedError as refused:
                reasons.append(refused)
                if refused.sw not in OTHER_FORM:
                    continue
                other = form.instead(refused.sw)
                try:
                    self._send(other.command(file.fid))
                except CardRefusedError as again:
                    reasons.append(again)
                    continue
                return other
            return form
        raise most_telling(reasons)


def most_telling(reasons: list[CardRefusedError]) -> CardRefusedError:
    """Of several refusals the one to tell: that something is missing, else the first."""
    return next((one for one in reasons if one.sw in NOT_THERE), reasons[0])
