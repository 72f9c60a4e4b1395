"""What is committed works on any machine: no registry's host, no path of one machine."""

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
REGISTRY_HOST = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            "pypi" + ".org",
            "pythonhosted" + ".org",
            "deb.debian" + ".org",
            "archive.ubuntu" + ".com",
            "registry.npmjs" + ".org",
        )
    )
)
# A home, or a folder that only one machine has; /usr, /etc, /dev and /proc are everywhere.
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:home|root|Users|work)/[\w.-]+")
LOCK_OPTION = re.compile(r"^\s*-(?!-hash=)", re.MULTILINE)
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*==\S+(?: ; [^\\]+)? \\$")


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of each text file here that git does not ignore."""
    ignored = [".git", *(ROOT / ".gitignore").read_text(encoding="utf-8").split()]
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not _matches(name, ignored)]
        for name in files:
            content = (Path(folder) / name).read_bytes()
            if not _matches(name, ignored) and b"\0" not in content:
                path = (Path(folder) / name).relative_to(ROOT)
                yield str(path), content.decode("utf-8", errors="replace")


def _matches(name: str, patterns: list[str]) -> bool:
    return any(fnmatch(name, pattern.rstrip("/")) for pattern in patterns)


@pytest.mark.parametrize("pattern", [REGISTRY_HOST, MACHINE_PATH], ids=["host", "path"])
def test_no_committed_file_names(pattern: re.Pattern[str]) -> None:
    named = [
        f"{name}: {found.group()}" for name, text in texts() if (found := pattern.search(text))
    ]
    assert named == []


def test_there_are_locks() -> None:
    assert [lock.name for lock in LOCKS] == [
        "demo.txt",
        "dev.txt",
        "fuzz.txt",
        "pcsc.txt",
        "pkcs11-check.txt",
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_pins_by_hash_and_sets_no_option(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert LOCK_OPTION.search(text) is None
    requirements = [line for line in text.splitlines() if line and line[0] not in "# "]
    assert [line for line in requirements if not PINNED.match(line)] == []
    assert requirements


def test_the_locks_agree_on_every_version() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for line in lock.read_text(encoding="utf-8").splitlines():
            if PINNED.match(line):
                name, version = line.split(" ")[0].split("==")
                versions.setdefault(name, set()).add(version)
    assert {name for name, found in versions.items() if len(found) > 1} == set()
