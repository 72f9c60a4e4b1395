"""PostgreSQL as the book: how connections are opened, and what is done before it is changed.

Why each setting is as it is: docs/large-book.md.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Connection, text

from issuance.book_errors import StorageError

BACKEND = "postgresql"
CONNECT_SECONDS = "10"
MIGRATION_LOCK = 0x6F6E6563617264  # "onecard"; of this program alone in its database
# A plan that is kept opens every partition at each use; one made anew opens the region's own.
SETTINGS: Mapping[str, str] = {
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    "lock_timeout": "30s",
    "timezone": "UTC",
}


def engine_arguments(url: URL) -> dict[str, Any]:
    """What `create_engine` gets beside *url*; the URL's own words win."""
    asked = {name: str(value) for name, value in url.query.items()}
    ours = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    arguments: dict[str, Any] = {
        "options": f"{ours} {asked.get('options', '')}".strip(),
        "connect_timeout": asked.get("connect_timeout", CONNECT_SECONDS),
    }
    if "prepare_threshold" in asked:
        arguments["prepare_threshold"] = _threshold(asked["prepare_threshold"])
    # A server that was started again is found so; nobody is handed its dead connections.
    return {"connect_args": arguments, "pool_pre_ping": True}


def prepare_migration(connection: Connection) -> None:
    """Wait for other migrations. Raises StorageError for a database that cannot hold names."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise StorageError(
            f"The database keeps text in {encoding}, not in UTF8.",
            f"数据库编码为 {encoding}，应为 UTF8。",
            remedy=(
                "Make it anew: createdb --encoding=UTF8 --locale=C --template=template0",
                "请重新建库：createdb --encoding=UTF8 --locale=C --template=template0",
            ),
        )


def _threshold(asked: str) -> int | None:
    """psycopg's prepare_threshold; "none" for a pooler that does not know prepared statements."""
    if asked == "none":
        return None
    if not asked.isdecimal():
        raise StorageError(
            f"prepare_threshold is a number or none, not {asked!r}.",
            f"prepare_threshold 应为数字或 none，不是 {asked!r}。",
        )
    return int(asked)
