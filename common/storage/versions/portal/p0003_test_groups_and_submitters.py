"""Test groups and submitters."""

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "p0003", "p0002"


def upgrade(op: Operations) -> None:
    op.add_column(
        "portal_school_groups", sa.Column("for_tests", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("portal_school_campaigns", sa.Column("submitter", sa.String(length=40), nullable=True))
