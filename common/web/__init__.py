"""What the two web doors share: who really asks, how long a connection may take. Knows no room; doors call it."""
