"""What the plugin gives to other packages' tests."""

from stack.s3 import Storage
from stack.testing import Parts


def test_it_gives_a_bucket_of_ones_own(s3: Storage) -> None:
    assert s3.client().bucket_exists(s3.bucket)
    assert s3.bucket.startswith("test-")


def test_it_gives_a_virtual_host_of_ones_own(amqp_url: str, parts: Parts) -> None:
    assert amqp_url != parts.amqp
    assert "/test-" in amqp_url
