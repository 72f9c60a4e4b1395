"""``onecard services what-if``: what somebody would get; nothing is kept or changed."""

import click

from api.services.old_age.cli_what_if import old_age
from api.services.platform_work.cli_what_if import platform_work
from api.services.unemployment.cli_what_if import unemployment
from api.services.work_injury.cli_what_if import work_injury


@click.group("what-if")
def what_if() -> None:
    """What somebody would get, with every number explained. 待遇试算。

    \b
    onecard services what-if unemployment --person 430102198005061019
    onecard services what-if work-injury --person 430102198005061019 --grade 7 --leaves
    """


what_if.add_command(old_age)
what_if.add_command(unemployment)
what_if.add_command(work_injury)
what_if.add_command(platform_work)
