"""Configuration of documents."""

from pydantic import SecretStr

from kit.settings import ServiceSettings

MIB = 1024 * 1024


class DocumentsSettings(ServiceSettings):
    """Where files lie, who scans them, how large they may be."""

    service: str = "documents"
    s3_url: str
    """Where this service reaches the storage."""
    s3_public_url: str | None = None
    """Where browsers reach it, when that is another address: it stands in the links they are given."""
    s3_access_key: SecretStr
    """Names us to the storage."""
    s3_secret_key: SecretStr
    """Proves that to the storage, and signs the links browsers are given."""
    s3_region: str = "us-east-1"
    """The region links are signed for."""
    s3_bucket: str = "portico-documents"
    """The bucket files lie in; made when it is not there."""
    clamd: str | None = None
    """`host:port` of a clamd; without one files are marked as not scanned, never as clean."""
    clamd_limit: int = 25 * MIB
    """Bytes that clamd takes (its StreamMaxLength, at most its MaxFileSize); larger files are refused, or marked as not
    scanned where the tenant takes them so."""
    upload_limit: int = 100 * MIB
    """Bytes a file may have that comes in one piece. One in parts that is larger is checked by the worker."""
    large_upload_limit: int = 5 * 1024 * MIB
    """Bytes a file may have that comes in parts, which can be sent again one by one; S3 copies no larger one."""
    part_size: int = 16 * MIB
    """Bytes of such a part but the last; S3 wants at least 5 MiB, and at most 10,000 parts."""
    check_seconds: float = 2
    """How often is looked for large files that wait for their check."""
    sweep_seconds: float = 60
    """How often uploads that nobody finished are cleared away."""
    reconcile_seconds: float = 3600
    """How often all rows are held against all objects."""
    remind_seconds: float = 300
    """How often is looked for requests for a document whose day comes."""
    retention_seconds: float = 3600
    """How often is looked for files whose time is over."""
    thumbnail_seconds: float = 5
    """How often is looked for files to draw small pictures of."""
