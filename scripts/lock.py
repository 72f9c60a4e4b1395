"""Writes the hash-pinned lock files in requirements/ from the extras of pyproject.toml.

pip-compile reads a plain list on its standard input instead of pyproject.toml, because an extra
that names another extra of this project would put the project itself, with its path, in the lock.
A judge that wants a later Python is resolved with one, and left alone where there is none.
Arguments are passed on to pip-compile (`--upgrade`, `--upgrade-package NAME`).
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--quiet",
    "--generate-hashes",
    "--strip-extras",
    "--allow-unsafe",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--no-emit-options",
]
# The largest first: the others take their versions from it, so that no two locks disagree.
LOCKS = {
    "dev": ["api", "gm-fallback", "dev"],
    "demo": ["api", "gm-fallback"],
    "pcsc": ["counter", "dev-pcsc"],
    "fuzz": ["fuzz"],
}
JUDGE = "pkcs11-check"  # beside the project: nothing of the project is in its lock
JUDGE_EXTRAS = ["dev-pkcs11"]


def own(pyproject: dict) -> list[str]:
    """The project's own needs, and what an editable install is built with."""
    return [*pyproject["build-system"]["requires"], *pyproject["project"]["dependencies"]]


def of_extras(pyproject: dict, extras: list[str]) -> list[str]:
    """What the extras name, through those that name another one."""
    project = pyproject["project"]
    wanted = []
    pending = list(extras)
    while pending:
        for requirement in project["optional-dependencies"][pending.pop()]:
            if requirement.startswith(f"{project['name']}["):
                pending += requirement.partition("[")[2].rstrip("]").split(",")
            else:
                wanted.append(requirement)
    return wanted


@contextmanager
def later_python() -> Iterator[str | None]:
    """A Python of 3.12 or newer with pip-tools in it; None where there is none."""
    search = ROOT / "scripts" / "later_python.sh"
    found = subprocess.run([search], check=False, stdout=subprocess.PIPE, text=True)
    if found.returncode:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/bin/python"
        subprocess.run([found.stdout.strip(), "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", "pip-tools"], check=True)
        yield python


def write(python: str, name: str, wanted: list[str]) -> None:
    """One lock, resolved by *python*'s pip-tools."""
    lock = Path("requirements") / f"{name}.txt"
    options = [*FLAGS, "--output-file", str(lock), *sys.argv[1:]]
    if name != "dev":
        options += ["--constraint", "requirements/dev.txt"]
    print(lock, file=sys.stderr)
    outcome = subprocess.run(
        [python, "-m", "piptools", "compile", *options, "-"],
        cwd=ROOT,
        check=False,
        text=True,
        input="\n".join(sorted(set(wanted))),
        capture_output=True,
        env={**os.environ, "CUSTOM_COMPILE_COMMAND": "make lock"},
    )
    if outcome.returncode:
        sys.exit(outcome.stderr)
    written = (ROOT / lock).read_text(encoding="utf-8")
    (ROOT / lock).write_text(written.replace("-r -", "onecard"), encoding="utf-8")


def main() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, extras in LOCKS.items():
        write(sys.executable, name, own(pyproject) + of_extras(pyproject, extras))
    with later_python() as python:
        if python is None:
            print(f"requirements/{JUDGE}.txt: left alone, no Python 3.12 here", file=sys.stderr)
        else:
            write(python, JUDGE, of_extras(pyproject, JUDGE_EXTRAS))


if __name__ == "__main__":
    main()
