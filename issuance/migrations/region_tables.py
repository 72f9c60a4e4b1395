"""The tables of form 0003 and of the form before, and what carries rows from one to the other."""

APPLICATION_COLUMNS = """
    social_security_number VARCHAR(18) NOT NULL,
    name VARCHAR(25) NOT NULL,
    sex VARCHAR(1) NOT NULL,
    ethnic_group VARCHAR(2) NOT NULL,
    birth_date VARCHAR(8) NOT NULL,
    birthplace VARCHAR(6) NOT NULL,
    document_type VARCHAR(1) NOT NULL,
    mobile VARCHAR(11) NOT NULL,
    registered_address VARCHAR NOT NULL,
    residence_region VARCHAR(12) NOT NULL,
    residence_address VARCHAR NOT NULL,
    insurance_region VARCHAR(12) NOT NULL,
    person_category VARCHAR(2) NOT NULL,
    application_type VARCHAR(1) NOT NULL,
    replacement_reason VARCHAR(1) NOT NULL,
    old_card_number VARCHAR(9) NOT NULL,
    bank VARCHAR(5) NOT NULL,
    guardian_name VARCHAR(25) NOT NULL,
    guardian_number VARCHAR(18) NOT NULL,
    photo VARCHAR NOT NULL,"""

BATCH_COLUMNS = """
    id VARCHAR(24) NOT NULL,
    region VARCHAR(6) NOT NULL,
    profile VARCHAR(16) NOT NULL,
    intake_id INTEGER,
    state VARCHAR(16) NOT NULL,
    size INTEGER NOT NULL,
    requested_at DATETIME NOT NULL,
    requested_by VARCHAR NOT NULL,
    approved_at DATETIME,
    approved_by VARCHAR,
    started_at DATETIME,
    started_by VARCHAR,
    produced_at DATETIME,
    ended_at DATETIME,
    ended_by VARCHAR,
    end_reason VARCHAR,
    CONSTRAINT pk_batch PRIMARY KEY (id),
    CONSTRAINT uq_batch_intake_id UNIQUE (intake_id),
    CONSTRAINT fk_batch_intake_id FOREIGN KEY(intake_id) REFERENCES intake_file (id),"""
NEW_BATCH = f"""CREATE TABLE batch_new (
    signing VARCHAR(16) NOT NULL,
    due_on DATE,
    closed_at DATETIME,
    closed_by VARCHAR,{BATCH_COLUMNS}
    CONSTRAINT ck_batch_signing
        CHECK (signing IN ('station', 'card', 'merkle', 'merkle_on_card')),
    CONSTRAINT ck_batch_batch_state CHECK (state IN ('requested', 'approved', 'producing',
        'produced', 'closed', 'rejected', 'cancelled'))
)"""
OLD_BATCH = f"""CREATE TABLE batch_new ({BATCH_COLUMNS}
    CONSTRAINT ck_batch_batch_state CHECK (state IN ('requested', 'approved', 'producing',
        'produced', 'rejected', 'cancelled'))
)"""

NEW_APPLICATION = f"""CREATE TABLE application_new (
    region VARCHAR(6) NOT NULL,
    intake_id INTEGER NOT NULL,
    "row" INTEGER NOT NULL,{APPLICATION_COLUMNS}
    batch_id VARCHAR(24),
    state VARCHAR(16) NOT NULL,
    CONSTRAINT pk_application PRIMARY KEY (region, intake_id, "row"),
    CONSTRAINT fk_application_intake_id FOREIGN KEY(intake_id) REFERENCES intake_file (id),
    CONSTRAINT fk_application_batch_id FOREIGN KEY(batch_id) REFERENCES batch_new (id),
    CONSTRAINT ck_application_application_state CHECK (
        state = 'received' OR state = 'checked' OR state = 'in_review' OR state = 'approved' OR
        state = 'carded' OR state = 'refused' OR state = 'cancelled')
) WITHOUT ROWID"""
OLD_APPLICATION = f"""CREATE TABLE application_new (
    intake_id INTEGER NOT NULL,
    "row" INTEGER NOT NULL,{APPLICATION_COLUMNS}
    region VARCHAR(6) NOT NULL,
    batch_id VARCHAR(24),
    state VARCHAR(16) NOT NULL,
    CONSTRAINT pk_application PRIMARY KEY (intake_id, "row"),
    CONSTRAINT fk_application_batch_id FOREIGN KEY(batch_id) REFERENCES batch_new (id),
    CONSTRAINT fk_application_intake_id FOREIGN KEY(intake_id) REFERENCES intake_file (id),
    CONSTRAINT ck_application_application_state CHECK (state IN ('accepted', 'in_batch',
        'carded', 'refused', 'cancelled'))
) WITHOUT ROWID"""

NEW_CARD = """CREATE TABLE card_new (
    region VARCHAR(6) NOT NULL,
    number VARCHAR(9) NOT NULL,
    batch_id VARCHAR(24) NOT NULL,
    intake_id INTEGER NOT NULL,
    "row" INTEGER NOT NULL,
    social_security_number VARCHAR(18) NOT NULL,
    replaces VARCHAR(9),
    remakes VARCHAR(9),
    state VARCHAR(16) NOT NULL,
    status_list INTEGER NOT NULL,
    status_index INTEGER NOT NULL,
    issued_on DATE NOT NULL,
    expires_on DATE NOT NULL,
    chunk INTEGER,
    place INTEGER,
    blank BLOB,
    prepared_at DATETIME,
    identification_code BLOB,
    atr BLOB,
    chip_public_key BLOB,
    record BLOB,
    personalized_at DATETIME,
    inspected_at DATETIME,
    shipped_at DATETIME,
    arrived_at DATETIME,
    outlet VARCHAR,
    handed_over_at DATETIME,
    activated_at DATETIME,
    changed_at DATETIME NOT NULL,
    failed_stage VARCHAR,
    failed_reason VARCHAR,
    CONSTRAINT pk_card PRIMARY KEY (region, number),
    CONSTRAINT fk_card_region_intake_id_row FOREIGN KEY(region, intake_id, "row")
        REFERENCES application_new (region, intake_id, "row"),
    CONSTRAINT uq_card_region_status_list_status_index
        UNIQUE (region, status_list, status_index),
    CONSTRAINT uq_card_region_blank UNIQUE (region, blank),
    CONSTRAINT ck_card_dates CHECK (expires_on > issued_on),
    CONSTRAINT fk_card_batch_id FOREIGN KEY(batch_id) REFERENCES batch_new (id),
    CONSTRAINT ck_card_card_state CHECK (
        state = 'numbered' OR state = 'prepared' OR state = 'personalized' OR
        state = 'inspected' OR state = 'shipped' OR state = 'at_outlet' OR
        state = 'handed_over' OR state = 'active' OR state = 'suspended' OR state = 'lost' OR
        state = 'rejected' OR state = 'cancelled' OR state = 'replaced' OR state = 'expired'),
    CONSTRAINT fk_card_status_list FOREIGN KEY(status_list) REFERENCES status_list (id)
) WITHOUT ROWID"""
OLD_CARD = """CREATE TABLE card_new (
    number VARCHAR(9) NOT NULL,
    region VARCHAR(6) NOT NULL,
    batch_id VARCHAR(24) NOT NULL,
    intake_id INTEGER NOT NULL,
    "row" INTEGER NOT NULL,
    social_security_number VARCHAR(18) NOT NULL,
    replaces VARCHAR(9),
    state VARCHAR(16) NOT NULL,
    status_list INTEGER NOT NULL,
    status_index INTEGER NOT NULL,
    issued_on DATE NOT NULL,
    expires_on DATE NOT NULL,
    prepared_at DATETIME NOT NULL,
    identification_code BLOB,
    atr BLOB,
    chip_public_key BLOB,
    record BLOB,
    personalized_at DATETIME,
    activated_at DATETIME,
    changed_at DATETIME NOT NULL,
    failed_stage VARCHAR,
    failed_reason VARCHAR,
    CONSTRAINT pk_card PRIMARY KEY (number),
    CONSTRAINT fk_card_intake_id_row FOREIGN KEY(intake_id, "row")
        REFERENCES application_new (intake_id, "row"),
    CONSTRAINT uq_card_status_list_status_index UNIQUE (status_list, status_index),
    CONSTRAINT uq_card_identification_code UNIQUE (identification_code),
    CONSTRAINT ck_card_dates CHECK (expires_on > issued_on),
    CONSTRAINT fk_card_batch_id FOREIGN KEY(batch_id) REFERENCES batch_new (id),
    CONSTRAINT ck_card_card_state CHECK (state IN ('numbered', 'prepared', 'personalized',
        'active', 'suspended', 'lost', 'cancelled', 'replaced', 'expired')),
    CONSTRAINT fk_card_status_list FOREIGN KEY(status_list) REFERENCES status_list (id)
) WITHOUT ROWID"""

OF_BATCH = """id, region, profile, intake_id, size, requested_at, requested_by, approved_at,
    approved_by, started_at, started_by, produced_at, ended_at, ended_by, end_reason"""
OF_APPLICATION = """intake_id, "row", social_security_number, name, sex, ethnic_group, birth_date,
    birthplace, document_type, mobile, registered_address, residence_region, residence_address,
    insurance_region, person_category, application_type, replacement_reason, old_card_number, bank,
    guardian_name, guardian_number, photo, region, batch_id"""
OF_CARD = """number, region, batch_id, intake_id, "row", social_security_number, replaces,
    status_list, status_index, issued_on, expires_on, identification_code, atr, chip_public_key,
    record, personalized_at, activated_at, changed_at, failed_stage, failed_reason"""

NEW_INDEXES = (
    "CREATE INDEX ix_batch_region ON batch (region)",
    "CREATE INDEX ix_application_batch_id_row ON application (batch_id, row)",
    """CREATE UNIQUE INDEX uq_application_open ON application (social_security_number)
    WHERE
    state = 'received' OR state = 'checked' OR state = 'in_review' OR state = 'approved'""",
    "CREATE INDEX ix_card_batch_id_state_row ON card (batch_id, state, row)",
    "CREATE INDEX ix_card_social_security_number ON card (social_security_number)",
    """CREATE UNIQUE INDEX uq_card_in_making ON card (social_security_number)
    WHERE
    state = 'numbered' OR state = 'prepared' OR state = 'personalized' OR
    state = 'inspected' OR state = 'shipped' OR state = 'at_outlet' OR state = 'handed_over'""",
    """CREATE UNIQUE INDEX uq_card_in_use ON card (social_security_number)
    WHERE
    state = 'active' OR state = 'suspended'""",
    """CREATE UNIQUE INDEX uq_card_identification_code ON card (region, identification_code)
    WHERE identification_code IS NOT NULL""",
)
OLD_INDEXES = (
    NEW_INDEXES[0],
    "CREATE INDEX ix_application_batch_id_state_row ON application (batch_id, state, row)",
    """CREATE UNIQUE INDEX uq_application_open ON application (social_security_number)
    WHERE state IN ('accepted', 'in_batch')""",
    NEW_INDEXES[3],
    NEW_INDEXES[4],
    """CREATE UNIQUE INDEX uq_card_in_making ON card (social_security_number)
    WHERE state IN ('numbered', 'prepared', 'personalized')""",
    """CREATE UNIQUE INDEX uq_card_in_use ON card (social_security_number)
    WHERE state IN ('active', 'suspended')""",
)
# What a card on its way was called before; one spoilt in the making was unknown.
EARLIER_STATE = """CASE
    WHEN state IN ('inspected', 'shipped', 'at_outlet', 'handed_over') THEN 'personalized'
    WHEN state = 'rejected' THEN 'cancelled' ELSE state END"""


BATCHES_ON = f"""INSERT INTO batch_new ({OF_BATCH}, state, signing)
    SELECT {OF_BATCH}, state, 'station' FROM batch"""  # noqa: S608  # our own names
APPLICATIONS_ON = f"""INSERT INTO application_new ({OF_APPLICATION}, state) SELECT {OF_APPLICATION},
    CASE state WHEN 'in_batch' THEN 'approved' WHEN 'accepted' THEN
    CASE WHEN batch_id IS NULL THEN 'checked' ELSE 'in_review' END ELSE state END
    FROM application"""  # noqa: S608
CARDS_ON = f"""INSERT INTO card_new ({OF_CARD}, state, prepared_at)
    SELECT {OF_CARD}, state, prepared_at FROM card"""  # noqa: S608
BATCHES_BACK = f"""INSERT INTO batch_new ({OF_BATCH}, state) SELECT {OF_BATCH},
    CASE state WHEN 'closed' THEN 'produced' ELSE state END FROM batch"""  # noqa: S608
APPLICATIONS_BACK = f"""INSERT INTO application_new ({OF_APPLICATION}, state)
    SELECT {OF_APPLICATION}, CASE state WHEN 'approved' THEN 'in_batch'
    WHEN 'received' THEN 'accepted' WHEN 'checked' THEN 'accepted'
    WHEN 'in_review' THEN 'accepted' ELSE state END FROM application"""  # noqa: S608
CARDS_BACK = f"""INSERT INTO card_new ({OF_CARD}, state, prepared_at) SELECT {OF_CARD},
    {EARLIER_STATE}, coalesce(prepared_at, changed_at) FROM card"""  # noqa: S608
