"""The tables as they were when migrations began."""

import sqlalchemy as sa
from alembic.operations import Operations

from common.storage.moment import Moment

revision, down_revision = "r0001", None


def upgrade(op: Operations) -> None:
    op.create_table(
        "registration_applications",
        sa.Column("number", sa.String(16), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("birth_date", sa.Date()),
        sa.Column("due_month", sa.String(7)),
        sa.Column("household_registered", sa.Boolean(), nullable=False),
        sa.Column("proxy", sa.String(20)),
        sa.Column("conversation", sa.String(128), nullable=False),
        sa.Column("identity_sealed", sa.Text()),
        sa.Column("child_index", sa.String(64), unique=True),
        sa.Column("consent_version", sa.String(32)),
        sa.Column("reason", sa.String(200)),
        sa.Column("insured_since", sa.Date()),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
    )
    op.create_index(
        "registration_applications_conversation", "registration_applications", ["conversation", "created_at"]
    )
    op.create_table(
        "registration_links",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column(
            "number", sa.String(16), sa.ForeignKey("registration_applications.number"), nullable=False, index=True
        ),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment()),
        sa.Column("used_for", sa.String(64)),
    )
    op.create_table(
        "registration_idempotency",
        sa.Column("operation", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("body_digest", sa.String(64), nullable=False),
        sa.Column("answer_sealed", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
    )
    op.create_table(
        "registration_audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("who", sa.String(20), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("number", sa.String(16), nullable=False, index=True),
    )
