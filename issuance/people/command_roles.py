"""Commands that change the book or look at a person, and where their roles are asked for.

Those without a step of `issuance.duties` take the roles of COMMAND_ROLES, which the command line
asks for in one place (`issuance.cli_edge.operator`); the roles themselves are those of the tables
of life cycles. The use cases of the others ask themselves. Every command with --operator is in one
of the two: a test looks.
"""

from collections.abc import Mapping

from issuance import lifecycle
from issuance.roles import Role

# The last two words of the command.
COMMAND_ROLES: Mapping[str, tuple[Role, ...]] = {
    "bureau produce": lifecycle.MAKING,
    "bureau personalize": lifecycle.MAKING,
    "bureau erase": lifecycle.RECONCILING,
    "bureau count": (*lifecycle.SPOILING, *lifecycle.STOCK, *lifecycle.RECONCILING),
    "bureau history": lifecycle.COUNTER,
    "bureau reads": lifecycle.COUNTER,
    "mandate list": lifecycle.COUNTER,
    "stock reject": (*lifecycle.STOCK, *lifecycle.SPOILING),
    "stock sample": (*lifecycle.STOCK, *lifecycle.MAKING),
    "people register": lifecycle.COUNTER,
    "matters list": lifecycle.COUNTER,
    "matters show": lifecycle.COUNTER,
    "arrears note": lifecycle.COUNTER,
    "arrears list": lifecycle.COUNTER,
    "accounts close": (Role.ADMINISTRATOR,),
    "transfers list": lifecycle.COUNTER,
    "transfers send": lifecycle.COUNTER,
    "transfers book": lifecycle.COUNTER,
    "clients create": (Role.ADMINISTRATOR,),
    "clients revoke": (Role.ADMINISTRATOR,),
    "services month": (Role.ADMINISTRATOR,),
    "unemployment adjust": (Role.ADMINISTRATOR,),
    "work-injury adjust": (Role.ADMINISTRATOR,),
    "what-if unemployment": lifecycle.COUNTER,
    "what-if work-injury": lifecycle.COUNTER,
    "what-if platform-work": lifecycle.COUNTER,
    "platform check": lifecycle.COUNTER,
    "platform post": lifecycle.COUNTER,
}

ASK_THEMSELVES = frozenset(
    {
        "bureau import",
        "employers register",
        "employers close",
        "contributions post",
        "contributions correct",
        "contributions show",
        "accounts show",
        "bureau approve",
        "bureau reject",
        "bureau withdraw",
        "bureau enable-keys",
        "bureau send",
        "bureau recall",
        "bureau receive",
        "bureau inspect",
        "bureau ship",
        "bureau arrive",
        "bureau send-back",
        "bureau hand-over",
        "bureau activate",
        "bureau loss",
        "bureau lift",
        "bureau cancel",
        "bureau issue",
        "bureau close",
        "bureau release",
        "mandate add",
        "mandate revoke",
        "stock receive",
        "stock issue",
        "stock return",
        "stock destroy",
        "operators add",
        "operators roles",
        "operators reset",
        "operators disable",
        "operators rule",
        "parameters set",
        "parameters import",
        "services recalculate",
        "offices open",
        "offices rename",
        "offices close",
        "offices place",
        "offices import",
        "people show",
        "people history",
        "people move",
        "people rename",
        "people category",
        "people death",
        "matters receive",
        "matters bundle",
        "matters decide",
        "matters review",
        "matters hand",
        "matters refuse",
        "annuity set",
    }
)
