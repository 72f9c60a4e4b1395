"""How many commands a second vicc's iso7816 card answers when it is called in process.

``python -m tests.benchmarks.cards.vicc_card HEX COUNT`` prints the rate. The card is Debian's
python3-virtualsmartcard (from vsmartcard-vpicc), which lies outside Python's own folders; it needs
pycryptodome under the name Crypto.
"""

import logging
import sys
from pathlib import Path
from time import perf_counter

LIBRARY = Path("/usr/lib/python3/site-packages/virtualsmartcard")


def rate(command: bytes, count: int) -> float:
    sys.path.append(str(LIBRARY))
    from virtualsmartcard.CardGenerator import CardGenerator
    from virtualsmartcard.VirtualSmartcard import Iso7816OS

    logging.disable(logging.CRITICAL)
    generator = CardGenerator("iso7816")
    generator.generateCard()
    card = Iso7816OS(*generator.getCard())
    assert card.execute(command)[-2:] == b"\x90\x00"
    start = perf_counter()
    for _ in range(count):
        card.execute(command)
    return count / (perf_counter() - start)


if __name__ == "__main__":
    print(rate(bytes.fromhex(sys.argv[1]), int(sys.argv[2])))
