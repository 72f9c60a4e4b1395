"""Writes the hash-pinned lock files in requirements/ from the extras of pyproject.toml.

pip-compile reads a plain list on its standard input instead of pyproject.toml, because an extra
that names another extra of this project would put the project itself, with its path, in the lock.
Arguments are passed on to pip-compile (`--upgrade`, `--upgrade-package NAME`).
"""

import os
import subprocess
import sys
import tomllib
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


def requirements(pyproject: dict, extras: list[str]) -> list[str]:
    """The project's own needs, those of the extras, and what an editable install is built with."""
    project = pyproject["project"]
    wanted = [*pyproject["build-system"]["requires"], *project["dependencies"]]
    pending = list(extras)
    while pending:
        for requirement in project["optional-dependencies"][pending.pop()]:
            if requirement.startswith(f"{project['name']}["):
                pending += requirement.partition("[")[2].rstrip("]").split(",")
            else:
                wanted.append(requirement)
    return sorted(set(wanted))


def main() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, extras in LOCKS.items():
        lock = Path("requirements") / f"{name}.txt"
        options = [*FLAGS, "--output-file", str(lock), *sys.argv[1:]]
        if name != "dev":
            options += ["--constraint", "requirements/dev.txt"]
        print(f"{lock}: {', '.join(extras)}", file=sys.stderr)
        outcome = subprocess.run(
            [sys.executable, "-m", "piptools", "compile", *options, "-"],
            cwd=ROOT,
            check=False,
            text=True,
            input="\n".join(requirements(pyproject, extras)),
            capture_output=True,
            env={**os.environ, "CUSTOM_COMPILE_COMMAND": "make lock"},
        )
        if outcome.returncode:
            sys.exit(outcome.stderr)
        written = (ROOT / lock).read_text(encoding="utf-8")
        (ROOT / lock).write_text(written.replace("-r -", "onecard"), encoding="utf-8")


if __name__ == "__main__":
    main()
