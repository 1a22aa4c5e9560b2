"""Rank of cases: which wait in front."""

import sqlalchemy as sa
from alembic.operations import Operations

revision, down_revision = "c0003", "c0002"


def upgrade(op: Operations) -> None:
    op.add_column("casebook_cases", sa.Column("rank", sa.Integer(), server_default="0", nullable=False))
