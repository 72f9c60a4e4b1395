"""Runs py-gp, a GlobalPlatform host library of 2017, against a card on a local port.

    python pygp_host.py PORT PROTOCOL SECURITY_LEVEL OBJECT

It authenticates with SCP02 or SCP03 (02, 03) at the level (hexadecimal), stores the object
(BER-TLV) with STORE DATA and prints what GET DATA brings back for its tag. A program of its own
because py-gp keeps its state in modules and needs two shims: it looks for names that
`cryptography` has dropped, and its PC/SC layer is a Windows library.
"""

import sys
import types
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.served_card import GP_TEST_KEY, CardSocket

SUCCESS = 0
PROTOCOL_T0 = 1
KEYS = {"02": (0x20, "DES"), "03": (0x30, "AES")}  # version and type of the public test keys


def restore_dropped_names() -> None:
    """py-gp registers curves with interfaces that `cryptography` had until version 37."""
    utils = import_module("cryptography.utils")
    utils.register_interface = lambda interface: lambda implementation: implementation
    curves = import_module("cryptography.hazmat.primitives.asymmetric.ec")
    curves._CURVE_TYPES = getattr(curves, "_CURVE_TYPES", {})


def replace_readers(card: CardSocket) -> None:
    """Puts the card's socket where py-gp loads its PC/SC layer from."""
    names = types.ModuleType("pygp.connection.pcsc")
    sys.modules[names.__name__] = names
    done = {"errorStatus": SUCCESS, "errorCode": SUCCESS, "errorMessage": "Success"}

    def transmit(_card_info: object, command: list[int]) -> tuple[dict[str, object], list[int]]:
        return done, list(card.transmit(bytes(command)))

    layer = types.ModuleType("pygp.connection.pcscconnection")
    layer.establish_context = lambda: (done, "context")
    layer.card_connect = lambda _context, _reader, _protocol: (
        done,
        {"atr": card.atr().hex(), "specVersion": "", "protocol": PROTOCOL_T0, "cardHandle": None},
    )
    layer.send_apdu_T0 = transmit
    sys.modules[layer.__name__] = layer


def main(port: str, protocol: str, level: str, stored: str) -> None:
    restore_dropped_names()
    with CardSocket(int(port)) as card:
        replace_readers(card)
        pygp = import_module("pygp.pygp")
        pygp.terminal("socket")
        pygp.card()
        number, kind = KEYS[protocol]
        version = f"{number:02X}"
        for key_id in (1, 2, 3):
            pygp.set_key(f"{version}/{key_id}/{kind}/{GP_TEST_KEY.hex().upper()}")
        pygp.auth(keysetversion=version, securitylevel=int(level, 16))
        pygp.store_data(stored)
        pygp.get_data("00" + stored[:2])
        print(pygp.last_response())


if __name__ == "__main__":
    main(*sys.argv[1:])
