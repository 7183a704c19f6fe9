"""Configuration, from the environment alone: `PORTICO_<NAME>`."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What every process is told."""

    model_config = SettingsConfigDict(env_prefix="PORTICO_", extra="ignore")

    service: str
    """The process's own name, in logs, traces and callers' audiences."""
    host: str = "127.0.0.1"
    """The address both ports are bound to; `0.0.0.0` in a container."""
    port: int = 8000
    """Where the app answers. Workers have none."""
    ops_port: int = 9000
    """Where /livez, /readyz, /startupz and /metrics answer; not for customers."""
    amqp_url: SecretStr
    """RabbitMQ, as amqp://user:password@host:port/vhost."""
    log_level: str = "INFO"
    """The least level that is logged."""
    otlp_url: str | None = None
    """Where spans go, as OTLP over HTTP; without it the trace ids are still made and passed on."""
    drain_seconds: int = 20
    """How long running requests and deliveries may take to finish after SIGTERM."""


class ServiceSettings(Settings):
    """What every service is told besides."""

    database_url: SecretStr
    """The service's own database, as its app role: postgresql://role:password@host:port/name."""
    caller_public_key: str
    """Ed25519 public key, a JWK as JSON, or a JWK set while the gateway changes its key: tells its callers from
    forged ones."""
    inline_worker: bool = False
    """Run the worker inside the HTTP process, as one machine does."""
    database_pool: int = 16
    """Connections one process keeps to its database, at most."""
