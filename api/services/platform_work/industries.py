"""The industries of the pilot: the `industry` that a platform is registered with.

人社部发〔2021〕110号 (since 2022-07-01) named four; 人社部发〔2025〕24号 (since 2025-07-01) counts
food delivery with same-city delivery, whose orders still have two rates.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

INDUSTRIES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "ride": ("ride-hailing", "出行"),
        "delivery": ("food delivery", "外卖配送"),
        "instant": ("same-city delivery", "即时配送"),
        "freight": ("same-city freight", "同城货运"),
    }
)


def rate_name(industry: str) -> str:
    """The parameter that an order's contribution is."""
    return f"platform_work.rate_{industry}"
