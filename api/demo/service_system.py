"""A service system, as a hospital would run one: it asks over HTTP and knows no card file."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ServiceSystem:
    """A client of the HTTP service."""

    root: str
    key: str

    def challenge(self) -> bytes:
        """A fresh challenge for a chip."""
        return bytes.fromhex(self._post("/v1/challenges", {})["challenge"])

    def verify(
        self, record: str, *, challenge: bytes | None = None, response: bytes | None = None
    ) -> dict[str, Any]:
        """The service's answer about a record, with the chip's proof if there is one."""
        body: dict[str, Any] = {"record": record}
        if challenge is not None and response is not None:
            body["chip"] = {"challenge": challenge.hex(), "response": response.hex()}
        return self._post("/v1/verifications", body)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310  # the service this program started
            self.root + path,
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
