"""Bringing an answer to a messenger exactly once: queue per user, passive or pushed, takeover. Knows no protocol."""
