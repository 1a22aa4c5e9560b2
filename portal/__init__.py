"""The staff pages: hotline desk, handed-over chats, supervisor figures, accounts. The school desk stands here too."""
