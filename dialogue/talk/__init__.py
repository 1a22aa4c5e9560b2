"""What is no question of the rules: a person, an enrollment's steering, what must be clear first, small talk."""
