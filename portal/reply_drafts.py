"""Replies not sent yet, masked, per agent and case: they are there again after a closed tab or at another computer."""

from redis.asyncio import Redis

LIFE = 7 * 86_400
"""Seconds an unsent reply is kept; a case without a word ends after as long."""

LATE = 600
"""Seconds after a reply in which a save of it may still arrive."""


class ReplyDrafts:
    """The drafts in one Redis."""

    def __init__(self, store: Redis) -> None:
        self._store = store

    async def keep(self, agent: str, case: str, text: str, message: str = "") -> None:
        """What stands in the box now; nothing in it is no draft.

        Args:
            message: the id under which it will be sent. A save that arrives after its reply is no draft any more;
                written first and looked up then, whichever of the two comes last.
        """
        if not text:
            await self.drop(agent, case)
            return
        await self._store.set(_key(agent, case), text, ex=LIFE)
        if message and await self._store.get(_sent(agent, case)) == message:
            await self.drop(agent, case)

    async def kept(self, agent: str, case: str) -> str:
        return str(await self._store.get(_key(agent, case)) or "")

    async def sent(self, agent: str, case: str, message: str) -> None:
        """The reply with this id went out: nothing of it is a draft, however late it is saved."""
        if message:
            await self._store.set(_sent(agent, case), message, ex=LATE)
        await self.drop(agent, case)

    async def drop(self, agent: str, case: str) -> None:
        await self._store.delete(_key(agent, case))


def _key(agent: str, case: str) -> str:
    return f"portal:draft:{case}:{agent}"


def _sent(agent: str, case: str) -> str:
    return f"portal:draft-sent:{case}:{agent}"
