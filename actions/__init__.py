"""The action server: thin adapters from dialogue to `policies` and the registration API. No rule lives here."""
