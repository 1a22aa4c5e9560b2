"""The Official Account channel: envelope, messages, replies, the platform's API, commands."""
