"""The tables as they were when migrations began."""

import sqlalchemy as sa
from alembic.operations import Operations

from common.storage.moment import Moment

revision, down_revision = "c0001", None


def upgrade(op: Operations) -> None:
    op.create_table(
        "casebook_cases",
        sa.Column("number", sa.String(20), primary_key=True),
        sa.Column("conversation", sa.String(64), nullable=False, index=True),
        sa.Column("standing_for", sa.String(64), unique=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("region", sa.String(6)),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("holder", sa.String(80)),
        sa.Column("outcome", sa.String(200)),
        sa.Column("transcript", sa.JSON(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
    )
    op.create_table(
        "casebook_notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case", sa.String(20), sa.ForeignKey("casebook_cases.number"), nullable=False),
        sa.Column("message_id", sa.String(128)),
        sa.Column("who", sa.String(10), nullable=False),
        sa.Column("name", sa.String(80)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("delivered_at", Moment()),
        sa.UniqueConstraint("case", "message_id"),
    )
    op.create_index("casebook_notes_case", "casebook_notes", ["case", "id"])
    op.create_index("casebook_notes_undelivered", "casebook_notes", ["who", "delivered_at"])
    op.create_table(
        "casebook_questions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("origin", sa.String(200), unique=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("intent", sa.String(60)),
        sa.Column("confidence", sa.Float()),
        sa.Column("region", sa.String(6)),
        sa.Column("reason", sa.String(200)),
        sa.Column("answer", sa.Text()),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
    )
    op.create_index("casebook_questions_state", "casebook_questions", ["state", "at"])
    op.create_table(
        "casebook_thumbs",
        sa.Column("conversation", sa.String(64), primary_key=True),
        sa.Column("bubble", sa.String(160), primary_key=True),
        sa.Column("intent", sa.String(60)),
        sa.Column("value", sa.String(4), nullable=False),
        sa.Column("at", Moment(), nullable=False, index=True),
    )
