"""How fast cards are made, and when they will be done."""

from dataclasses import dataclass

SECOND, HOUR = 1.0, 3600.0
_WORDS = {SECOND: ("a second", "每秒"), HOUR: ("an hour", "每小时")}


@dataclass(slots=True)
class Pace:
    """Cards that were made since *started* (seconds of any clock), of *total* to make.

    The rate is told for each *unit*: HOUR at a station, SECOND where a program makes them.
    """

    total: int
    started: float
    made: int = 0
    unit: float = HOUR

    def rate(self, now: float) -> float:
        """Cards a unit of time; 0 before the first."""
        spent = now - self.started
        return self.made * self.unit / spent if spent > 0 else 0.0

    def left(self, now: float) -> float | None:
        """Seconds until all are made at this pace; None where nobody can tell."""
        rate = self.rate(now)
        return (self.total - self.made) * self.unit / rate if rate else None

    def text(self, now: float) -> tuple[str, str]:
        """In English and Chinese: count, pace, time left."""
        words, rate = _WORDS[self.unit], f"{self.rate(now):,.0f}"
        en = f"{self.made} of {self.total}, {rate} {words[0]}"
        zh = f"{self.made} / {self.total}，{words[1]} {rate} 张"
        left = self.left(now)
        if left is None or self.made >= self.total:
            return en, zh
        return f"{en}, {_duration(left)} left", f"{zh}，剩余 {_duration(left)}"


def _duration(seconds: float) -> str:
    """Hours, minutes and seconds: 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
