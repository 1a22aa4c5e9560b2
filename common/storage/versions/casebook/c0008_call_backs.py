"""Call-backs, and the public key their numbers are sealed with."""

import sqlalchemy as sa
from alembic.operations import Operations

from common.storage.moment import Moment

revision, down_revision = "c0008", "c0007"


def upgrade(op: Operations) -> None:
    op.create_table(
        "casebook_call_backs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("standing_for", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("case", sa.String(length=20), nullable=True),
        sa.Column("number_sealed", sa.Text(), nullable=True),
        sa.Column("shown", sa.String(length=20), nullable=True),
        sa.Column("begins", Moment(), nullable=False),
        sa.Column("ends", Moment(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
        sa.Column("left_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("standing_for"),
    )
    op.create_index("ix_casebook_call_backs_conversation", "casebook_call_backs", ["conversation"], unique=False)
    op.create_index("ix_casebook_call_backs_left_at", "casebook_call_backs", ["left_at"], unique=False)
    op.create_index("ix_casebook_call_backs_state", "casebook_call_backs", ["state"], unique=False)
    op.create_table(
        "casebook_sealing_keys",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
