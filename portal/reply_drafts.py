"""Replies not sent yet, masked, per agent and case: they are there again after a closed tab or at another computer."""

from redis.asyncio import Redis

LIFE = 7 * 86_400
"""Seconds an unsent reply is kept; a case without a word ends after as long."""


class ReplyDrafts:
    """The drafts in one Redis."""

    def __init__(self, store: Redis) -> None:
        self._store = store

    async def keep(self, agent: str, case: str, text: str) -> None:
        """What stands in the box now; nothing in it is no draft."""
        if text:
            await self._store.set(_key(agent, case), text, ex=LIFE)
        else:
            await self.drop(agent, case)

    async def kept(self, agent: str, case: str) -> str:
        return str(await self._store.get(_key(agent, case)) or "")

    async def drop(self, agent: str, case: str) -> None:
        await self._store.delete(_key(agent, case))


def _key(agent: str, case: str) -> str:
    return f"portal:draft:{case}:{agent}"
