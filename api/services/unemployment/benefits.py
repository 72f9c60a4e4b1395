"""The benefits of this subject."""

from typing import Final

from api.services.awards.benefits import Benefit

BENEFITS: Final[tuple[Benefit, ...]] = ()
