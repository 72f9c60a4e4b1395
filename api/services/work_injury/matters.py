"""The matters of this subject."""

from typing import Final

from api.services.matters.rule import MatterRule

MATTERS: Final[tuple[MatterRule, ...]] = ()
