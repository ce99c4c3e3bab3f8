"""The inventory of all that is installed (SBOM, in CycloneDX), for whoever must know what is in the product."""

import json
import sys
from pathlib import Path

from movilidad.dependencies.outcome import Outcome
from movilidad.dependencies.programs import last_line, run
from movilidad.model import paths
from movilidad.model.atomic import PUBLIC, make_folder
from movilidad.model.errors import UnavailableError

_VERSION = "1.6"


def inventory(file: Path) -> Outcome:
    """Write the inventory, the same bytes for the same packages; a finding if it is not as CycloneDX wants it."""
    make_folder(file.parent, PUBLIC)
    options = ("--pyproject", str(paths.PROJECT / "pyproject.toml"), "--output-reproducible", "--no-validate")
    done = run("cyclonedx-py", "environment", sys.executable, *options, "--sv", _VERSION, "-o", str(file))
    if done.returncode:
        raise UnavailableError(f"cyclonedx-py no pudo hacer el inventario: {last_line(done.stderr)}")
    text = file.read_text(encoding="utf-8")
    summary = f"{len(json.loads(text)['components'])} componentes, CycloneDX {_VERSION}, en {file}"
    return Outcome("Inventario", summary, tuple(faults(text)))


def faults(text: str) -> list[str]:
    """What of an inventory is not as CycloneDX's schema wants it: the place and what is wrong there."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator
    from jsonschema import Draft7Validator

    # the grammar of international addresses takes a minute for those of all packages
    Draft7Validator.FORMAT_CHECKER.checkers.pop("iri-reference", None)
    validator = JsonStrictValidator(SchemaVersion.from_version(_VERSION))
    found = validator.validate_str(text, all_errors=True) or ()
    return [f"{fault.data.json_path}: {fault.data.message}" for fault in found]
