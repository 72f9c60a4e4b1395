"""The desk of a bureau whose book has operators, for tests of the command."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from issuance.cli import bureau
from issuance.people import session_file, sessions
from issuance.people.authentication import Proof
from onecard.settings import Settings
from tests.key_store import PASSPHRASE
from tests.staff import CHEAP, PASSWORD, STEP, Staff, code, staff


@dataclass
class StaffedOffice:
    """Somebody at a desk; several may log in there, one after the other."""

    folder: Path
    team: Staff
    used: dict[str, datetime] = field(default_factory=dict)

    def run(self, *arguments: object, command: Any = bureau, second: str = "") -> Result:
        """`onecard bureau` with these arguments; *second* gives his password and code."""
        return CliRunner().invoke(command, [*map(str, arguments)], obj=self.settings(second=second))

    def settings(self, *, second: str = "") -> Settings:
        """The settings of this desk."""
        return Settings(
            database=str(self.folder / "book.sqlite3"),
            keys=self.folder / "keys.json",
            keys_passphrase=PASSPHRASE,
            session=self.folder / "state" / "session",
            second_file=self.password_file(second) if second else None,
            operator="Somebody Trusted",
            language="en",
        )

    def login(self, name: str) -> Result:
        """`onecard bureau login`."""
        return self.run("login", name, "--password-file", self.password_file(name))

    def enter(self, name: str) -> None:
        """Be logged in at this desk, without the command and what a real password costs."""
        begun = sessions.login(
            self.team.engine,
            self.team.store,
            Proof(name, PASSWORD, self.code(name)),
            machine=session_file.this_machine(),
            at=datetime.now(UTC),
            random=secrets.token_bytes,
            cost=CHEAP,
        )
        session_file.write(self.settings().session, begun.token)

    def password_file(self, name: str, *, password: str = PASSWORD) -> Path:
        """The password and the next code of an operator, where nobody types them."""
        path = self.folder / "password"
        path.write_text(f"{password}\n{self.code(name)}\n", encoding="utf-8")
        return path

    def code(self, name: str) -> str:
        """A code that is good for some seconds more; two of a person are at hand at once."""
        earliest = datetime.now(UTC) - STEP + timedelta(seconds=5)
        at = max(earliest, self.used[name] + STEP) if name in self.used else earliest
        self.used[name] = at
        return code(self.team.secrets[name], at)


@contextmanager
def staffed_office(folder: Path) -> Iterator[StaffedOffice]:
    """A desk in *folder* whose book has three administrators."""
    with staff(folder) as team:
        yield StaffedOffice(folder, team)
