"""The rules on CLIPS (clipspy 1.0.6), a production system in C of another make.

CLIPS chains by itself: a rule's action asserts what it yields, in CLIPS's own language. No Python is called from a
rule, because an exception in such a call halts the run without a word. Rules and atoms have names of our own making,
so that nothing an author or a visitor writes is ever CLIPS source.
"""

from contextlib import suppress
from threading import Lock
from typing import Any, Final

import clips
from clips._clips import lib

from whydenied.engine.errors import NetworkError
from whydenied.engine.rules.compile import RuleSet

__all__ = ["ClipsNetwork"]

MAX_ENVIRONMENTS: Final = 8
"""Environments one network may use up before it refuses to build another: one that keeps failing is no network."""


def _release(fact: Any) -> None:
    """Release a fact as the C function wants it; at shutdown the library may be gone already."""
    with suppress(AttributeError, TypeError):
        lib.ReleaseFact(fact._fact)


# clipspy 1.0.6 calls ReleaseFact with one argument too many and swallows the TypeError: every fact leaks, and each
# run is slower than the one before.
clips.facts.Fact.__del__ = _release


class ClipsNetwork:
    """One CLIPS environment behind a lock."""

    name = "clips"

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset
        self._names = {f"r{number}": rule_id for number, rule_id in enumerate(ruleset.rules)}
        self._lock = Lock()
        self._built = 0
        self._environment: Any = self._new_environment()

    def fire(self, atoms: frozenset[str]) -> frozenset[str]:
        """Return the ids of all rules that fire; see engine.rules.network.Network."""
        known = sorted(atoms & self._ruleset.conditions.keys())
        if not known:
            return frozenset()
        with self._lock:
            return self._run(known)

    def discard(self) -> None:
        """Throw the environment away; the next call builds another."""
        with self._lock:
            self._environment = None

    def _run(self, atoms: list[str]) -> frozenset[str]:
        """Assert, run, collect and reset. The environment is kept only if it is afterwards as it was before."""
        environment = self._environment or self._new_environment()
        self._environment = None
        try:
            for atom in atoms:
                environment.assert_string(f"(atom {atom})")
            environment.run()
            halted = any(True for _ in environment.activations())
            fired = [self._names[str(fact[0])] for fact in environment.find_template("fired").facts()]
            environment.reset()
            left = any(True for _ in environment.facts())
        except clips.CLIPSError as error:
            raise NetworkError(
                f"CLIPS refused an atom ({error}): its environment was thrown away, try again"
            ) from error
        if halted or left:
            raise NetworkError("CLIPS halted or left a fact behind: its environment was thrown away, try again")
        self._environment = environment
        return frozenset(fired)

    def _new_environment(self) -> Any:
        if self._built == MAX_ENVIRONMENTS:
            raise NetworkError(f"CLIPS lost {MAX_ENVIRONMENTS} environments in this process: restart the worker")
        self._built += 1
        environment = clips.Environment()
        # CLIPS asks each router for each character of a rule, and clipspy's, for errors, is in Python: that takes four
        # fifths of the time of building.
        routers = list(environment.routers())
        for router in routers:
            router.deactivate()
        for number, (rule_id, atoms) in enumerate(self._ruleset.needs.items()):
            when = " ".join(f"(atom {atom})" for atom in atoms)
            then = " ".join(f"(assert (atom {atom}))" for atom in self._ruleset.yields.get(rule_id, ()))
            environment.build(f"(defrule r{number} {when} => (assert (fired r{number})) {then})")
        for router in routers:
            router.activate()
        return environment
