"""Bytes that are led by what code they reach (atheris), for what reads bytes and single texts.

python -m fuzz.guided TARGET SECONDS SEED
"""

import sys

import atheris

with atheris.instrument_imports(include=["movilidad.sources", "movilidad.quality.readers", "movilidad.model"]):
    from fuzz import texts
    from fuzz.contracts import checker
    from fuzz.documents import json_bytes, xml_bytes
    from fuzz.tables import check_raw_csv

NAMES = ("csv", "json", "xml", "contrato", "numero", "fecha", "instante", "cui")
_OF_TEXT = {
    "numero": texts.check_number,
    "fecha": texts.check_date,
    "instante": texts.check_instant,
    "cui": texts.check_cui,
}


def _one_input(name: str) -> object:
    """What is done with each input of a target."""
    if name == "contrato":
        import tempfile
        from pathlib import Path

        check = checker(Path(tempfile.mkdtemp(prefix="movilidad-")))
        return lambda content: check(("tu_empleo", content.decode("utf-8", "replace")))
    if name in _OF_TEXT:
        return lambda content: _OF_TEXT[name](content.decode("utf-8", "replace") or "0")
    return {"csv": check_raw_csv, "json": json_bytes, "xml": xml_bytes}[name]


if __name__ == "__main__":
    target, seconds, seed = sys.argv[1:4]
    options = [f"-max_total_time={seconds}", f"-seed={seed}", "-rss_limit_mb=2048", "-timeout=20", "-max_len=600"]
    atheris.Setup([sys.argv[0], *options, "-verbosity=1"], _one_input(target))
    atheris.Fuzz()
