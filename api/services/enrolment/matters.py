"""The matters of this subject."""

from typing import Final

from api.services.enrolment.matters_begin import MATTERS as BEGIN
from api.services.enrolment.matters_change import MATTERS as CHANGE
from api.services.enrolment.matters_record import MATTERS as RECORD
from api.services.matters.rule import MatterRule

MATTERS: Final[tuple[MatterRule, ...]] = (*BEGIN, *CHANGE, *RECORD)
