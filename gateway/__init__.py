"""The public door: web chat, enrollment page, and the channels to come. Identity, order, privacy and deadlines."""
