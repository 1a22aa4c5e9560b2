"""Scans of leaflets."""

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "c0002", "c0001"


def upgrade(op: Operations) -> None:
    op.create_table(
        "casebook_scans",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("leaflet", sa.String(length=16), nullable=False),
        sa.Column("tag", sa.String(length=16), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "leaflet", "tag", "intent"),
    )
