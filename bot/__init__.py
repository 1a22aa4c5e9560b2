"""Code that runs inside Rasa (Python 3.10): language components and the channel to the gateway."""

from bot import left_out

left_out.install()
