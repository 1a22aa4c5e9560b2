"""Indexes for the retention job, which looks by age."""

from alembic.operations import Operations

revision, down_revision = "r0002", "r0001"


def upgrade(op: Operations) -> None:
    op.create_index("registration_applications_state", "registration_applications", ["state", "updated_at"])
    op.create_index("registration_idempotency_created", "registration_idempotency", ["created_at"])
