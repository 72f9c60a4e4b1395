"""``python -m tests.soak.fuzz [--commands N] [--corpus FOLDER]``: atheris drives `fuzzing`.

Coverage-guided: what reaches new code of the card is kept and varied. Ends when that many commands
were played, and prints one JSON object; an input that breaks the card is printed in hexadecimal
and ends the run with exit code 1.
"""

import argparse
import json
import os
import sys
import tempfile
import time

import atheris

with atheris.instrument_imports(include=["hardware_sim", "reader", "crypto", "tests.soak"]):
    from tests.soak import fuzzing


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--commands", type=int, default=5_000_000)
    parser.add_argument("--corpus", default="")
    options = parser.parse_args()
    played = inputs = 0
    started = time.monotonic()

    def report(broken: str | None = None) -> None:
        seconds = time.monotonic() - started
        figure = {
            "soak": "fuzz",
            "commands": played,
            "inputs": inputs,
            "seconds": round(seconds),
            "commands_per_second": round(played / max(seconds, 1e-9)),
            "broken": broken,
        }
        print(json.dumps(figure), flush=True)

    def one_input(data: bytes) -> None:
        nonlocal played, inputs
        try:
            played += fuzzing.run(data)
        except BaseException:
            report(data.hex())
            raise
        inputs += 1
        if played >= options.commands:
            report()
            os._exit(0)  # libFuzzer's loop has no other end

    corpus = options.corpus or tempfile.mkdtemp(prefix="onecard-fuzz-")
    atheris.Setup(
        [sys.argv[0], corpus, "-max_len=2048", "-len_control=0", f"-artifact_prefix={corpus}/"],
        one_input,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
