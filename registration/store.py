"""This room's database, with its own words for what goes wrong (the engine itself is `storage`)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from common.settings import SettingsError
from common.storage import Database, NotReachable, WrongDatabase
from registration.errors import Unavailable
from registration.models import RegistrationBase

T = TypeVar("T")


class Store(Database):
    """The applications' database. Raises `Unavailable` and `SettingsError` where `Database` says it otherwise."""

    def __init__(self, url: str) -> None:
        with _in_our_words():
            super().__init__(url, RegistrationBase.metadata, "registration")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        with _in_our_words():
            async with super().reading() as session:
                yield session

    async def write(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        with _in_our_words():
            return await super().write(work)

    async def make_tables(self) -> None:
        with _in_our_words():
            await super().make_tables()

    async def prepare(self) -> None:
        with _in_our_words():
            await super().prepare()


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except NotReachable:
        raise Unavailable("登记服务的数据库暂时用不了，请稍后再试。") from None
    except WrongDatabase as error:
        raise SettingsError(str(error)) from None
