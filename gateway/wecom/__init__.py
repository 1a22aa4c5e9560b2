"""The WeCom application channel: always encrypted, the same turns, answers by message/send."""
