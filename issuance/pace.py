"""How fast a station works, and when it will be done."""

from dataclasses import dataclass

HOUR = 3600.0


@dataclass(slots=True)
class Pace:
    """Cards that were made since *started* (seconds of any clock), of *total* to make."""

    total: int
    started: float
    made: int = 0

    def rate(self, now: float) -> float:
        """Cards an hour; 0 before the first."""
        spent = now - self.started
        return self.made * HOUR / spent if spent > 0 else 0.0

    def left(self, now: float) -> float | None:
        """Seconds until all are made at this pace; None where nobody can tell."""
        rate = self.rate(now)
        return (self.total - self.made) * HOUR / rate if rate else None

    def text(self, now: float) -> tuple[str, str]:
        """In English and Chinese: count, pace, time left."""
        en = f"{self.made} of {self.total}, {self.rate(now):,.0f} an hour"
        zh = f"{self.made} / {self.total}，每小时 {self.rate(now):,.0f} 张"
        left = self.left(now)
        if left is None or self.made >= self.total:
            return en, zh
        return f"{en}, {_duration(left)} left", f"{zh}，剩余 {_duration(left)}"


def _duration(seconds: float) -> str:
    """Hours, minutes and seconds: 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
