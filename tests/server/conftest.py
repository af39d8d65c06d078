from collections.abc import Iterator

import pytest

from httpls.lab.server import Lab, running_lab


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    with running_lab() as running:
        yield running
