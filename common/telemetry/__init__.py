"""What every service tells about itself: JSON lines, Prometheus metrics, traces. Never anything a user said.

Knows no room; the rooms call it. Rasa's own process (Python 3.10) has `bot.watching` instead.
"""
