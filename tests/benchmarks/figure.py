"""One measured value of a benchmark, beside the limit that it is held against."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """*ratio* is the value divided by the limit that *of* names, both measured in the same run."""

    bench: str
    case: str
    value: float
    unit: str
    ratio: float | None = None
    of: str | None = None

    def show(self) -> None:
        """Prints it, as one JSON object on one line of standard output."""
        print(json.dumps(asdict(self), ensure_ascii=False), flush=True)
