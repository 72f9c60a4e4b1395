"""All 41 code tables of the notice, by their numbers there."""

from collections.abc import Mapping
from types import MappingProxyType

from reader.card_profile.codes_employment import (
    ASSISTANCE_CATEGORY,
    EMPLOYMENT_FORM,
    EMPLOYMENT_POLICY,
    EMPLOYMENT_REGISTRATION_TYPE,
    PROFESSIONAL_POST_GRADE,
    UNEMPLOYMENT_CANCELLATION_REASON,
    UNEMPLOYMENT_REASON,
    UNEMPLOYMENT_REGISTRATION_TYPE,
)
from reader.card_profile.codes_insurance import (
    APPRAISAL_MATTER,
    CONFIRMATION_FINDING,
    DEPENDANT_RELATIONSHIP,
    DISABILITY_GRADE,
    INCAPACITY_FINDING,
    INSURANCE_TYPE,
    PENSION_SCHEME,
    SELF_CARE_GRADE,
    SURVIVOR_SCHEME,
    UNEMPLOYED_SPOUSE,
    WORK_INJURY_FINDING,
)
from reader.card_profile.codes_medical import (
    MEDICAL_ASSISTANCE,
    MEDICAL_CARD_USE,
    MEDICAL_INSURED_CATEGORY,
    MEDICAL_SCHEME,
    OFFLINE_PERMITTED,
    OUTPATIENT_POOLING,
    OUTPATIENT_SERIOUS_ILLNESS,
    PRIVILEGED_MEDICAL_SUBSIDY,
    SETTLEMENT_TYPE,
    TRANSACTION_TYPE,
    TREATMENT_ELSEWHERE,
)
from reader.card_profile.codes_person import (
    CARD_CLASS,
    EDUCATION_LEVEL,
    EMPLOYMENT_STATE,
    ETHNIC_GROUP,
    HONOUR_LEVEL,
    HOUSEHOLD_TYPE,
    MARITAL_STATUS,
    PERSON_CATEGORY,
    PLACEMENT,
    POLITICAL_AFFILIATION,
    SEX,
)
from reader.code_table import CodeTable

CODE_TABLES: Mapping[int, CodeTable] = MappingProxyType(
    {
        table.number: table
        for table in (
            CARD_CLASS,
            SEX,
            ETHNIC_GROUP,
            HOUSEHOLD_TYPE,
            EMPLOYMENT_STATE,
            MARITAL_STATUS,
            PERSON_CATEGORY,
            POLITICAL_AFFILIATION,
            EDUCATION_LEVEL,
            PROFESSIONAL_POST_GRADE,
            EMPLOYMENT_REGISTRATION_TYPE,
            EMPLOYMENT_FORM,
            UNEMPLOYMENT_REGISTRATION_TYPE,
            UNEMPLOYMENT_REASON,
            UNEMPLOYMENT_CANCELLATION_REASON,
            ASSISTANCE_CATEGORY,
            EMPLOYMENT_POLICY,
            APPRAISAL_MATTER,
            DISABILITY_GRADE,
            SELF_CARE_GRADE,
            INCAPACITY_FINDING,
            CONFIRMATION_FINDING,
            PENSION_SCHEME,
            UNEMPLOYED_SPOUSE,
            WORK_INJURY_FINDING,
            SURVIVOR_SCHEME,
            DEPENDANT_RELATIONSHIP,
            INSURANCE_TYPE,
            MEDICAL_SCHEME,
            TREATMENT_ELSEWHERE,
            OUTPATIENT_POOLING,
            OUTPATIENT_SERIOUS_ILLNESS,
            MEDICAL_ASSISTANCE,
            PRIVILEGED_MEDICAL_SUBSIDY,
            MEDICAL_INSURED_CATEGORY,
            MEDICAL_CARD_USE,
            OFFLINE_PERMITTED,
            TRANSACTION_TYPE,
            SETTLEMENT_TYPE,
            HONOUR_LEVEL,
            PLACEMENT,
        )
    }
)
