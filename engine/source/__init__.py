"""The change in the files where it belongs: Terraform, CloudFormation, SAM, the Serverless Framework, the CDK.

Source files are read as text and never run. An edit is made only where one place fits; else what was found is said.
"""

from whydenied.engine.source.cdk import place_in_cdk
from whydenied.engine.source.checked import checked, unreadable
from whydenied.engine.source.cloudformation import place_in_template, templates
from whydenied.engine.source.edit import SourceEdit, Splice, Unplaced, Wanted, changed, unified
from whydenied.engine.source.files import SourceFile, SourceTree, read_tree
from whydenied.engine.source.mentions import mentions
from whydenied.engine.source.serverless import place_in_serverless, serverless_templates
from whydenied.engine.source.terraform.place import place_in_terraform

__all__ = [
    "SourceEdit",
    "SourceFile",
    "SourceTree",
    "Splice",
    "Unplaced",
    "Wanted",
    "changed",
    "place",
    "read_tree",
    "unified",
]


def place(tree: SourceTree, wanted: Wanted) -> SourceEdit | Unplaced:
    """Return where a statement goes in a tree of source files.

    Two tools that both seem to define the owner are not chosen between. Where none does, the nearest miss is told: the
    one that found places, else the first."""
    found = [
        place_in_terraform(tree, wanted),
        place_in_template([*templates(tree), *serverless_templates(tree)], wanted),
        place_in_serverless(tree, wanted),
        place_in_cdk(tree, wanted),
    ]
    edits = [one for one in found if isinstance(one, SourceEdit)]
    misses = [one for one in found if isinstance(one, Unplaced)]
    if len(edits) == 1:
        return checked(tree, edits[0])
    if edits:
        return Unplaced("two tools here define it", tuple(f"{one.path}:{one.line}" for one in edits))
    miss = next((one for one in misses if one.places), None)
    if miss is not None:
        return miss
    broken = tuple(unreadable(tree))
    if broken:
        return Unplaced("nothing here defines it, as far as these files can be read", broken)
    name, places = mentions(tree, wanted)
    if places:
        return Unplaced(f"no file that is edited here defines it, but `{name}` is named", places)
    return Unplaced("nothing here defines it")
