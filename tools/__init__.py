"""Scripts of developers; nothing here runs in service."""
