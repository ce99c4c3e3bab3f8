"""``python -m movilidad.cli``."""

from movilidad.cli import main

main()
