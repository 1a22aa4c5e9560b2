"""Reminders by consent: taken in a turn, recomputed and brought once on their day, kept as a calendar file."""
