"""Configuration of billing-view."""

from kit.settings import ServiceSettings


class BillingViewSettings(ServiceSettings):
    """Nothing beyond what every service is told."""

    service: str = "billing-view"
