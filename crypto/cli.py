"""The command `onecard keys`: the issuer's key store and the public keys to give away."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from crypto import atomic_file
from crypto.errors import (
    CryptoError,
    KeyExistsError,
    KeyMaterialError,
    KeyStoreExistsError,
    TrustListError,
    UnknownKeyError,
)
from crypto.key_info import CIPHERS, KEY_SET_SIZES, KeyInfo, Purpose
from crypto.keystore import KeyStore, SoftKeyStore, create_key, open_store
from crypto.sealing import ALGORITHM as SEALING_ALGORITHM
from crypto.suites import SUITES
from crypto.trust import TrustList
from onecard.console import Exit, Sentence, fail, print_json, print_line, say, settings

P = ParamSpec("P")
R = TypeVar("R")

# By kind; the first that fits, so special ones stand before general ones.
EXITS: tuple[tuple[type[CryptoError], Exit], ...] = (
    (KeyExistsError, Exit.STATE),
    (KeyStoreExistsError, Exit.STATE),
    (KeyMaterialError, Exit.BAD_INPUT),
    (TrustListError, Exit.BAD_INPUT),
    (UnknownKeyError, Exit.NOT_FOUND),
    (CryptoError, Exit.KEYS),
)
# Which option names the algorithm of each kind of key, and what it is when not given.
_ALGORITHM_OPTIONS = {
    Purpose.SIGNING: ("suite", "GM"),
    Purpose.MASTER: ("cipher", "SM4"),
    Purpose.KEY_SET: ("size", "AES-128"),
    Purpose.SEALING: ("", SEALING_ALGORITHM),  # there is one
}


def _one_line_on_error(command: Callable[P, R]) -> Callable[P, R]:
    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except CryptoError as error:
            code = next(code for kind, code in EXITS if isinstance(error, kind))
            cause = f"{error}.", f"{error.zh}（{error}）。"
            fail(code, *cause, remedy=error.remedy, error=error.code)
        except BrokenPipeError:
            raise  # whoever read the output has gone: the root command ends quietly
        except OSError as error:
            reason = f"{error.filename}: {error.strerror}"
            fail(Exit.STORAGE, f"{reason}.", f"无法写入文件（{reason}）。")

    return run


_json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def keys() -> None:
    """The issuer's keys: create, list, and give the public ones away. 密钥管理。

    The key store is the file ONECARD_KEYS, opened by ONECARD_KEYS_PASSPHRASE or by asking.

    \b
    onecard keys init
    onecard keys create issuer-2026 --kind signing --suite GM
    onecard keys list
    onecard keys trust --install
    """


@keys.command()
@_json_option
@_one_line_on_error
def init(as_json: bool) -> None:
    """Create an empty key store in the file ONECARD_KEYS.

    Keep the passphrase: without it the keys are lost, and with them the cards in the field.

    \b
    onecard keys init
    ONECARD_KEYS=/srv/onecard/keys.json onecard keys init
    """
    path = settings().keys
    SoftKeyStore.create(path, _passphrase(confirm=True))
    if as_json:
        print_json({"keys": str(path)})
    else:
        say(f"Created the key store {path}.", f"已建立密钥库 {path}。")


@keys.command("list")
@_json_option
@_one_line_on_error
def list_(as_json: bool) -> None:
    """List the keys: name, kind, algorithm, check value (or kid), day of creation.

    \b
    onecard keys list
    onecard keys list --json | jq -r '.[].name'
    """
    found = open_key_store().names()
    if as_json:
        print_json([_as_json(key) for key in found])
        return
    rows = [
        (key.name, str(key.purpose), key.algorithm, key.check, f"{key.created:%Y-%m-%d}")
        for key in found
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print_line("  ".join(cells).rstrip())
    if not rows:
        say("The key store is empty.", "密钥库为空。")


@keys.command()
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice([str(purpose) for purpose in Purpose]),
    required=True,
    help="What the key is for.",
)
@click.option("--suite", type=click.Choice(list(SUITES)), help="Of a signing key; GM by default.")
@click.option("--cipher", type=click.Choice(list(CIPHERS)), help="Of a master key; SM4 by default.")
@click.option(
    "--size", type=click.Choice(list(KEY_SET_SIZES)), help="Of a key set; AES-128 by default."
)
@_json_option
@_one_line_on_error
def create(name: str, kind: str, as_json: bool, **algorithms: str | None) -> None:
    """Create the key NAME. An existing key is never replaced.

    \b
    onecard keys create issuer-2026 --kind signing --suite NIST
    onecard keys create PBOC-SM4/UK_SSSE --kind master --cipher SM4
    onecard keys create transport --kind keyset
    """
    purpose = Purpose(kind)
    option, default = _ALGORITHM_OPTIONS[purpose]
    for other, given in algorithms.items():
        if given and other != option:
            en, zh = (f"; it takes --{option}", f"，请用 --{option}") if option else ("", "")
            fail(
                Exit.USAGE,
                f"--{other} says nothing about a {kind} key{en}.",
                f"--{other} 不适用于 {kind} 密钥{zh}。",
            )
    key = create_key(open_key_store(), name, purpose, algorithms.get(option) or default)
    if as_json:
        print_json(_as_json(key))
    else:
        print_line(f"{key.name}  {key.purpose}  {key.algorithm}  {key.check}")


@keys.command()
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file."
)
@click.option(
    "--install", is_flag=True, help="Add to the list that `onecard verify` uses (ONECARD_TRUST)."
)
@_json_option
@_one_line_on_error
def trust(output: Path | None, install: bool, as_json: bool) -> None:
    """Write the public keys that verifiers need, as a trust list; to standard output by default.

    \b
    onecard keys trust > trust.json
    onecard keys trust --install
    """
    if output and install:
        fail(Exit.USAGE, "Give --output or --install.", "--output 与 --install 只能选一个。")
    public_keys = open_key_store().public_keys()
    path = settings().trust if install else output
    if path is None:
        # The list is JSON itself, with --json and without.
        click.echo(public_keys.dumps(), nl=False)
        return
    if install:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            # Keys of other issuers on the list stay.
            public_keys = public_keys.joined_with(TrustList.loads(path.read_bytes()))
    atomic_file.replace(path, public_keys.dumps().encode(), mode=0o644)
    if as_json:
        print_json({"trust": str(path), "keys": len(public_keys)})
    else:
        say(
            f"Public keys: {len(public_keys)}, in {path}.",
            f"{path} 中有 {len(public_keys)} 个公钥。",
        )


def open_key_store() -> KeyStore:
    """The key store of the settings; asks for the passphrase where there is somebody to ask."""
    path = settings().keys
    # Nobody should think of a passphrase for a file that is not there.
    return open_store(path, _passphrase() if path.exists() else None)


def key_store_access() -> tuple[Path, str]:
    """Path and passphrase of the settings' key store, for processes that open it themselves."""
    path = settings().keys
    return path, _passphrase() if path.exists() else ""


def _passphrase(*, confirm: bool = False) -> str:
    """The passphrase of the settings, or as typed; empty where there is nobody to ask."""
    known = settings().keys_passphrase
    if known is not None or not sys.stdin.isatty():
        return known or ""
    question = Sentence("Passphrase of the key store", "密钥库口令").text()
    answer: str = click.prompt(question, hide_input=True, confirmation_prompt=confirm, err=True)
    return answer


def _as_json(key: KeyInfo) -> dict[str, Any]:
    return {
        "name": key.name,
        "kind": str(key.purpose),
        "algorithm": key.algorithm,
        "check": key.check,
        "created": key.created.isoformat(),
    }
