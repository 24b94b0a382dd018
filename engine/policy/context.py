"""The request context: what is known about one request, by condition key.

Key names ignore case (IAM User Guide, "Condition": "context key names are not case-sensitive"), tag keys inside them
too.
"""

from collections.abc import Iterable, Mapping

from whydenied.engine.errors import InputError, TooLargeError

__all__ = ["MAX_KEYS", "MAX_LENGTH", "MAX_VALUES", "MAX_WORK", "SMALL_WORK", "Context", "Value", "read_context"]

MAX_KEYS = 2_000
MAX_VALUES = 10_000
# Characters of a value; AWS takes no key with longer ones.
MAX_LENGTH = 8_192
# Looks of a pattern at a text, in the whole of one request's work: some 0.3 s. What takes fewer than SMALL_WORK is not
# counted, so that counting costs nothing where it is not needed.
MAX_WORK = 2_000_000
SMALL_WORK = 2_000

Value = str | tuple[str, ...]


class Context:
    """The values of one request's condition keys.

    values: by key in lower case; a string is a single value, a tuple a multivalued key. complete: a key that is not in
    `values` is known to be absent; otherwise it is unknown, unless it is in `absent`. derived: the keys (lower case)
    that were worked out from the caller and not stated. names: lower case to the spelling that was given. Work is
    counted and not timed, so that the same case always ends alike.
    """

    __slots__ = ("_meter", "absent", "complete", "derived", "names", "values")

    def __init__(
        self,
        values: dict[str, Value],
        *,
        complete: bool = True,
        absent: Iterable[str] = (),
        derived: Iterable[str] = (),
        names: dict[str, str] | None = None,
    ) -> None:
        self.values = values
        self.complete = complete
        self.absent = frozenset(absent)
        self.derived = frozenset(derived)
        self.names = names or {}
        self._meter = [0]

    @property
    def work(self) -> int:
        """What comparing has cost so far, with this context and those made of it."""
        return self._meter[0]

    def changed(self, values: dict[str, Value], *, absent: Iterable[str], names: dict[str, str]) -> "Context":
        """Return a context with other values, whose work is counted together with this one's."""
        other = Context(values, complete=self.complete, absent=absent, derived=self.derived, names=names)
        other._meter = self._meter
        return other

    def spend(self, looks: int) -> None:
        """Count work that is not small. Raises TooLargeError where a request takes too much of it."""
        self._meter[0] += looks
        if self._meter[0] > MAX_WORK:
            raise TooLargeError(
                "the patterns and values of this case take too many comparisons; leave out the statements and keys "
                "that have nothing to do with the request"
            )

    def unknown(self, key: str) -> bool:
        """Tell whether nothing is known about a key (lower case): neither a value nor that it is absent."""
        return not self.complete and key not in self.values and key not in self.absent


def read_context(raw: object, *, complete: bool = True) -> Context:
    """Read a mapping of condition keys to a string, number, boolean or a list of those; null means absent.

    Raises InputError for any other shape, TooLargeError beyond 2,000 keys or 10,000 values of one key.
    """
    if raw is None or raw == {}:
        return Context({}, complete=complete)
    if not isinstance(raw, (dict, Mapping)):
        raise InputError("`context` must be an object of condition keys and values")
    if len(raw) > MAX_KEYS:
        raise TooLargeError(f"`context` has {len(raw)} keys; at most {MAX_KEYS} are read")
    values: dict[str, Value] = {}
    names: dict[str, str] = {}
    absent: list[str] = []
    for name, value in raw.items():
        key = str(name).lower()
        names[key] = str(name)
        if value is None:
            absent.append(key)
        elif isinstance(value, str):
            values[key] = _text(name, value)
        elif isinstance(value, (list, tuple)):
            if len(value) > MAX_VALUES:
                raise TooLargeError(f"context key `{name}` has {len(value)} values; at most {MAX_VALUES} are read")
            values[key] = tuple(_text(name, one) for one in value)
        else:
            values[key] = _text(name, value)
    return Context(values, complete=complete, absent=absent, names=names)


def _text(name: object, value: object) -> str:
    if isinstance(value, str):
        if len(value) > MAX_LENGTH:
            raise TooLargeError(
                f"context key `{str(name)[:200]}` has a value of {len(value)} characters; at most {MAX_LENGTH} are read"
            )
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise InputError(f"context key `{name}` must be a string, a number, a boolean or a list of those")
