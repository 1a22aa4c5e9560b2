"""The tables as they were when migrations began."""

import sqlalchemy as sa
from alembic.operations import Operations

from common.storage.moment import Moment

revision, down_revision = "p0001", None


def upgrade(op: Operations) -> None:
    op.create_table(
        "portal_accounts",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("school", sa.String(80)),
        sa.Column("region", sa.String(6)),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
    )
    op.create_table(
        "portal_audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", Moment(), nullable=False, index=True),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
    )
    op.create_table(
        "portal_calls",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("agent", sa.String(40), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.Column("saved_at", Moment()),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("last_region", sa.String(6)),
        sa.Column("intent", sa.String(60)),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("query", sa.String(200), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(12)),
        sa.Column("link", sa.String(40)),
        sa.Column("stamp", sa.String(16)),
        sa.Column("print", sa.String(16)),
    )
    op.create_index("portal_calls_open", "portal_calls", ["agent", "ended_at"])
    op.create_index("portal_calls_began", "portal_calls", ["began_at"])
    op.create_table(
        "portal_lookups",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("call", sa.String(32), sa.ForeignKey("portal_calls.id"), nullable=False, index=True),
        sa.Column("at", Moment(), nullable=False, index=True),
        sa.Column("intent", sa.String(60), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
    )
