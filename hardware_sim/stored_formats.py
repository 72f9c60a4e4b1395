"""Cards stored by earlier versions: what each format becomes in the next one.

A number is never used twice, and a stored example of every format is kept as a test vector.
"""

from collections.abc import Callable, Mapping
from typing import Any

Memory = dict[str, Any]

SELECTABLE = 0x07
# Keys whose identifiers were guesses in format 1 and are better known since.
RENUMBERED = {("SSSE", 0x09): 0x02, ("DF03", 0x83): 0x84, ("DF03", 0x84): 0x85}


def _from_1(old: Memory) -> Memory:
    """Format 1 wrote cells and key sets as lists, and had one version of each key."""
    tries = ("value", "tries", "tries_left")
    key_sets = [
        [version, {"enc": enc, "mac": mac, "dek": dek, "version": version}]
        for version, enc, mac, dek in old["key_sets"]
    ]
    new = {
        **old,
        "key_sets": key_sets,
        "pin": dict(zip(tries, old["pin"], strict=True)),
        "keys": [
            [
                name,
                RENUMBERED.get((name, kid), kid),
                [dict(zip(("value", "version", *tries[1:]), cell, strict=True))],
            ]
            for name, kid, *cell in old["keys"]
        ],
        # What is merely selectable is not written down any more.
        "applications": [
            [name, state] for name, state in old["applications"].items() if state != SELECTABLE
        ],
        # One counter served all key sets; none of them may repeat a value.
        "sequence_counters": [
            [version, old["sequence_counter"]] for version, _ in key_sets if old["sequence_counter"]
        ],
    }
    del new["sequence_counter"]
    return new


UPGRADES: Mapping[int, Callable[[Memory], Memory]] = {1: _from_1}
