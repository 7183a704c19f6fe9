"""Configuration of cases."""

from kit.settings import ServiceSettings


class CasesSettings(ServiceSettings):
    """Nothing beyond what every service is told."""

    service: str = "cases"
