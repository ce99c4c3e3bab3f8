"""Whether Airflow's server answers and the named parts report themselves healthy: the containers' health check.

    python salud.py http://api-server:8080 [scheduler|dag_processor|triggerer …]

Only the standard library: it starts at once, and often.
"""

import json
import sys
from urllib.request import urlopen


def main() -> int:
    address, *parts = sys.argv[1:]
    try:
        with urlopen(f"{address}/api/v2/monitor/health", timeout=10) as answer:  # noqa: S310 - our own server
            health = json.load(answer)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{address} no responde: {type(error).__name__}\n")
        return 1
    ill = [part for part in parts if health[part]["status"] != "healthy"]
    if ill:
        sys.stderr.write(f"no informan que están bien: {', '.join(ill)}\n")
    return int(bool(ill))


if __name__ == "__main__":
    sys.exit(main())
