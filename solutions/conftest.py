"""`pytest solutions` runs in the surroundings of all tests."""

from tests import surroundings

surroundings.enter()
