"""The commands of a guide, run as they stand: python -m tests.guide docs/guide-insurance.md.

All its blocks of ``sh`` are one script; what each command says is printed. It ends with the exit
code of the first one that fails.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def script(guide: str) -> str:
    """The blocks of a guide, one after the other, each command shown before what it says."""
    first, *others = re.findall(r"^```sh\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    return "".join(["set -euo pipefail\n", first, "set -v\n", *others])


def main(guide: Path) -> int:
    """Run it; the exit code."""
    settings = {name: value for name, value in os.environ.items() if name[:8] != "ONECARD_"}
    settings |= {"ONECARD_LANGUAGE": "en", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", script(guide.read_text(encoding="utf-8"))],
        cwd=ROOT,
        env=settings,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
