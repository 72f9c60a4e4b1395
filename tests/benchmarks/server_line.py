"""What a question to the issuer's server costs a desk: over a kept line, and over a new one.

``python -m tests.benchmarks.server_line`` prints medians in milliseconds of wall time, all over
this machine's loopback, the two kinds of line in turn. ``http`` and ``tls`` ask a server that does
nothing: they are the line alone. ``key-step`` asks `onecard serve` for a cryptogram, which notes
each use in the book. A handshake over a real network adds its round trips to the new line alone.
"""

import tempfile
from collections.abc import Callable
from os import urandom
from pathlib import Path
from statistics import median
from time import perf_counter

from reader.issuer_server import KeyStep, StepKind
from reader.server_client import HttpIssuerServer, facts_of
from tests.benchmarks.figure import Figure
from tests.counter_world import counter_world
from tests.running_server import serving
from tests.tls_service import Authority, Service, served

TIMES = 100  # of each; a desk may use keys 240 times in a minute
Ask = Callable[[HttpIssuerServer], object]


def compare(case: str, open_line: Callable[[], HttpIssuerServer], ask: Ask) -> None:
    """Print the medians of *ask* over a line that is kept, and over a new one."""
    kept = open_line()
    ask(kept)
    found: dict[str, list[float]] = {"new": [], "kept": []}
    for _ in range(TIMES):
        found["kept"].append(_milliseconds(lambda: ask(kept)))
        found["new"].append(_milliseconds(lambda: _over_a_new_line(open_line, ask)))
    kept.close()
    new, old = median(found["new"]), median(found["kept"])
    Figure(bench="server_line", case=f"{case}-new", value=round(new, 2), unit="ms").show()
    Figure(
        bench="server_line",
        case=f"{case}-kept",
        value=round(old, 2),
        unit="ms",
        ratio=round(old / new, 2),
        of=f"{case}-new",
    ).show()


def _over_a_new_line(open_line: Callable[[], HttpIssuerServer], ask: Ask) -> None:
    line = open_line()
    try:
        ask(line)
    finally:
        line.close()


def _milliseconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return (perf_counter() - begun) * 1000


def main() -> None:
    """All cases."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(Service()) as plain:
            address = plain.address("127.0.0.1", "http")
            compare("http", lambda: HttpIssuerServer(address, "oc_x"), lambda s: s.challenge())
        authority = Authority(folder)
        with served(Service(), authority.server()) as secure:
            compare(
                "tls",
                lambda: HttpIssuerServer(secure.address("127.0.0.1"), "oc_x", ca=authority.path),
                lambda s: s.challenge(),
            )
        with counter_world(folder) as world:
            facts = facts_of(world.session(), world.chip.atr)
            with serving(folder, client=("village-9", "--desk")) as service:
                compare(
                    "key-step",
                    lambda: HttpIssuerServer(service.address, service.key),
                    lambda s: s.use_keys(facts, [_step()]),
                )


def _step() -> KeyStep:
    return KeyStep(kind=StepKind.CRYPTOGRAM, key="RKSSSE", random=urandom(8), data=bytes(8))


if __name__ == "__main__":
    main()
