"""The networks: each gives the answer of a naive chainer, whatever the rules, and notices when its engine fails."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.rules.generated import GIVEN, Cause, atoms, causes, chain, random_causes, random_pairs
from tests.engine.rules.networks import HAS_DURABLE, NETWORKS
from whydenied.engine.errors import NetworkError
from whydenied.engine.rules import Network, RuleSet, compile_rules, make_network

needs_durable = pytest.mark.skipif(not HAS_DURABLE, reason="durable_rules cannot be installed here")


def one_cause(*rules: tuple[dict[str, Any], Any]) -> RuleSet:
    listed = [{"when": when, "then": then, "because": "it is so"} for when, then in rules]
    return compile_rules([{"id": "c", "prior": 1.0, "rules": listed}])


def nearly_unmet(count: int, place: int) -> dict[str, str]:
    """Make conditions of which the one at `place` is the same for all rules, so that it stands at every place."""
    return {**{f"f{number}": "x" for number in range(place)}, "shared": "x", **{f"g{n}": "x" for n in range(count)}}


def test_importing_the_package_loads_no_rule_library() -> None:
    """Reading rules must stay cheap: the libraries are loaded when a network is made."""
    libraries = "{'durable', 'durable_rules_engine', 'clips'}"
    code = f"import sys, whydenied.engine.rules; print(sorted({libraries} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_auto_takes_durable_where_it_can_be_loaded() -> None:
    """Without a choice the network is durable_rules, and CLIPS where that cannot be installed."""
    assert make_network(one_cause()).name == ("durable" if HAS_DURABLE else "clips")


def test_auto_falls_back_to_clips(monkeypatch: pytest.MonkeyPatch) -> None:
    """A durable_rules that cannot be imported is no reason to give no answer."""
    monkeypatch.setitem(sys.modules, "whydenied.engine.rules.durable_network", None)
    assert make_network(one_cause()).name == "clips"
    with pytest.raises(NetworkError, match="`durable` cannot be loaded: install durable_rules"):
        make_network(one_cause(), "durable")


def test_an_unknown_network_is_refused() -> None:
    """The message lists the networks there are."""
    with pytest.raises(NetworkError, match="`rete` is not known: use auto, durable, clips or count"):
        make_network(one_cause(), "rete")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NETWORKS)
class TestEach:
    """What every network does."""

    def test_chains_forward(self, name: Any) -> None:
        """A derived fact meets the conditions of further rules, which derive in their turn."""
        rules = one_cause(({"a": "1"}, {"b": "1"}), ({"b": "1", "x": "1"}, {"c": "1"}), ({"c": ["1", "2"]}, "likely"))
        network = make_network(rules, name)
        assert network.fire(atoms(rules, [("a", "1")])) == {"c/1"}
        assert network.fire(atoms(rules, [("x", "1"), ("a", "1")])) == {"c/1", "c/2", "c/3"}

    def test_circles_end(self, name: Any) -> None:
        """Rules that derive each other's conditions, or their own, fire once."""
        rules = one_cause(({"a": "1"}, {"b": "1"}), ({"b": "1"}, {"a": "1"}), ({"a": "1"}, {"a": "1"}))
        assert make_network(rules, name).fire(atoms(rules, [("b", "1")])) == {"c/1", "c/2", "c/3"}

    def test_remembers_nothing(self, name: Any) -> None:
        """Facts of one call are not there in the next."""
        rules = one_cause(({"a": "1", "b": "1"}, "likely"))
        network = make_network(rules, name)
        assert network.fire(atoms(rules, [("a", "1")])) == frozenset()
        assert network.fire(atoms(rules, [("b", "1")])) == frozenset()
        assert network.fire(atoms(rules, [("a", "1"), ("b", "1")])) == {"c/1"}

    def test_drops_atoms_no_rule_knows(self, name: Any) -> None:
        """Atoms of another rule set, or none at all, are no error."""
        network = make_network(one_cause(({"a": "1"}, "likely")), name)
        assert network.fire(frozenset({"c0", "c99", "nonsense) (atom"})) == {"c/1"}
        assert network.fire(frozenset()) == frozenset()

    def test_takes_no_rules(self, name: Any) -> None:
        """An empty rule set is a network that never fires."""
        network = make_network(compile_rules([]), name)
        assert network.fire(frozenset({"c0"})) == frozenset()

    def test_authors_may_use_any_id(self, name: Any) -> None:
        """Ids never reach the engine, so quotes and brackets in them are harmless."""
        rule = {"id": 'a "b" $and (c) ; \\', "when": {"a": "1"}, "then": "likely", "because": "it is so"}
        rules = compile_rules([{"id": "c$state", "prior": 1.0, "rules": [rule]}])
        assert make_network(rules, name).fire(frozenset({"c0"})) == {rule["id"]}

    def test_250_rules_on_one_condition(self, name: Any) -> None:
        """The most rules that may share a condition all fire, wherever in the rule it stands."""
        alone = one_cause(*[({"a": "1"}, "likely")] * 250)
        assert len(make_network(alone, name).fire(frozenset({"c0"}))) == 250
        mixed = one_cause(*[(nearly_unmet(15 - place, place), "likely") for place in range(16)] * 15)
        assert len(make_network(mixed, name).fire(frozenset(mixed.conditions))) == 240

    def test_more_conditions_than_a_namespace_holds(self, name: Any) -> None:
        """Conditions spread over several namespaces are all told apart."""
        rules = one_cause(*[({"a": f"v{number}"}, "likely") for number in range(1_100)])
        network = make_network(rules, name)
        assert network.fire(frozenset({"c499", "c500", "c1099"})) == {"c/500", "c/501", "c/1100"}

    @pytest.mark.slow
    def test_threads_may_share_it(self, name: Any) -> None:
        """Four threads on one network get the answers that one would."""
        rules = compile_rules(random_causes(Random(1), 60))
        network, count = make_network(rules, name), make_network(rules, "count")
        random = Random(2)
        sets = [atoms(rules, random_pairs(random)) for _ in range(400)]
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(network.fire, sets)) == [count.fire(one) for one in sets]

    def test_a_discarded_engine_is_replaced(self, name: Any) -> None:
        """After its engine was thrown away a network answers as before."""
        network = make_network(one_cause(({"a": "1"}, "likely")), name)
        network.discard()
        assert network.fire(frozenset({"c0"})) == {"c/1"}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(causes(), st.integers(0, 2**32))
def test_all_networks_agree_with_a_naive_chainer(matter: list[Cause], seed: int) -> None:
    """On generated rules every network fires what a naive chainer fires, for 200 generated fact sets each."""
    rules = compile_rules(matter)
    networks = [make_network(rules, name) for name in NETWORKS]
    random = Random(seed)
    for _ in range(200):
        pairs = random.sample(GIVEN, random.randint(0, 14))
        expected, _ = chain(matter, pairs)
        for network in networks:
            assert network.fire(atoms(rules, pairs)) == expected, (network.name, pairs)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_all_networks_agree_on_content_like_rules(seed: int) -> None:
    """On 150 rules in four chained levels every network fires what a naive chainer fires, for 300 fact sets."""
    random = Random(seed)
    matter = random_causes(random, 150)
    rules = compile_rules(matter)
    networks = [make_network(rules, name) for name in NETWORKS]
    for _ in range(300):
        pairs = random_pairs(random)
        expected, _ = chain(matter, pairs)
        for network in networks:
            assert network.fire(atoms(rules, pairs)) == expected, (network.name, pairs)


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_the_largest_rule_set(name: Any) -> None:
    """4,000 rules with four conditions of their own, 16,000 atoms in all, can be loaded and fire."""
    rules = one_cause(*[({f"f{n}.{place}": "x" for place in range(4)}, "likely") for n in range(4_000)])
    network = make_network(rules, name)
    for rule_id in ("c/1", "c/32", "c/2000", "c/4000"):
        assert network.fire(frozenset(rules.needs[rule_id])) == {rule_id}


class Broken:
    """An engine with one method replaced."""

    def __init__(self, engine: Any, **replaced: Callable[..., Any]) -> None:
        self.engine = engine
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


TWO = one_cause(({"a": "1"}, "likely"), ({"a": "1", "b": "1"}, "likely"))
BOTH = frozenset({"c0", "c1"})


def durable(monkeypatch: pytest.MonkeyPatch, **replaced: Callable[..., Any]) -> Any:
    network: Any = make_network(TWO, "durable")
    monkeypatch.setattr(network, "_host", Broken(network._host, **replaced))
    return network


def raises(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any) -> Any:
        raise error

    return fail


@needs_durable
class TestDurableFailures:
    """durable_rules failing in each way it can be seen to fail."""

    def test_a_fact_left_behind(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A host that still holds a fact is thrown away, and the next call is right."""
        network = durable(monkeypatch, retract_fact=lambda *_: None)
        with pytest.raises(NetworkError, match="left a fact behind or lost an action"):
            network.fire(BOTH)
        assert network.fire(frozenset({"c1"})) == frozenset()

    def test_a_refused_atom(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An error of the engine is ours to raise, and the host is not used again."""
        from durable.engine import MessageNotHandledException  # type: ignore[import-untyped, unused-ignore]

        network = durable(monkeypatch, assert_fact=raises(MessageNotHandledException({"t": "c0"})))
        with pytest.raises(NetworkError, match="refused an atom"):
            network.fire(BOTH)
        assert network.fire(BOTH) == {"c/1", "c/2"}

    def test_an_interrupt_passes_through(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ctrl-C between two atoms stops the program, and leaves a network that still works."""
        network = durable(monkeypatch, assert_fact=raises(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            network.fire(BOTH)
        assert network.fire(BOTH) == {"c/1", "c/2"}

    def test_an_interrupted_action(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The library swallows what is raised in an action; the lost conclusion is noticed all the same."""
        from whydenied.engine.rules import durable_network

        def recorder(_fired: list[str], _rule_id: str) -> Callable[[Any], None]:
            def record(_closure: Any) -> None:
                raise KeyboardInterrupt

            return record

        monkeypatch.setattr(durable_network, "_recorder", recorder)
        network = make_network(TWO, "durable")
        with pytest.raises(NetworkError, match="lost an action"):
            network.fire(BOTH)
        monkeypatch.undo()
        assert network.fire(BOTH) == {"c/1", "c/2"}

    def test_a_rule_that_fires_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A rule can fire once on one set of facts; twice means that the engine is confused."""
        network: Any = make_network(TWO, "durable")
        host = network._host

        def twice(name: str, fact: dict[str, str]) -> None:
            host.assert_fact(name, fact)
            network._fired.append("c/1")

        monkeypatch.setattr(network, "_host", Broken(host, assert_fact=twice))
        with pytest.raises(NetworkError, match="lost an action"):
            network.fire(BOTH)

    def test_hosts_are_not_used_up_for_ever(self) -> None:
        """A host is never freed, so a network that keeps losing them says that the worker must be restarted."""
        network: Network = make_network(TWO, "durable")
        for _ in range(7):
            network.discard()
            assert network.fire(BOTH) == {"c/1", "c/2"}
        network.discard()
        with pytest.raises(NetworkError, match="lost 8 hosts in this process: restart the worker, or use `clips`"):
            network.fire(BOTH)


class TestClipsFailures:
    """CLIPS failing in each way it can be seen to fail."""

    @pytest.mark.parametrize("broken", ["run", "reset"])
    def test_a_halted_run_or_a_fact_left_behind(self, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """An environment with rules still to run, or facts still there, is thrown away; the next call is right."""
        network: Any = make_network(TWO, "clips")
        network.fire(BOTH)
        monkeypatch.setattr(network, "_environment", Broken(network._environment, **{broken: lambda: None}))
        with pytest.raises(NetworkError, match="CLIPS halted or left a fact behind"):
            network.fire(BOTH)
        assert network.fire(BOTH) == {"c/1", "c/2"}

    def test_a_refused_atom(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An error of CLIPS is ours to raise, and the environment is not used again."""
        from clips import CLIPSError  # type: ignore[import-untyped, unused-ignore]

        network: Any = make_network(TWO, "clips")
        fails = raises(CLIPSError(network._environment._env, "out of memory"))
        monkeypatch.setattr(network, "_environment", Broken(network._environment, assert_string=fails))
        with pytest.raises(NetworkError, match="CLIPS refused an atom"):
            network.fire(BOTH)
        assert network.fire(BOTH) == {"c/1", "c/2"}

    def test_environments_are_not_used_up_for_ever(self) -> None:
        """A network that keeps losing its environment says that the worker must be restarted."""
        network = make_network(TWO, "clips")
        for _ in range(7):
            network.discard()
            assert network.fire(BOTH) == {"c/1", "c/2"}
        network.discard()
        with pytest.raises(NetworkError, match="lost 8 environments in this process: restart the worker"):
            network.fire(BOTH)
