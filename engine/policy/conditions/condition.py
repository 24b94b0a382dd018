"""One condition of a statement: an operator, a key and values, against the context of a request.

Three answers: True, False, and None for "cannot be known from what was given". Source: IAM User Guide, "Condition
operators", "Multivalued context keys" and "...IfExists" (what a missing key means for each).
"""

from collections.abc import Callable, Mapping, Sequence

from whydenied.engine.policy.conditions import NULL, OPERATORS
from whydenied.engine.policy.conditions.operator import Comparison, Operator
from whydenied.engine.policy.context import SMALL_WORK, Context
from whydenied.engine.policy.matching import effort
from whydenied.engine.policy.variables import Template, parse_template

__all__ = ["Condition", "compile_conditions", "split_operator"]

_SET_OPERATORS = ("ForAllValues", "ForAnyValue")
_IF_EXISTS = "IfExists"
# Values, and characters of a value, that are put into a sentence.
_MANY = 12
_LONG = 300
_BOOLEANS = {"true": True, "false": False}


def split_operator(name: str) -> tuple[str, str, bool]:
    """Split an operator as written into set operator (or ""), base name and whether it ends in IfExists."""
    quantifier, colon, base = name.partition(":")
    if not colon or quantifier not in _SET_OPERATORS:
        quantifier, base = "", name
    if base.endswith(_IF_EXISTS) and base != _IF_EXISTS:
        return quantifier, base[: -len(_IF_EXISTS)], True
    return quantifier, base, False


def compile_conditions(raw: object, variables: bool) -> "tuple[Condition, ...] | None":
    """Compile a Condition element; None where its shape is wrong, so that the statement never applies."""
    if raw is None:
        return ()
    if not isinstance(raw, Mapping):
        return None
    tests: list[Condition] = []
    for operator, keys in raw.items():
        if not isinstance(keys, Mapping):
            return None
        for key, values in keys.items():
            tests.append(Condition(str(operator), str(key), values, variables))
    return tuple(tests)


class Condition:
    """A compiled condition.

    operator, key, values: as written (values as text). `evaluate` answers for one request.
    """

    __slots__ = (
        "_absent",
        "_compiled",
        "_effort",
        "_evaluate",
        "_exact",
        "_key",
        "_memo",
        "_operator",
        "_quantifier",
        "_texts",
        "_variables",
        "key",
        "operator",
        "values",
    )

    def __init__(self, operator: str, key: str, values: object, variables: bool) -> None:
        self.operator = operator
        self.key = key
        self._key = key.lower()
        self.values = _texts(values)
        self._quantifier, base, if_exists = split_operator(operator)
        self._operator = OPERATORS.get(base)
        self._texts: Sequence[str] = ()
        self._compiled: list[Comparison | Template | None] | None = None
        self._variables = variables
        # Values that match nothing but their own text: looked up, however many they are.
        self._exact: frozenset[str] = frozenset()
        self._effort = 0
        self._memo: tuple[Context, bool | None] | None = None
        self._evaluate: Callable[[Context], bool | None]
        if base == NULL and not if_exists:
            self._evaluate = self._null
            self._absent = False
            return
        known = self._operator
        self._evaluate = self._compare if known else _never
        self._absent = if_exists or (
            self._quantifier == "ForAllValues" if self._quantifier else bool(known and known.negated)
        )
        if known:
            texts = self.values
            if known.exact is not None and len(texts) > 1:
                plain = [text for text in texts if not _special(text, known.exact)]
                self._exact = frozenset(plain)
                texts = tuple([text for text in texts if _special(text, known.exact)])
            self._texts = texts
            self._effort = known.cost * sum(map(_effort, texts))

    @property
    def _comparisons(self) -> list[Comparison | Template | None]:
        """The comparisons with the values that are not looked up, made when a request first has the key."""
        if self._compiled is None:
            assert self._operator is not None
            self._compiled = [_comparison(self._operator, text, self._variables) for text in self._texts]
        return self._compiled

    def evaluate(self, context: Context) -> bool | None:
        """Tell whether the condition holds; None where that depends on what is not known."""
        return self._evaluate(context)

    def actual(self, context: Context) -> "str | tuple[str, ...] | None":
        """Return the request's value of the key; None where it has none."""
        return context.values.get(self._key)

    def unknown_key(self, context: Context) -> str | None:
        """Return the key, as written, that must be known before the condition can be answered."""
        if context.unknown(self._key):
            return self.key
        for comparison in self._comparisons if self._operator else ():
            if isinstance(comparison, Template) and (key := comparison.unknown(context)):
                return context.names.get(key, key)
        return None

    def phrase(self) -> str:
        """Say the condition in words: `aws:SourceIp is in 10.0.0.0/8`."""
        values = _listed(self.values) or "nothing"
        if self._evaluate == self._null:
            return f"{self.key} is {'absent' if 'true' in self.values else 'present'}"
        if self._operator is None:
            return f"{self.key} {self.operator} {values}"
        many = {"": "", "ForAllValues": "every value of ", "ForAnyValue": "any value of "}[self._quantifier]
        optional = ", where it is present," if self.operator.endswith(_IF_EXISTS) else ""
        return f"{many}{self.key}{optional} {self._operator.words} {values}"

    def _null(self, context: Context) -> bool | None:
        wanted = {_BOOLEANS.get(text.lower()) for text in self.values}
        if context.unknown(self._key):
            # Both are a tautology, neither is a contradiction: then it does not matter.
            return None if len(wanted & {True, False}) == 1 else True in wanted
        return (context.values.get(self._key, ()) == ()) in wanted

    def _compare(self, context: Context) -> bool | None:
        value = context.values.get(self._key)
        if value is None:
            return self._whatever(context) if context.unknown(self._key) else self._absent
        if not self._quantifier:
            if isinstance(value, tuple):
                return False
            return self._once(context, (value,)) if self._effort > SMALL_WORK else self._one(value, context)
        values = value if isinstance(value, tuple) else (value,)
        if not values:
            return self._absent
        if len(values) * self._effort > SMALL_WORK:
            return self._once(context, values)
        return self._quantified(values, context)

    def _whatever(self, context: Context) -> bool | None:
        """Answer for a key that is not known, where no value of it makes a difference: one of the policy's values is
        `*`, or none can match anything (they are no values, or variables without one). None where it might."""
        assert self._operator is not None
        negated = self._operator.negated
        if self._quantifier and "*" in (self._operator.exact or "") and any(map(_only_stars, self._texts)):
            # Every value that the key can have matches.
            return self._absent if self._absent is not negated else None
        if self._exact or len(self._texts) > _MANY or (negated and not self._quantifier):
            return None
        present = negated
        if negated and None in self._comparisons:
            # A value that cannot be read spoils an inverted condition, whatever the others are.
            return None if self._absent else False
        for comparison in self._comparisons:
            if isinstance(comparison, Template):
                if comparison.unknown(context) or comparison.resolve(context) is not None:
                    return None
            elif comparison is not None:
                return None
            else:
                present = False
        return present if present is self._absent else None

    def _quantified(self, values: tuple[str, ...], context: Context) -> bool | None:
        answers = [self._one(one, context) for one in values]
        decisive = self._quantifier == "ForAnyValue"
        if decisive in answers:
            return decisive
        return None if None in answers else not decisive

    def _once(self, context: Context, values: tuple[str, ...]) -> bool | None:
        """Compare what takes more than a little work, count it, and remember the answer for this request."""
        memo = self._memo
        if memo is None or memo[0] is not context:
            # Making the comparisons costs as much as using them a few times.
            context.spend(self._effort * (3 + sum(1 + len(one) // 64 for one in values)))
            answer = self._quantified(values, context) if self._quantifier else self._one(values[0], context)
            memo = self._memo = (context, answer)
        return memo[1]

    def _one(self, actual: str, context: Context) -> bool | None:
        """Compare one request value with all policy values: any of them, or none of them under a negated operator."""
        assert self._operator is not None
        negated = self._operator.negated
        if actual in self._exact:
            return not negated
        unknown = False
        for comparison in self._comparisons:
            if isinstance(comparison, Template):
                if comparison.unknown(context):
                    if not _is_of_type(self._operator, actual):
                        return False  # whatever the variable's value is: nothing compares with this one
                    unknown = True
                    continue
                comparison = _resolved(self._operator, comparison, context)
            # A value that cannot be read never matches, so under a negated operator it spoils the whole condition.
            answer = comparison(actual) if comparison is not None else None
            if negated:
                if answer is not False:
                    return False
            elif answer:
                return True
        return None if unknown else negated


def _effort(text: str) -> int:
    """Return what a policy value may cost for 64 characters of a request's value."""
    looks = effort(text)
    return 1 if looks == 1 else 64 * looks


def _listed(values: Sequence[str]) -> str:
    """Join values with `or`, as many and as much of each as anybody reads."""
    shown = [value if len(value) <= _LONG else f"{value[:_LONG]}..." for value in values[:_MANY]]
    more = [f"{len(values) - _MANY} more"] if len(values) > _MANY else []
    return " or ".join((*shown, *more))


def _special(text: str, marks: str) -> bool:
    """Tell whether a value may match more than its own text: it holds a variable or one of some characters."""
    return "${" in text or any(mark in text for mark in marks)


def _only_stars(text: str) -> bool:
    return bool(text) and not text.strip("*")


def _never(_context: Context) -> bool:
    return False


def _resembles_null(_actual: str) -> bool:
    """Compare with a variable that has no value: nothing equals or resembles it."""
    return False


def _comparison(operator: Operator, text: str, variables: bool) -> Comparison | Template | None:
    template = parse_template(text) if variables and operator.variables else None
    if template is None:
        return operator.compile([(text, False)])
    return None if template.broken else template


def _is_of_type(operator: Operator, actual: str) -> bool:
    """Tell whether a request's value is one that the operator's family can compare at all."""
    comparison = operator.compile([(operator.sample, True)])
    return comparison is None or comparison(actual) is not None


def _resolved(operator: Operator, template: Template, context: Context) -> Comparison | None:
    fragments = template.resolve(context)
    return _resembles_null if fragments is None else operator.compile(fragments)


def _texts(values: object) -> tuple[str, ...]:
    """Read the values of a condition: a string, number or boolean, or a list of those; anything else is left out."""
    found = values if isinstance(values, list) else [values]
    return tuple(
        one if isinstance(one, str) else ("true" if one else "false") if isinstance(one, bool) else str(one)
        for one in found
        if isinstance(one, (str, bool, int, float))
    )
