"""What must not be kept: identity numbers are masked before any door stores or sends them. Imports none of the rooms."""
