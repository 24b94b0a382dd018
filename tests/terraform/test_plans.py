"""Real runs: what `whydenied plan` says of a module is what Terraform calls, and is refused; with the change that it
proposes the apply goes through at its first try. The other modules are run by `python -m tests.bench.plans`."""

from pathlib import Path

import pytest

from tests.bench.plans import calls_counted
from tests.terraform.enforced import enforced
from tests.terraform.enforcing import fake_aws
from tests.terraform.installed import missing
from tests.terraform.observe import Observed, observe

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "-")]

_MODULES = ("bucket", "logs", "parameters")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Observed]:
    """Return what was seen of some modules, made, changed and taken away."""
    with fake_aws() as aws:
        return list(observe(_MODULES, tmp_path_factory.mktemp("seen"), aws))


def test_terraform_calls_what_was_foreseen(runs: list[Observed]) -> None:
    """Every operation of every phase, and no other."""
    assert [(one.module, one.phase, one.error) for one in runs if one.error] == []
    counts = calls_counted(runs)
    assert set(counts) == set(_MODULES)
    for module, phases in counts.items():
        assert set(phases) == {"create", "update", "delete"}
        for phase, count in phases.items():
            assert count.seen == count.hit == count.said > 0, (module, phase, count)


@pytest.mark.parametrize("mended", [False, True])
def test_a_caller_is_refused_what_was_foreseen_and_nothing_with_the_change(
    runs: list[Observed], mended: bool, tmp_path: Path
) -> None:
    """The caller may only read."""
    made = [one for one in runs if one.phase == "create"]
    with fake_aws() as aws:
        found = list(enforced(made, "reads-only", tmp_path, aws, mended=mended))
    for one in found:
        assert one.green is mended, one.printed
        assert set(one.refused) <= one.foreseen
        assert bool(one.refused) is not mended
