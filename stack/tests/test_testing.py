"""What the plugin gives to other packages' tests."""

from stack.s3 import Storage
from stack.testing import Parts


def test_it_gives_a_bucket_of_ones_own(s3: Storage) -> None:
    client = s3.client()
    assert client.bucket_exists(s3.bucket)
    assert list(client.list_objects(s3.bucket)) == []


def test_it_gives_a_virtual_host_of_ones_own(amqp_url: str, parts: Parts) -> None:
    assert amqp_url != parts.amqp
    assert "/test-" in amqp_url
