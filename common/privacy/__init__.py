"""What must not be kept: identity numbers are masked before a door stores or sends them. Imports none of our rooms."""
