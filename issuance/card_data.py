"""What a card will hold, from the application and the numbered card in the book."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from issuance.card_job import CardJob
from issuance.issuer_keys import signing_key_name
from issuance.models import Application, Card
from issuance.personalization import CardData
from reader.card_profile.df01 import HouseholdRegistration, Residence
from reader.card_profile.df02 import EmploymentStatus
from reader.card_profile.df03 import (
    MaternityInsurance,
    PensionInsurance,
    UnemploymentInsurance,
    WorkInjuryInsurance,
)
from reader.card_profile.df04 import MedicalInsurance
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import CardHolder, CardIssuer, split_name
from reader.card_profile.values import (
    CardNumber,
    InitialisingInstitution,
    RegionCode,
    SocialSecurityNumber,
)
from reader.card_record import StatusReference
from reader.gb18030 import encode_text

ADULT_CARD = "3"  # code table 11; also where cards are not divided by age
FIRST_INSTITUTION = 1
ADDRESS_SIZE = 80  # bytes of an address item; the book keeps the whole
# Which categories of persons (10 employee, 20 resident, 30 flexible employment, 40 retired, 60
# child) belong to which insurance (Social Insurance Law, 10, 20, 23, 25, 33, 44, 53).
INSURED: Mapping[type[Any], frozenset[str]] = {
    UnemploymentInsurance: frozenset({"10"}),
    PensionInsurance: frozenset({"10", "20", "30", "40"}),
    WorkInjuryInsurance: frozenset({"10"}),
    MaternityInsurance: frozenset({"10"}),
    MedicalInsurance: frozenset({"10", "20", "30", "40", "60"}),
}


def card_job(application: Application, card: Card, profile: CardProfile) -> CardJob:
    """The job for the station."""
    region = RegionCode(card.region)
    head, tail = split_name(application.name)
    issuer = issuer_data(profile, region, issued_on=card.issued_on, expires_on=card.expires_on)
    issuer = replace(issuer, card_number=CardNumber(card.number))
    number = SocialSecurityNumber(application.social_security_number)
    holder = CardHolder(
        social_security_number=number,
        name=head,
        name_extension=tail,
        sex=application.sex,
        ethnic_group=application.ethnic_group,
        birthplace=RegionCode(application.birthplace) if application.birthplace else None,
        birth_date=number.birth_date,
    )
    household = HouseholdRegistration(address=fitting(application.registered_address))
    residence = Residence(
        address=fitting(application.residence_address),
        region=_region(application.residence_region),
        telephone=application.mobile or None,
        contact_name=application.guardian_name or None,
    )
    more = (household, residence, *insurance(application))
    # What names card and holder must fit; the rest is written as far as the card has room for it.
    kept = (profile.as_kept(group) for group in more)
    groups = (issuer, holder, *(group for group in kept if group is not None))
    return CardJob(
        number=card.number,
        profile=profile,
        region=region,
        data=CardData(groups=groups, transport_pin=profile.transport_pin),
        status=StatusReference(card.status_list, card.status_index),
        signing_key=signing_key_name(profile),
    )


def issuer_data(
    profile: CardProfile, region: RegionCode, *, issued_on: date, expires_on: date
) -> CardIssuer:
    """What all cards of a region and day have in common in EF05."""
    return CardIssuer(
        card_class=ADULT_CARD,
        specification_version=profile.version,
        initialising_institution=InitialisingInstitution.of(
            region=region, seat=region, number=FIRST_INSTITUTION
        ),
        issue_date=issued_on,
        expiry_date=expires_on,
    )


def insurance(application: Application) -> Iterator[object]:
    """What the card says of employment and insurances: where the holder is insured, no more.

    Every group is written, so that a card never keeps what another attempt had left there.
    """
    region = _region(application.insurance_region)
    yield EmploymentStatus()
    for kind, categories in INSURED.items():
        yield kind(insured_region=region if application.person_category in categories else None)


def _region(code: str) -> RegionCode | None:
    """The six digits of a region or of a five-tier office code."""
    return RegionCode(code[:6]) if code else None


def fitting(text: str) -> str | None:
    """As much of *text* as its item holds, cut between characters."""
    while len(encode_text(text)) > ADDRESS_SIZE:
        text = text[:-1]
    return text or None
