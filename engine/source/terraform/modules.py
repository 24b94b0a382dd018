"""Modules as they are called: the blocks of a folder with the values of their variables, and what refers to what."""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import msgspec

from whydenied.engine.source.files import SourceFile, SourceTree
from whydenied.engine.source.names import UNKNOWN, Text
from whydenied.engine.source.terraform.syntax import Block, HclFile, Node, read_hcl
from whydenied.engine.source.terraform.values import Each, Reference, Value, at_most_one, evaluate, instances, text_of

__all__ = ["Module", "Project", "Resource", "is_several", "name_of", "resources", "root_modules"]

# Modules within modules, and modules in all.
_DEPTH = 8
_MODULES = 400
# What names the thing that a block makes, the first that it has.
_NAMES = ("name", "bucket", "function_name", "domain_name", "identifier", "table_name")
_PREFIXES = ("name_prefix", "bucket_prefix")


def is_several(module: "Module", block: Block) -> bool:
    """Tell whether a block makes several things."""
    counted = "count" in block.attributes and not at_most_one(module, block)
    return counted or "for_each" in block.attributes


class Resource(msgspec.Struct, frozen=True):
    """A block as one of its instances."""

    module: "Module"
    block: Block
    each: Each | None

    def value(self, name: str) -> Value | None:
        """Return what an attribute comes to; None where the block does not have it."""
        node = self.block.attributes.get(name)
        return None if node is None else evaluate(self.module, node, self.each)

    @property
    def name(self) -> Text:
        """The name of what it makes; with a prefix the rest is unknown."""
        for attribute in _NAMES:
            if attribute in self.block.attributes:
                return text_of(self.value(attribute) or UNKNOWN)
        for attribute in _PREFIXES:
            if attribute in self.block.attributes:
                return Text((*text_of(self.value(attribute) or UNKNOWN).parts, None))
        return UNKNOWN

    @property
    def key(self) -> str | None:
        """Its key, or number, where it is one of several."""
        return self.each.key if self.each and is_several(self.module, self.block) else None

    @property
    def is_vague(self) -> bool:
        """Whether it is one of several, and not known which."""
        return self.each is None and is_several(self.module, self.block)


class Project:
    """The Terraform files of a tree, each read once."""

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
        self._read: dict[str, HclFile] = {}

    def files(self, folder: str) -> list[HclFile]:
        """Return the files of one folder."""
        return [self.read(file) for file in self.tree.ending(".tf") if file.folder == folder]

    def read(self, file: SourceFile) -> HclFile:
        """Return a file's blocks."""
        if file.path not in self._read:
            self._read[file.path] = read_hcl(file)
        return self._read[file.path]


class Module:
    """A folder's files, called with values. address: `module.a.module.b`, "" for a root module."""

    def __init__(
        self, project: Project, folder: str, address: str, given: dict[str, Value], parents: tuple[str, ...] = ()
    ) -> None:
        self.project = project
        self.folder = folder
        self.address = address
        self.parents = (*parents, folder)
        self._given = given
        self._busy: set[str] = set()
        self.blocks = [block for file in project.files(folder) for block in file.blocks]

    @cached_property
    def calls(self) -> dict[str, list["Module"]]:
        """The modules that it calls from folders of the tree, by the call's name."""
        found: dict[str, list[Module]] = {}
        if len(self.parents) > _DEPTH:
            return found
        for block in self.blocks:
            folder = self._source(block)
            if folder is None or folder in self.parents:
                continue
            name = block.labels[0]
            for each in instances(self, block) or [None]:
                given = {
                    key: evaluate(self, node, each)
                    for key, node in block.attributes.items()
                    if key not in ("source", "version", "for_each", "count", "providers", "depends_on")
                }
                address = ".".join(filter(None, (self.address, "module", name)))
                found.setdefault(name, []).append(Module(self.project, folder, address, given, self.parents))
        return found

    def _source(self, block: Block) -> str | None:
        if block.kind != "module" or not block.labels or "source" not in block.attributes:
            return None
        source = text_of(evaluate(self, block.attributes["source"])).exact or ""
        return _inside(self.folder, source) if source.startswith(".") else None

    def sources(self) -> Iterator[str]:
        """Yield the folders that it calls."""
        yield from (source for source in map(self._source, self.blocks) if source is not None)

    def foreign_calls(self) -> Iterator[tuple[Block, str]]:
        """Yield the calls of modules that are not in the tree, with their source."""
        for block in self.blocks:
            if block.kind == "module" and self._source(block) is None and "source" in block.attributes:
                yield block, text_of(evaluate(self, block.attributes["source"])).exact or ""

    def variable(self, name: str) -> Value:
        """Return a variable's value: as given, else its default."""
        if name in self._given:
            return self._given[name]
        for block in self.blocks:
            if block.kind == "variable" and block.labels == (name,) and "default" in block.attributes:
                return evaluate(self, block.attributes["default"])
        return UNKNOWN

    def local(self, name: str, depth: int = 0) -> Value:
        """Return a local's value."""
        node = self.local_node(name)
        with self.once(f"local.{name}") as is_first:
            return evaluate(self, node, None, depth) if node is not None and is_first else UNKNOWN

    @contextmanager
    def once(self, address: str) -> Iterator[bool]:
        """Tell whether nobody is reading this address already: what is made of itself has no value."""
        is_first = address not in self._busy
        self._busy.add(address)
        try:
            yield is_first
        finally:
            if is_first:
                self._busy.discard(address)

    def local_node(self, name: str) -> Node | None:
        """Return the expression of a local."""
        found = (block.attributes.get(name) for block in self.blocks if block.kind == "locals")
        return next((node for node in found if node is not None), None)

    def output(self, steps: list[str], depth: int = 0) -> Value:
        """Return what a called module puts out: steps are the call's name, maybe a key, and the output's."""
        name, *rest = steps
        names = [step for step in rest if not step.startswith("[")]
        for module in self.calls.get(name, [])[:1]:
            for block in module.blocks:
                if block.kind == "output" and names and block.labels == (names[0],) and "value" in block.attributes:
                    return evaluate(module, block.attributes["value"], None, depth)
        return UNKNOWN

    def reference(self, steps: list[str]) -> Value:
        """Return a reference to a resource or data source, UNKNOWN where there is no such block."""
        data = steps[0] == "data"
        kind, labels, rest = ("data", steps[1:3], steps[3:]) if data else ("resource", steps[:2], steps[2:])
        block = self.block(kind, tuple(labels))
        if block is None:
            return UNKNOWN
        key = next((step[1:] for step in rest if step.startswith("[")), None)
        return Reference(self, block, key or None, tuple(step for step in rest if not step.startswith("[")))

    def block(self, kind: str, labels: tuple[str, ...]) -> Block | None:
        """Return the block of this kind and these labels."""
        return next((one for one in self.blocks if one.kind == kind and one.labels == labels), None)

    def walk(self) -> Iterator["Module"]:
        """Yield it and every module that it calls, however deep, within a bound."""
        waiting, count = [self], 0
        while waiting and count < _MODULES:
            module = waiting.pop(0)
            count += 1
            yield module
            waiting += [one for called in module.calls.values() for one in called]


def name_of(reference: Reference) -> Text:
    """Return the name behind `aws_iam_role.ci.name`, `.id` or `.bucket`; of an ARN its end is the name."""
    attribute = reference.path[-1] if reference.path else ""
    with reference.module.once(reference.block.address) as is_first:
        # A name that is made of itself is nobody's.
        for each in instances(reference.module, reference.block) if is_first else ():
            if each is None or reference.key in (None, each.key):
                name = Resource(reference.module, reference.block, each).name
                return Text((None, *name.parts)) if attribute in ("arn", "url") else name
    return UNKNOWN


def resources(module: Module, *types: str) -> Iterator[Resource]:
    """Yield every instance of the resources of these types; one whose keys are not known comes once, without."""
    for block in module.blocks:
        if block.kind == "resource" and block.labels[:1] and block.labels[0] in types:
            for each in instances(module, block) or [None]:
                yield Resource(module, block, each)


def root_modules(tree: SourceTree) -> list[Module]:
    """Return each folder that no other folder calls, once for each file of variables that may go with it.

    The last of a folder's has variables of which nothing is known: they may be given on the command line too."""
    project = Project(tree)
    folders = {file.folder for file in tree.ending(".tf")}
    plain = {folder: Module(project, folder, "", {}) for folder in sorted(folders)}
    called = {source for module in plain.values() for source in module.sources()}
    found: list[Module] = []
    for folder, module in plain.items():
        if folder not in called:
            found += [Module(project, folder, "", given) for given in (*_variables(module), _anything(module))]
    return found


def _variables(module: Module) -> Iterator[dict[str, Value]]:
    """Yield the sets of values: the files that are always read, and with them each other file below the folder."""
    always: dict[str, Value] = {}
    others: list[SourceFile] = []
    prefix = f"{module.folder}/" if module.folder else ""
    for file in module.project.tree.ending(".tfvars"):
        if not file.path.startswith(prefix):
            continue
        name = file.path.removeprefix(prefix)
        if name == "terraform.tfvars" or (name.endswith(".auto.tfvars") and "/" not in name):
            always.update(_values(module, file))
        else:
            others.append(file)
    yield always
    for file in others[:20]:
        yield {**always, **_values(module, file)}


def _anything(module: Module) -> dict[str, Value]:
    return {block.labels[0]: UNKNOWN for block in module.blocks if block.kind == "variable" and block.labels}


def _values(module: Module, file: SourceFile) -> dict[str, Value]:
    return {name: evaluate(module, node) for name, node in module.project.read(file).attributes.items()}


def _inside(folder: str, source: str) -> str | None:
    path = posixpath.normpath(posixpath.join(folder, source))
    return None if path.startswith("..") else ("" if path == "." else path)
