"""The conversation: its state, what a message changes in it, and what is answered. Pure Python, no Rasa."""
