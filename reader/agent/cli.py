"""``onecard counter``: what runs on the machine of a counter."""

import click


@click.group()
def counter() -> None:
    """The desk of a clerk: the agent between browser and reader. 柜台。"""
