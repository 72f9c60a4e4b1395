"""The views of the services: one blueprint for each subject, under /v1/services."""

from typing import Final

from flask import Blueprint

from api.services.annuity import views as annuity
from api.services.awards import views as awards
from api.services.determination import views as determination
from api.services.enrolment import views as enrolment
from api.services.matters import views as matters
from api.services.old_age import views as old_age
from api.services.platform_work import views as platform_work
from api.services.private_pension import views as private_pension
from api.services.unemployment import views as unemployment
from api.services.work_injury import views as work_injury

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    enrolment.bp,
    awards.bp,
    awards.ledger_bp,
    old_age.bp,
    unemployment.bp,
    work_injury.bp,
    platform_work.bp,
    annuity.bp,
    private_pension.bp,
    matters.bp,
    determination.bp,
)
