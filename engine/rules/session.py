"""From facts to conclusions: the rules' only way in for the rest of the program."""

import msgspec

from whydenied.engine.errors import NetworkError
from whydenied.engine.facts import Fact, Facts
from whydenied.engine.findings import Finding
from whydenied.engine.rules.compile import RuleSet
from whydenied.engine.rules.count_network import CountNetwork
from whydenied.engine.rules.memo import Memo
from whydenied.engine.rules.network import Network
from whydenied.engine.rules.provenance import replay
from whydenied.engine.rules.ranking import rank

__all__ = ["Conclusions", "Session"]


class Conclusions(msgspec.Struct, frozen=True):
    """What follows from some facts.

    findings: at most one for each cause, ranked (how: engine.rules.ranking). derived: the facts that rules added, in
    the order they were derived; each one's source names the rule and the place in the paste of the first given fact
    it rests on.
    """

    findings: tuple[Finding, ...]
    derived: tuple[Fact, ...]


class Session:
    """A rule set on a network. Nothing of a call is kept but which rules fired on which atoms; safe between threads."""

    def __init__(self, ruleset: RuleSet, network: Network, check: bool = True, memo: Memo | None = None) -> None:
        """check: compare the network's answer with a plain count whenever it is asked."""
        self.ruleset = ruleset
        self.network = network
        self._oracle = CountNetwork(ruleset) if check else None
        self._memo = Memo() if memo is None else memo

    def conclude(self, facts: Facts) -> Conclusions:
        """Return what the rules conclude from the facts, and why.

        Raises NetworkError where the network's answer cannot be relied on.
        """
        rules = [self.ruleset.rules[rule_id] for rule_id in self._fired(facts)]
        supports, derived = replay(rules, facts)
        return Conclusions(rank(rules, supports, self.ruleset.priors), derived)

    def _fired(self, facts: Facts) -> tuple[str, ...]:
        """Return the ids of the rules that fire, in the order written."""
        atoms = frozenset(atom for fact in facts for atom in self.ruleset.atoms_for(fact.name, fact.value))
        key = tuple(sorted(atoms))
        remembered = self._memo.get(key)
        if remembered is not None:
            return remembered
        fired = self.network.fire(atoms)
        if self._oracle is not None:
            self._compare(fired, self._oracle.fire(atoms))
        in_order = tuple(rule_id for rule_id in self.ruleset.rules if rule_id in fired)
        self._memo.put(key, in_order)
        return in_order

    def _compare(self, fired: frozenset[str], counted: frozenset[str]) -> None:
        """Neither answer is used when they differ: which of the two is wrong cannot be told from here."""
        if fired != counted:
            self.network.discard()
            rule_id = min(fired ^ counted)
            raise NetworkError(
                f"the network `{self.network.name}` and the count differ on {len(fired ^ counted)} rules, "
                f"`{rule_id}` first: try again, and report it with the rules if it stays"
            )
