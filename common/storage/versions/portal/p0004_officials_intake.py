"""Drafts of the officials' intake, and the files they were read from."""

import sqlalchemy as sa
from alembic.operations import Operations

from common.storage.moment import Moment

revision, down_revision = "p0004", "p0003"


def upgrade(op: Operations) -> None:
    op.create_table(
        "portal_intake_drafts",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("hands", sa.JSON(), nullable=False),
        sa.Column("submitter", sa.String(length=40), nullable=True),
        sa.Column("signer", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("replaces", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tried", sa.JSON(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_portal_intake_drafts_state"), "portal_intake_drafts", ["state"], unique=False)
    op.create_table(
        "portal_intake_originals",
        sa.Column("draft", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft"],
            ["portal_intake_drafts.id"],
        ),
        sa.PrimaryKeyConstraint("draft"),
    )
