"""``onecard sim serve --line``: what a card's exchanges took on a line, told as it is removed."""

import json
import subprocess

from reader.tcp import TcpTransport
from tests.fixed_card import fixed_card_file
from tests.onecard_command import ONECARD

CHALLENGE = bytes.fromhex("0084000008")


def test_a_served_card_tells_as_json_what_its_exchanges_took_on_the_line(tmp_path):
    card = fixed_card_file(tmp_path)
    options = ("--listen", "127.0.0.1:0", "--line", "contactless:106", "--json")
    with subprocess.Popen(
        [ONECARD, "sim", "serve", card, *options], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip().rpartition(":")[2]
            with TcpTransport.parse(f"127.0.0.1:{port}") as reader:
                assert len(reader.transmit(CHALLENGE)) == 10
            told = json.loads(process.stdout.readline())
        finally:
            process.kill()
    seconds = told.pop("seconds")
    # ISO/IEC 14443-3: REQA, 93 20, SELECT, RATS, then 5 + 3 bytes; from the card ATQA, UID and
    # BCC, SAK, ATS, then 10 + 3.
    assert told == {
        "card": str(card),
        "commands": 1,
        "bytes_to_card": 1 + 2 + 9 + 4 + 8,
        "bytes_from_card": 2 + 5 + 3 + 20 + 13,
        "blocks": 10,
    }
    octets = (2 + 9 + 4 + 8) + (2 + 5 + 3 + 20 + 13)
    expected = ((7 + octets * 9 + 10 * 2) * 128 + 5 * (1172 + 1236)) / 13.56e6
    assert abs(seconds - expected) < 1e-9
