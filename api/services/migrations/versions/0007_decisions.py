"""What a decision says; of matters that were decided before it was kept, nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this form."""
    says = sa.Column("says", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
    op.add_column("matter", says)


def downgrade() -> None:
    """Back to the form before."""
    op.drop_column("matter", "says")
