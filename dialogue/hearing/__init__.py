"""One message taken in, fact by fact: whose it is, where, when, which years. `dialogue.update` puts it together."""
