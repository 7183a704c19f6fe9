"""Configuration of knowledge."""

from kit.settings import ServiceSettings


class KnowledgeSettings(ServiceSettings):
    """Nothing beyond what every service is told."""

    service: str = "knowledge"
