"""Environment variables as typed settings: how they are read, and the types and groups that several rooms share."""

from settings.base import Settings as Settings
from settings.base import SettingsError as SettingsError
