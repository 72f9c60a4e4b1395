"""All tables of the book: whoever takes METADATA from here has loaded each module of tables."""

import issuance.counter.models
import issuance.exchange.models
import issuance.models
import issuance.people.models
import issuance.progress.models
import issuance.stock.models  # noqa: F401
from issuance.book_columns import Base

METADATA = Base.metadata
