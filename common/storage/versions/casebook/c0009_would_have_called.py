"""How often parents were asked whether they would have called, and what they said."""

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "c0009", "c0008"


def upgrade(op: Operations) -> None:
    op.create_table(
        "casebook_would_have_called",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("said", sa.String(length=5), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "said"),
    )
