"""``onecard services contributions``: files checked, posted, corrected; what somebody paid."""

from itertools import islice
from pathlib import Path
from typing import Any

import click

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.enrolment import contributions, year_sheet
from api.services.enrolment.contributions import Posted
from api.services.enrolment.errors import FileRefusedError
from api.services.enrolment.file_check import FileReport, RefusedRow, check_file
from api.services.insurances import Insurance
from api.services.matters import sight
from api.services.money import yuan_of
from issuance.cli_edge import json_option, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import reading, transaction
from onecard.console import Exit, Sentence, fail, language, print_json, print_line, say
