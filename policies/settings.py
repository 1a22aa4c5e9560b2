"""Where the policies stand that a process answers by."""

from pathlib import Path

from pydantic import Field

from common.settings import Settings

SHIPPED = Path(__file__).resolve().parent


class PolicySettings(Settings):
    """The one variable of this room."""

    folder: Path = Field(
        SHIPPED, validation_alias="POLICIES_FOLDER",
        description="政策文件（`sources/`、`regions/`……）在哪个文件夹；工作台“收文件”签了的写进这里，所有服务要是同一个",
    )  # fmt: skip
