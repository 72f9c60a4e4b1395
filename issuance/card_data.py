"""What a card will hold, from the application and the numbered card in the book."""

from issuance.card_job import CardJob
from issuance.issuer_keys import signing_key_name
from issuance.models import Application, Card
from issuance.personalization import CardData
from reader.card_profile.df01 import HouseholdRegistration, Residence
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


def card_job(application: Application, card: Card, profile: CardProfile) -> CardJob:
    """The job for the station."""
    region = RegionCode(card.region)
    head, tail = split_name(application.name)
    issuer = CardIssuer(
        card_class=ADULT_CARD,
        specification_version=profile.version,
        initialising_institution=InitialisingInstitution.of(
            region=region, seat=region, number=FIRST_INSTITUTION
        ),
        issue_date=card.issued_on,
        expiry_date=card.expires_on,
        card_number=CardNumber(card.number),
    )
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
    household = HouseholdRegistration(address=_fitting(application.registered_address))
    residence = Residence(
        address=_fitting(application.residence_address),
        region=_region(application.residence_region),
        telephone=application.mobile or None,
        contact_name=application.guardian_name or None,
    )
    # What names card and holder must fit; the rest is written as far as the card has room for it.
    more = (profile.as_kept(household), profile.as_kept(residence))
    groups = (issuer, holder, *(group for group in more if group is not None))
    return CardJob(
        number=card.number,
        profile=profile,
        region=region,
        data=CardData(groups=groups, transport_pin=profile.transport_pin),
        status=StatusReference(card.status_list, card.status_index),
        signing_key=signing_key_name(profile),
    )


def _region(code: str) -> RegionCode | None:
    """The six digits of a region or of a five-tier office code."""
    return RegionCode(code[:6]) if code else None


def _fitting(text: str) -> str | None:
    """As much of *text* as its item holds, cut between characters."""
    while len(encode_text(text)) > ADDRESS_SIZE:
        text = text[:-1]
    return text or None
