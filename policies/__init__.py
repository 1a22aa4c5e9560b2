"""The law: sources, clauses, dated rules, decisions and the answers composed from them.

Nothing here knows a channel, a conversation or a clock. `policies.places` alone also runs on Python 3.10.
"""
