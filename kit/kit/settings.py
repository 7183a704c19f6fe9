"""Configuration, from the environment alone: `PORTICO_<NAME>`."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What every process is told."""

    model_config = SettingsConfigDict(env_prefix="PORTICO_", extra="ignore")

    service: str
    host: str = "127.0.0.1"
    port: int = 8000
    ops_port: int = 9000
    amqp_url: SecretStr
    log_level: str = "INFO"
    otlp_url: str | None = None
    """Where spans go, as OTLP over HTTP; without it the trace ids are still made and passed on."""
    drain_seconds: int = 20
    """How long running requests and deliveries may take to finish after SIGTERM."""


class ServiceSettings(Settings):
    """What every service is told besides."""

    database_url: SecretStr
    caller_public_key: str
    """Ed25519 public key, a JWK as JSON: tells the gateway's callers from forged ones."""
    inline_worker: bool = False
    """Run the worker inside the HTTP process, as one machine does."""
    database_pool: int = 16
