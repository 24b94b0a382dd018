"""Real runs of a module, made, changed and taken away: the plan of each, and the calls that were made for it."""

import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from tests.terraform.call import Call
from tests.terraform.enforcing import ADMIN, Aws
from tests.terraform.runs import PROVIDER, terraform

__all__ = ["ASIDE", "LOOKED_AT", "MODULES", "Observed", "module_folder", "observe", "prepare"]

MODULES = Path(__file__).parent / "modules"
LOOKED_AT = tuple(sorted(path.stem for path in MODULES.glob("*.tf") if not path.stem.startswith("aside-")))
"""Modules that engine.plans was made with: figures on these say only that nothing got worse."""
ASIDE = tuple(sorted(path.stem for path in MODULES.glob("aside-*.tf")))
"""Modules about types that no other is about, recorded before anything was foreseen for them; docs/plan.md says what
was mended for them since."""

_VARIABLE = 'variable "stage" {\n  default = "1"\n}\n'
_PHASES = (
    ("create", ("-var", "stage=1")),
    ("update", ("-var", "stage=2")),
    ("delete", ("-destroy", "-var", "stage=2")),
)


class Observed(msgspec.Struct):
    """A phase of a module. plan: as `terraform show -json` printed it. seen: the calls while planning and applying.
    error: what Terraform printed where it failed."""

    module: str
    phase: str
    plan: msgspec.Raw
    seen: list[Call]
    error: str = ""


def prepare(top: Path, aws: Aws) -> Path:
    """Return a folder in which Terraform has found its provider; others copy it."""
    base = top / "base"
    base.mkdir(parents=True)
    (base / "main.tf").write_text(PROVIDER)
    done = terraform(base, aws, ADMIN, "init", "-no-color")
    assert done.returncode == 0, done.stderr
    return base


def module_folder(module: str, folder: Path, base: Path) -> Path:
    """Write a module into a new folder, ready to be planned."""
    folder.mkdir()
    (folder / "main.tf").write_text(f"{PROVIDER}{_VARIABLE}{(MODULES / f'{module}.tf').read_text()}")
    with zipfile.ZipFile(folder / "function.zip", "w") as archive:
        archive.writestr("app.py", "def handler(event, context): pass\n")
    shutil.copytree(base / ".terraform/providers", folder / ".terraform/providers", symlinks=True)
    shutil.copy(base / ".terraform.lock.hcl", folder)
    return folder


def observe(modules: Iterable[str], top: Path, aws: Aws, at_once: int = 6) -> Iterator[Observed]:
    """Run modules beside each other, each with a key of its own that may do everything."""
    base = prepare(top, aws)
    named = [(f"AKIAOBSERVED{at:08d}", one, module_folder(one, top / one, base)) for at, one in enumerate(modules)]
    with ThreadPoolExecutor(at_once) as pool:
        for found in pool.map(lambda one: list(_until_stuck(aws, *one)), named):
            yield from found


def _until_stuck(aws: Aws, key: str, module: str, folder: Path) -> Iterator[Observed]:
    try:
        yield from _phases(aws, key, module, folder)
    except subprocess.TimeoutExpired as error:
        yield Observed(module, "stuck", msgspec.Raw(b"null"), [], f"took more than {error.timeout} s")


def _phases(aws: Aws, key: str, module: str, folder: Path) -> Iterator[Observed]:
    for phase, arguments in _PHASES:
        before = len(aws.seen)
        planned = terraform(folder, aws, key, "plan", "-no-color", "-input=false", "-out", "plan.bin", *arguments)
        if planned.returncode:
            yield Observed(module, phase, msgspec.Raw(b"null"), [], planned.stderr)
            return
        shown = terraform(folder, aws, key, "show", "-json", "plan.bin").stdout
        applied = terraform(folder, aws, key, "apply", "-no-color", "-input=false", "plan.bin")
        seen = [call for call in aws.seen[before:] if call.key == key]
        yield Observed(module, phase, msgspec.Raw(shown.encode()), seen, applied.stderr if applied.returncode else "")
        if applied.returncode:
            return
