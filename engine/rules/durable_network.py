"""The rules on durable_rules 2.0.28, a Rete network in C.

Used as its manual shows, the library crashes, hangs and gives wrong answers. Each point below avoids a fault that was
reproduced; `python -m tests.soak_rules` runs the whole for long. Keep them all, and keep them in this module.

 - `_run` is replaced: its two timer threads enter the C engine while another thread is in it.
 - `_unix_now` stands still: an action longer than ten seconds, or a step of the clock, silently drops all other
   matches. (It also calls a function that Python 3.12 deprecates.)
 - One rule set and one sid a host: 1,024 sids end in MemoryError, and deleting a state in a segmentation fault.
 - Only atoms enter it, in namespaces: it compares without types, takes lengths modulo 65,536, and loads for ever when
   512 are compared at one level. `compile` keeps the other limits: conditions a rule, rules an atom, rules.
 - Atoms are asserted one at a time (a batch loses matches), each once, and only such as a rule knows.
 - An action only appends to a list: whatever it raises is swallowed. A signal handler that raises while an action
   runs is swallowed too, but leaves a trace in the state of the sid, so that state must still be the first one
   afterwards.
 - Chaining happens outside the action, which must not enter the engine again.
 - Everything is retracted whatever happens; if anything is left, the host is thrown away. A host is never freed (some
   megabytes each), so after a few losses the network says so and stops.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any, Final

import durable_rules_engine
from durable import engine

from whydenied.engine.errors import NetworkError
from whydenied.engine.rules.compile import RuleSet

__all__ = ["DurableNetwork"]

engine._unix_now = lambda: 0.0

_FAULTS: Final = (durable_rules_engine.error, engine.MessageNotHandledException, engine.MessageObservedException)

MAX_HOSTS: Final = 8
"""Hosts one network may use up before it refuses to build another."""

_NAME: Final = "rules"
# The state of the one sid when no action has left anything in it.
_CLEAN_STATE: Final = {"sid": "0", "id": "sid-0", "$s": 1}


class _QuietHost(engine.Host):  # type: ignore[misc]  # the library has no types
    """A host that starts no threads."""

    def _run(self) -> None:
        """Do nothing; the library starts its two timers here."""


class DurableNetwork:
    """One durable_rules host behind a lock."""

    name = "durable"

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset
        self._lock = Lock()
        self._fired: list[str] = []
        self._hosts = 0
        self._host: Any = self._new_host()

    def fire(self, atoms: frozenset[str]) -> frozenset[str]:
        """Return the ids of all rules that fire; see engine.rules.network.Network."""
        known = sorted(atoms & self._ruleset.conditions.keys())
        if not known:
            return frozenset()
        with self._lock:
            return self._run(known)

    def discard(self) -> None:
        """Throw the host away; the next call builds another."""
        with self._lock:
            self._host = None

    def _run(self, atoms: list[str]) -> frozenset[str]:
        """Assert, collect and retract. The host is kept only if it is afterwards as it was before."""
        host = self._host or self._new_host()
        self._host = None
        self._fired.clear()
        asserted: list[dict[str, str]] = []
        try:
            try:
                self._assert_all(host, atoms, asserted)
            finally:
                for fact in asserted:
                    host.retract_fact(_NAME, fact)
        except _FAULTS as error:
            raise NetworkError(
                f"durable_rules refused an atom ({error}): its host was thrown away, try again"
            ) from error
        fired = frozenset(self._fired)
        if len(fired) != len(self._fired) or host.get_facts(_NAME) or host.get_state(_NAME) != _CLEAN_STATE:
            raise NetworkError(
                "durable_rules left a fact behind or lost an action: its host was thrown away, try again"
            )
        self._host = host
        return fired

    def _assert_all(self, host: Any, atoms: list[str], asserted: list[dict[str, str]]) -> None:
        """Assert the atoms one at a time, and then those that the fired rules yield, until nothing new fires."""
        known = set(atoms)
        waiting = list(reversed(atoms))
        while waiting:
            before = len(self._fired)
            fact = self._fact(waiting.pop())
            asserted.append(fact)
            host.assert_fact(_NAME, fact)
            for rule_id in self._fired[before:]:
                new = [atom for atom in self._ruleset.yields.get(rule_id, ()) if atom not in known]
                known.update(new)
                waiting.extend(new)

    def _new_host(self) -> Any:
        if self._hosts == MAX_HOSTS:
            raise NetworkError(
                f"durable_rules lost {MAX_HOSTS} hosts in this process: restart the worker, or use `clips`"
            )
        self._hosts += 1
        rules = {}
        # Rules get names of our own too: an author's id would be read by the C code's JSON parser.
        for number, (rule_id, atoms) in enumerate(self._ruleset.needs.items()):
            matches = [{f"m{place}": {"$and": _equals(self._fact(atom))}} for place, atom in enumerate(atoms)]
            rules[f"r{number}"] = {"all": matches, "run": _recorder(self._fired, rule_id)}
        host = _QuietHost()
        if rules:
            host.register_rulesets({_NAME: rules})
        return host

    def _fact(self, atom: str) -> dict[str, str]:
        return {"ns": f"n{self._ruleset.namespace(atom)}", "t": atom}


def _equals(fact: dict[str, str]) -> list[dict[str, str]]:
    return [{key: value} for key, value in fact.items()]


def _recorder(fired: list[str], rule_id: str) -> Callable[[Any], None]:
    """Make a rule's action. The library wants a plain function of one argument."""

    def record(_closure: Any) -> None:
        fired.append(rule_id)

    return record
