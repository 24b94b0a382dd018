"""Rules: facts to causes, by forward chaining over the content's rules.

The order of things: `compile` checks the causes' rules and gives each condition an atom; a network
(`durable_network`, `clips_network`, `count_network`; chosen in `network`) says which rules fire on a set of atoms;
`session` turns facts into atoms, asks the network, and says what follows and why (`provenance`, `ranking`). Importing
this package loads no rule library.
"""

from whydenied.engine.rules.compile import RuleSet, compile_rules
from whydenied.engine.rules.model import Condition, Derived, Rule, Verdict
from whydenied.engine.rules.network import Network, make_network
from whydenied.engine.rules.session import Conclusions, Session

__all__ = [
    "Conclusions",
    "Condition",
    "Derived",
    "Network",
    "Rule",
    "RuleSet",
    "Session",
    "Verdict",
    "compile_rules",
    "make_network",
]
