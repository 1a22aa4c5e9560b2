"""Questions of the rules: which a message asks, of whom and of where, what is meant by each, and their answers."""
