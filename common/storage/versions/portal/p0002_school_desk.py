"""School desk."""

import sqlalchemy as sa
from alembic.operations import Operations

from common.storage.moment import Moment

revision, down_revision = "p0002", "p0001"


def upgrade(op: Operations) -> None:
    op.create_table(
        "portal_school_counts",
        sa.Column("school", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("enrolled", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=6), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("school", "year", "grade", "name"),
    )
    op.create_table(
        "portal_school_groups",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("school", sa.String(length=80), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("group_name", sa.String(length=60), nullable=False),
        sa.Column("head_count", sa.Integer(), nullable=True),
        sa.Column("key_sealed", sa.Text(), nullable=False),
        sa.Column("key_name", sa.String(length=24), nullable=False),
        sa.Column("key_shown", sa.String(length=8), nullable=False),
        sa.Column("paused", sa.String(length=120), nullable=True),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("school", "grade", "name"),
        sa.UniqueConstraint("school", "key_name"),
    )
    op.create_index(op.f("ix_portal_school_groups_school"), "portal_school_groups", ["school"], unique=False)
    op.create_table(
        "portal_school_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("campaign", sa.String(length=12), nullable=False),
        sa.Column("group", sa.String(length=12), nullable=True),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("portal_school_log_campaign", "portal_school_log", ["campaign", "id"], unique=False)
    op.create_table(
        "portal_school_sheets",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("school", sa.String(length=80), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("prints", sa.JSON(), nullable=False),
        sa.Column("scene", sa.String(length=64), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_portal_school_sheets_scene"), "portal_school_sheets", ["scene"], unique=False)
    op.create_index(op.f("ix_portal_school_sheets_school"), "portal_school_sheets", ["school"], unique=False)
    op.create_table(
        "portal_school_campaigns",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("school", sa.String(length=80), nullable=False),
        sa.Column("sheet", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("staged", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("approver", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("wanted_at", Moment(), nullable=False),
        sa.Column("not_before", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=False),
        sa.Column("quiet_to", sa.String(length=5), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("tested_at", Moment(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sheet"],
            ["portal_school_sheets.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_portal_school_campaigns_school"), "portal_school_campaigns", ["school"], unique=False)
    op.create_index(op.f("ix_portal_school_campaigns_state"), "portal_school_campaigns", ["state"], unique=False)
    op.create_table(
        "portal_school_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=12), nullable=False),
        sa.Column("group", sa.String(length=12), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", Moment(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign"],
            ["portal_school_campaigns.id"],
        ),
        sa.ForeignKeyConstraint(
            ["group"],
            ["portal_school_groups.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign", "group"),
    )
    op.create_index("portal_school_deliveries_due", "portal_school_deliveries", ["state", "not_before"], unique=False)
