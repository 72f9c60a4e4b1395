"""Settings: one table, read from ``ONECARD_…`` variables and a TOML file.

Order: an option of the command, the environment, the file named by ``--config`` (or
``ONECARD_CONFIG``), the default. Nothing is read at import; `load` does it.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar

import platformdirs


class SettingsError(ValueError):
    """A setting is unknown or has no usable value."""

    code: ClassVar[str] = "setting"
    cause: tuple[str, str] = (
        "A setting is unknown or has no usable value.",
        "设置项未知或取值有误。",
    )
    remedy: tuple[str, str] = (
        "Correct it in the environment (ONECARD_…) or in the file of --config: docs/settings.md",
        "请更正环境变量（ONECARD_…）或 --config 所指文件，参见 docs/settings.md",
    )

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        self.cause = (f"setting {name}: {reason}.", f"设置有误：{name}（{reason}）。")
        super().__init__(f"setting {name}: {reason}")


def _data_file(name: str) -> Path:
    return Path(platformdirs.user_data_dir("onecard", appauthor=False)) / name


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a deployment may set; the variable is ``ONECARD_`` and the name in capitals."""

    database: str = field(
        default_factory=lambda: str(_data_file("book.sqlite3")),
        metadata={"help": "The issuer's book: a path of an SQLite file, or an SQLAlchemy URL."},
    )
    keys: Path = field(
        default_factory=lambda: _data_file("keys.json"),
        metadata={"help": "The development key store (encrypted at rest)."},
    )
    keys_passphrase: str | None = field(
        default=None,
        repr=False,
        metadata={"help": "Opens the key store; asked for on a terminal when not set."},
    )
    trust: Path = field(
        default_factory=lambda: _data_file("trust.json"),
        metadata={"help": "Public keys whose signatures a verifier accepts."},
    )
    status_list: Path | None = field(
        default=None,
        metadata={"help": "Signed status list for verifying without a network."},
    )
    list_age_hours: float = field(
        default=24.0,
        metadata={
            "help": "Hours after which a status list clears no card any more: 0.25 to 168; "
            "24 if not set."
        },
    )
    offline_log: Path | None = field(
        default=None,
        metadata={"help": "Where a desk notes what it verified without the server: a file."},
    )
    desk: str | None = field(
        default=None,
        metadata={"help": "Name of this desk in that file; by default the machine's."},
    )
    profile: str = field(
        default="v3.00",
        metadata={"help": "Card profile of new batches: v3.00, v2.00 or international."},
    )
    broker: str | None = field(
        default=None,
        metadata={"help": "Broker of workers on many machines: redis://HOST:PORT/0 or amqp://…"},
    )
    operator: str | None = field(
        default=None,
        metadata={"help": "Who acts at this desk; commands take --operator too."},
    )
    session: Path = field(
        default_factory=lambda: (
            Path(platformdirs.user_state_dir("onecard", appauthor=False)) / "session"
        ),
        metadata={"help": "The token of the operator who is logged in; for its owner alone."},
    )
    second_file: Path | None = field(
        default=None,
        metadata={"help": "Password and code of --second, where nobody can type: a file."},
    )
    bind: str = field(default="127.0.0.1:8610", metadata={"help": "Where `onecard serve` listens."})
    server: str | None = field(
        default=None,
        metadata={"help": "The issuer's service as a desk reaches it: https://HOST."},
    )
    server_ca: Path | None = field(
        default=None,
        metadata={"help": "Certificates that alone are trusted for the server, a PEM file."},
    )
    desk_key: str | None = field(
        default=None,
        repr=False,
        metadata={"help": "The key of this desk at that service; see: clients add --desk."},
    )
    agent_bind: str = field(
        default="127.0.0.1:8613",
        metadata={"help": "Where `onecard counter agent` listens; a loopback address."},
    )
    agent_origins: str = field(
        default="",
        metadata={"help": "Origins whose pages the agent serves, with commas: https://HOST."},
    )
    language: str = field(
        default="", metadata={"help": "en or zh; by default as the environment's locale says."}
    )


VARIABLE_PREFIX = "ONECARD_"
PATHS = ("keys", "trust", "status_list", "session", "second_file", "server_ca", "offline_log")
LIST_AGE_HOURS = (0.25, 168.0)  # as often as lists are made; a week
CONFIG_VARIABLE = "ONECARD_CONFIG"


def load(environ: Mapping[str, str], config: Path | None = None) -> Settings:
    """Settings of this process. Raises SettingsError naming the setting that is off."""
    config = config or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    values: dict[str, Any] = dict(_from_file(config)) if config else {}
    for one in fields(Settings):
        if text := environ.get(VARIABLE_PREFIX + one.name.upper()):
            values[one.name] = text
    for name in PATHS:
        if name in values:
            values[name] = _path(name, values[name])
    if "list_age_hours" in values:
        values["list_age_hours"] = _hours("list_age_hours", values["list_age_hours"])
    values["language"] = _language(values.get("language", ""), environ)
    return Settings(**values)


def _from_file(config: Path) -> Mapping[str, Any]:
    try:
        content = tomllib.loads(config.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError("config", f"{config}: {os.strerror(error.errno or 0)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("config", f"{config}: {error}") from error
    known = {one.name for one in fields(Settings)}
    for name, value in content.items():
        if name not in known:
            raise SettingsError(name, f"not a setting ({', '.join(sorted(known))})")
        if not isinstance(value, str):
            raise SettingsError(name, "wants a text in quotes")
    return content


def _path(name: str, text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError as error:  # '~name' of nobody
        raise SettingsError(name, f"{text}: {error}") from error


def _hours(name: str, text: str) -> float:
    least, most = LIST_AGE_HOURS
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not least <= hours <= most:
        raise SettingsError(name, f"wants hours, {least:g} to {most:g}, not {text[:32]}")
    return hours


def _language(chosen: str, environ: Mapping[str, str]) -> str:
    if chosen not in {"", "en", "zh"}:
        raise SettingsError("language", "wants en or zh")
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return chosen or ("zh" if locale.startswith("zh") else "en")


def table() -> str:
    """The settings as a Markdown table, for the documentation."""
    lines = ["| variable | in the file | meaning |", "|---|---|---|"]
    for one in fields(Settings):
        variable = VARIABLE_PREFIX + one.name.upper()
        lines.append(f"| `{variable}` | `{one.name}` | {one.metadata['help']} |")
    return "\n".join(lines) + "\n"
