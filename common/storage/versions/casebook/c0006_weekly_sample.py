"""The weekly sample of answered turns, and its judgments."""

import sqlalchemy as sa
from alembic.operations import Operations

from common.storage.moment import Moment

revision, down_revision = "c0006", "c0005"


def upgrade(op: Operations) -> None:
    op.create_table(
        "casebook_sampled_turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("rank", sa.String(length=16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reading", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("origin"),
    )
    op.create_index("casebook_sampled_turns_week", "casebook_sampled_turns", ["week", "rank"])
    op.create_table(
        "casebook_judgments",
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("judge", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["turn"], ["casebook_sampled_turns.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn", "judge"),
    )
