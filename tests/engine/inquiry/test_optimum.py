"""The greedy choice costs hardly more than the best possible order of asking."""

import pytest

from tests.engine.inquiry.optimum import costs, sub_model

MODELS = 8


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["both", "nothing"])
def test_greedy_is_within_a_tenth_of_the_exact_optimum(kind: str) -> None:
    """Over sub-models of up to eight causes, the expected cost is at most 1.10 of the dynamic program's."""
    pairs = [costs(sub_model(seed, causes=8, questions=5), kind) for seed in range(MODELS)]
    assert all(greedy >= best - 1e-9 for greedy, best in pairs)
    assert sum(greedy for greedy, _ in pairs) <= 1.10 * sum(best for _, best in pairs)
