"""Announcements and what is switched off."""

import sqlalchemy as sa
from alembic.operations import Operations

from common.storage.moment import Moment

revision, down_revision = "c0004", "c0003"


def upgrade(op: Operations) -> None:
    op.create_table(
        "casebook_announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=30), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("set_by", sa.String(length=40), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "casebook_switched_off",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
