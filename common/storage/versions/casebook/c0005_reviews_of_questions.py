"""Reviews of questions, and how a question was read."""

import sqlalchemy as sa
from alembic.operations import Operations

from common.storage.moment import Moment

revision, down_revision = "c0005", "c0004"


def upgrade(op: Operations) -> None:
    op.add_column("casebook_questions", sa.Column("reading", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "casebook_reviews",
        sa.Column("question", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=True),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("exported_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["question"], ["casebook_questions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("question"),
    )
