"""Environment variables as typed settings: how they are read, and the types and groups that several rooms share."""

from common.settings.base import Settings as Settings
from common.settings.base import SettingsError as SettingsError
