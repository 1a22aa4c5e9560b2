"""Reminders that parents asked for."""

import sqlalchemy as sa
from alembic.operations import Operations

from common.storage.moment import Moment

revision, down_revision = "c0007", "c0006"


def upgrade(op: Operations) -> None:
    op.create_table(
        "casebook_reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("planned_for", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("not_before", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("casebook_reminders_state", "casebook_reminders", ["state", "planned_for"], unique=False)
    op.create_index(op.f("ix_casebook_reminders_conversation"), "casebook_reminders", ["conversation"], unique=False)
