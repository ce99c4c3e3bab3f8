"""Links from the desk to Airflow's pages: where a person does what the desk only shows."""

from dataclasses import dataclass
from urllib.parse import quote

from movilidad.alerts.notice import Link


@dataclass(frozen=True)
class Airflow:
    """Airflow's pages; ``raiz`` is the path under which the browser finds them, without a slash at its end."""

    raiz: str

    def decisions(self, series: str) -> Link:
        """What waits for an answer in the runs of a report."""
        address = f"{self._dag(f'informe_{series}')}/required_actions?response_received=false"
        return Link("Decidir en Airflow", address)

    def report_runs(self, series: str, period: str) -> Link:
        """The runs of a report for a period: to clear tasks, or to see where it is."""
        return Link("Abrir la ejecución en Airflow", self._runs(f"informe_{series}", period))

    def ingestion_runs(self, fuente: str, month: str = "") -> Link:
        """The runs of an ingestion, of a month or of all: to clear tasks, or to start one."""
        return Link("Abrir la ingesta en Airflow", self._runs(f"ingesta_{fuente}", month))

    def backfills(self, fuente: str) -> Link:
        """Where past months of a source are fetched."""
        return Link("Traer meses pasados (Backfill)", f"{self._dag(f'ingesta_{fuente}')}/backfills")

    def monitoring(self) -> Link:
        """The looks at the platforms."""
        return Link("Abrir el monitoreo en Airflow", self._dag("monitoreo_plataformas"))

    def alerting(self) -> Link:
        """What sends the alerts."""
        return Link("Abrir la atención de avisos en Airflow", self._dag("atencion_avisos"))

    def login(self, address: str) -> str:
        """The page on which somebody logs in who then comes back to ``address``."""
        return f"{self.raiz}/api/v2/auth/login?next={quote(address, safe='')}"

    def _runs(self, dag: str, key: str) -> str:
        return f"{self._dag(dag)}/runs" + (f"?partition_key_pattern={quote(key)}" if key else "")

    def _dag(self, dag: str) -> str:
        return f"{self.raiz}/dags/{dag}"
