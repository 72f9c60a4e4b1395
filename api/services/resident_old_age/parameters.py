"""The parameters of this subject."""

from typing import Final

from api.services.parameters.names import ParameterName

PARAMETERS: Final[tuple[ParameterName, ...]] = ()
