"""Values that options of `onecard services` take: a month, a region."""

from typing import Any

import click

from api.services.months import Month

REGION_SIZE = 6


class MonthType(click.ParamType[Month]):
    """A month like 2026-11."""

    name = "month"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        """From what was typed."""
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(value)
        except ValueError:
            self.fail(f"{value!r} is no month; write it like 2026-11", param, ctx)


class RegionType(click.ParamType[str]):
    """The six digits of a province, city or county; 000000 is the nation."""

    name = "region"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """From what was typed."""
        text = str(value)
        if len(text) != REGION_SIZE or not (text.isascii() and text.isdecimal()):
            self.fail(f"{text!r} is no region; give its six digits, like 430100", param, ctx)
        return text


MONTH = MonthType()
REGION = RegionType()
