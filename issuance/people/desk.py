"""Passwords and codes as they are typed at a desk, or read from a file; never from arguments.

A file has the password in its first line and, where one is wanted, the code in its second.
"""

import sys
from pathlib import Path

import click

from issuance.people.authentication import Proof
from onecard.console import Exit, Sentence, fail

password_file_option = click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    help="Where nobody can type: a file of the password and, in its second line, the code.",
)


def ask_proof(name: str, file: Path | None) -> Proof:
    """Password and code of the operator *name*, who is here."""
    lines = _lines(file)
    password = lines[0] if lines else _ask(f"Password of {name}", f"{name} 的口令", hidden=True)
    code = lines[1] if len(lines) > 1 else _ask(f"Code of {name}", f"{name} 的动态码")
    return Proof(name, password, code)


def ask_new_password(name: str, file: Path | None) -> str:
    """The password that the operator *name* chooses for himself; typed twice."""
    if lines := _lines(file):
        return lines[0]
    return _ask(f"New password of {name}", f"{name} 的新口令", hidden=True, twice=True)


def _lines(file: Path | None) -> list[str]:
    return [] if file is None else file.read_text(encoding="utf-8").splitlines()


def _ask(en: str, zh: str, *, hidden: bool = False, twice: bool = False) -> str:
    if not sys.stdin.isatty():
        fail(
            Exit.USAGE,
            f"{en}: there is nobody to ask here.",
            f"{zh}：此处无人应答。",
            remedy=("Use a terminal.", "请在终端中执行。"),
        )
    question = Sentence(en, zh).text()
    answer: str = click.prompt(question, hide_input=hidden, confirmation_prompt=twice, err=True)
    return answer
