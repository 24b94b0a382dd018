"""Write engine/plans/data/read_data.xz: which API operations Terraform's AWS provider calls for each data source.

    .venv/bin/python scripts/refresh_data_sources.py [PATTERN]

Each is read for real, by the provider that is installed (tests/terraform/installed.py), with made-up arguments, from a
server that has whatever it is asked for (tests/terraform/answering.py): once with what it must be given alone, and once
with each further argument. The provider's log tells which read made which calls. Takes some minutes. With a pattern
those data sources alone are read again, and the rest stays as it was recorded.
"""

import json
import lzma
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.terraform.answering import NAME, answering
from tests.terraform.asking import Way, guesses, needed_besides, one_of, ways, written
from tests.terraform.installed import missing
from tests.terraform.runs import PROVIDER, environment
from whydenied.engine.messages.operations import service_named
from whydenied.engine.plans.data_sources import Recording, reads_of_resource, recording
from whydenied.engine.plans.operations import Operation, write_line

TARGET = Path(__file__).parent.parent / "engine" / "plans" / "data" / "read_data.xz"
_SETTINGS = PROVIDER.replace("skip_requesting_account_id  = true", "max_retries = 3")
_SOURCE = "what the provider called, reading with made-up arguments (scripts/refresh_data_sources.py)"
_CONTEXT = re.compile(r'data "(?P<kind>\w+)" "r(?P<at>\d+)"')
_BROKEN = re.compile("(?i)plugin did not respond|request cancelled")
_NO_ARGUMENT = "Invalid or unknown key"
# Services as the SDK names them that no table of names has, with their IAM prefix.
_PREFIXES = {"QLDB": "qldb", "Resource Groups Tagging API": "tag"}
_ROUNDS = 6
# How many data sources Terraform checks in one run: with many more it takes longer for each.
_AT_ONCE = 2_000
Schemas = Mapping[str, Mapping[str, Any]]
Reads = list[tuple[Way, Mapping[str, str]]]
Values = dict[str, dict[str, str]]


class Terraform:
    """Terraform in a folder, with the provider's plugin, against the server of an address."""

    def __init__(self, top: Path, address: str) -> None:
        self._folder = top / "run"
        self._folder.mkdir()
        self._log = top / "log"
        self._environment = environment(self._folder, address, NAME)
        self._write(())
        self._run("init")

    @property
    def version(self) -> str:
        """The provider's, as `5.100.0`."""
        (found,) = json.loads(self._run("version", "-json"))["provider_selections"].values()
        return str(found)

    def schemas(self) -> Schemas:
        """Return the schema of every data source."""
        (provider,) = json.loads(self._run("providers", "schema", "-json"))["provider_schemas"].values()
        return {kind: one["block"] for kind, one in provider["data_source_schemas"].items()}

    def faults(self, reads: Reads) -> Iterator[tuple[int, str, str]]:
        """Yield what is wrong with reads: its number, the line, the words."""
        for start in range(0, len(reads), _AT_ONCE):
            self._write(
                written(way, f"r{start + at}", values) for at, (way, values) in enumerate(reads[start:][:_AT_ONCE])
            )
            for one in json.loads(self._run("validate", "-json"))["diagnostics"]:
                snippet = one.get("snippet") or {}
                found = _CONTEXT.search(snippet.get("context") or snippet.get("code", ""))
                if one["severity"] == "error":
                    assert found, one
                    yield int(found["at"]), snippet["code"].strip(), f"{one['summary']} {one.get('detail', '')}"

    def read(self, reads: Reads) -> dict[str, tuple[list[str], str]]:
        """Return for each type what was called, and why it failed, "" where it did not. reads: one of each type.

        One is read after the other: where the plugin breaks down over an answer, it is the last that was begun, and the
        rest are read again."""
        found: dict[str, tuple[list[str], str]] = {}
        while reads:
            done, broken = self._plan(reads)
            calls: dict[str, list[str]] = {way.kind: [] for way, _ in reads}
            last = ""
            for last, call in called(self._log):
                calls[last] += [call] if call and call not in calls[last] else []
            if broken:
                done.setdefault(last, "the plugin broke down")
            assert done or not broken, "nothing was read"
            found |= {kind: (calls[kind], why) for kind, why in done.items()}
            reads = [one for one in reads if one[0].kind not in done] if broken else []
        return found

    def _plan(self, reads: Reads) -> tuple[dict[str, str], bool]:
        """Return of the types that were read why they failed, and whether the plugin broke down."""
        self._write(written(way, "r0", values) for way, values in reads)
        self._log.unlink(missing_ok=True)
        printed = self._run("plan", "-json", "-input=false", "-parallelism=1", log=True)
        done, broken = {}, False
        for one in map(json.loads, printed.splitlines()):
            if one["type"] == "apply_complete":
                done[one["hook"]["resource"]["resource_type"]] = ""
            elif one["@level"] == "error":
                words = f"{one['diagnostic']['summary']} {one['diagnostic']['detail']}"
                broken = broken or bool(_BROKEN.search(words))
                address = one["diagnostic"].get("address", "")
                if address and not _BROKEN.search(words):
                    done[address.split(".")[1]] = words
        return done, broken

    def _write(self, reads: Iterable[str]) -> None:
        """Write each read into a file of its own: Terraform reads the file again for each message about it."""
        for old in self._folder.glob("*.tf"):
            old.unlink()
        (self._folder / "main.tf").write_text(_SETTINGS)
        for at, text in enumerate(reads):
            (self._folder / f"r{at}.tf").write_text(text)

    def _run(self, *command: str, log: bool = False) -> str:
        more = {"TF_LOG": "JSON", "TF_LOG_PATH": str(self._log)} if log else {}
        done = subprocess.run(
            ["terraform", *command],
            cwd=self._folder,
            env=self._environment | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=3600,
        )
        return done.stdout


def called(log: Path) -> Iterator[tuple[str, str]]:
    """Yield type and call of a log of Terraform's, in order; "" for no call where a read begins."""
    with log.open() as lines:
        for line in lines:
            said = json.loads(line) if '"ReadDataSource"' in line else {}
            kind = said.get("tf_data_source_type")
            if kind:
                sent = said["@message"] == "HTTP Request Sent"
                yield kind, f"{said['rpc.service']}:{said['rpc.method']}" if sent else ""


def settled(terraform: Terraform, schemas: Schemas) -> Reads:
    """Return the ways whose arguments the provider takes, after some guessing, with their values."""
    values = {
        kind: {name: guesses(one, name)[0] for way in ways(kind, one) for name in way.arguments}
        for kind, one in schemas.items()
    }
    left = [way for kind, one in schemas.items() for way in ways(kind, one)]
    tried: set[tuple[str, str]] = set()
    for _ in range(_ROUNDS):
        wrong: dict[tuple[str, str], tuple[Way, str]] = {}
        bad: set[int] = set()
        more: dict[int, Way] = {}
        for at, line, words in terraform.faults([(way, values[way.kind]) for way in left]):
            way = left[at]
            named = _named(way, line, values[way.kind])
            besides = [name for name in needed_besides(words) if name not in way.arguments]
            if besides and all(name in values[way.kind] for name in besides):
                more[at] = way._replace(arguments=(*way.arguments, *besides))
            elif named and (way.kind, named) not in tried and not words.startswith(_NO_ARGUMENT):
                wrong.setdefault((way.kind, named), (way, words))
            else:
                bad.add(at)
        left = [more.get(at, way) for at, way in enumerate(left) if at not in bad]
        tried |= {*wrong}
        for (kind, name), value in _found(terraform, schemas, wrong, values):
            values[kind][name] = value
        if not wrong and not bad and not more:
            break
    return [(way, values[way.kind]) for way in left]


def _named(way: Way, line: str, values: Mapping[str, str]) -> str:
    """Return the argument that a line of the configuration is of, "" for none."""
    name = line.partition(" ")[0]
    if name in way.arguments:
        return name
    return next((one for one in way.arguments if re.search(rf"(?m)^{re.escape(name)} ", values[one])), "")


def _found(
    terraform: Terraform, schemas: Schemas, wrong: Mapping[tuple[str, str], tuple[Way, str]], values: Values
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield for arguments that were not taken a value that is."""
    trials = [
        (way, {**values[kind], name: guess}, name)
        for (kind, name), (way, words) in wrong.items()
        for guess in (one_of(words, schemas[kind], name)[:2] or guesses(schemas[kind], name))
    ]
    if not trials:
        return
    refused = {
        at
        for at, line, _ in terraform.faults([one[:2] for one in trials])
        if _named(trials[at][0], line, trials[at][1]) in (trials[at][2], "")
    }
    done = set()
    for at, (way, given, name) in enumerate(trials):
        if at not in refused and (way.kind, name) not in done:
            done.add((way.kind, name))
            yield (way.kind, name), given[name]


def packed(read: Iterable[tuple[str, str, list[str], str]]) -> dict[str, dict[str, str]]:
    """Return by type and argument what is called. read: of each way to read one its type, the further argument, the
    calls, and why it failed.

    Where no way was read to its end, what the resource of the name reads is added to what was seen."""
    by_kind: dict[str, list[tuple[str, frozenset[Operation], str]]] = {}
    for kind, further, calls, why in read:
        by_kind.setdefault(kind, []).append((further, frozenset(map(operation_of_call, calls)), why))
    table = {}
    for kind, every in sorted(by_kind.items()):
        whole = {further: calls for further, calls, why in every if not why}
        if not whole:
            most = max((calls for _, calls, _ in every), key=len)
            whole = {"": most | frozenset(reads_of_resource(kind))}
        usual = whole.get("", Counter(whole.values()).most_common(1)[0][0])
        others = {name: calls for name, calls in whole.items() if calls != usual}
        table[kind] = {name: write_line(calls) for name, calls in ({"": usual} | others).items()}
    return table


def operation_of_call(call: str) -> Operation:
    """Return the operation of a call as the SDK names it, `Elastic Load Balancing v2:DescribeRules`."""
    service, _, name = call.partition(":")
    prefix = _PREFIXES.get(service) or service_named(service)
    assert prefix, f"no IAM prefix is known for `{service}`"
    return Operation(prefix, name)


def recorded(only: str = "") -> Recording:
    """Return what is called. only: a pattern of the data sources, "" for all."""
    with tempfile.TemporaryDirectory() as top, answering() as address:
        terraform = Terraform(Path(top), address)
        reads = settled(terraform, {kind: one for kind, one in terraform.schemas().items() if re.search(only, kind)})
        found = []
        while reads:
            turn = list({way.kind: (way, values) for way, values in reversed(reads)}.values())
            reads = [one for one in reads if one not in turn]
            read = terraform.read(turn)
            found += [(way.kind, way.further, *read[way.kind]) for way, _ in turn]
        return Recording(_SOURCE, terraform.version, packed(found))


def main() -> None:
    """Read data sources and write what was called."""
    assert not missing(), missing()
    only = "".join(sys.argv[1:2])
    new, old = recorded(only), recording()
    assert not only or new.provider == old.provider, f"recorded with {old.provider}: read all again with {new.provider}"
    calls = old.calls | new.calls if only else new.calls
    text = msgspec.json.encode(msgspec.structs.replace(new, calls=dict(sorted(calls.items()))))
    TARGET.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    changed = [kind for kind in calls if calls[kind] != old.calls.get(kind)]
    print(
        f"{TARGET.stat().st_size} bytes, {len(new.calls)} read, {len(changed)} changed: {' '.join(changed)}".rstrip(
            ": "
        )
    )


if __name__ == "__main__":
    main()
