"""pytest names a test file by its folders: gateway/tests would be taken for part of a package `gateway` that pytest
makes up, unless the real one is there first."""

import gateway

__all__ = ["gateway"]
