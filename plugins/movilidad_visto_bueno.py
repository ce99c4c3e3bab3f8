"""Asks people in Airflow's pages whether a draft may come out. No worker is held while they think."""

from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowSkipException

from movilidad.publishing.approval import OPTIONS
from movilidad.publishing.signatories import Signatories

_NOTE = Param(
    "",
    type=["string", "null"],
    maxLength=600,
    title="Nota",
    description_md="Solo con «Publicar con nota». Se imprime tal cual, para los lectores.",
)


class SignOff(HITLOperator):
    """Waits for a decision about the draft; skipped when there is nothing to decide.

    Args:
        rules: who may decide, and until when.
        first: the task in which the first of two persons answers; empty for that task itself.
    """

    def __init__(self, *, rules: Signatories, first: str = "", **arguments: Any) -> None:
        offered = [name for name in OPTIONS if not (first and name == "Publicar con nota")]
        super().__init__(
            subject="¿Publicar {{ ti.xcom_pull(task_ids='auditar') }}?",
            body="{{ ti.xcom_pull(task_ids='decidir') }}",
            options=offered,
            defaults=[rules.default],
            response_timeout=rules.term,
            execution_timeout=None,
            assigned_users=[{"id": each.usuario, "name": each.cargo} for each in rules.firmantes] or None,
            params={} if first else {"nota": _NOTE},
            **arguments,
        )
        self.first = first

    def execute(self, context: Any) -> Any:
        """Tell those who decide, then wait."""
        from movilidad.alerts.desk_pages import release_page, within_airflow
        from movilidad.alerts.signing import ask
        from movilidad.publishing.answers import first_said
        from movilidad_airflow import now, safe_errors
        from movilidad_avisos import airflow_address, connections

        pull = context["ti"].xcom_pull
        if not self.body:
            raise AirflowSkipException("Todo está dentro de lo tolerado: no hace falta visto bueno.")
        if self.first:
            seconded = first_said(pull(task_ids=self.first))
            if not seconded:
                raise AirflowSkipException("La primera firma no publica: no hace falta otra.")
            self.body = f"{seconded}\n\n{self.body}"
        release, airflow = pull(task_ids="auditar"), airflow_address()
        draft = within_airflow(airflow, release_page(release))
        self.body = f"[Ver el borrador en la mesa]({draft})\n\n{self.body}"
        address = self.generate_link_to_ui_from_context(context=context, base_url=airflow)
        with safe_errors():
            ask(release, address, now(), connections, second=bool(self.first), airflow=airflow)
        return super().execute(context)


def signatures(decided: Any, rules: Signatories) -> list[Any]:
    """What was answered: of one person, or of two, one after the other, where the rule says so."""
    first = SignOff(task_id="visto_bueno", task_display_name="Visto bueno", rules=rules)
    decided >> first
    if not rules.dos_personas:
        return [first.output]
    second = SignOff(
        task_id="segundo_visto_bueno", task_display_name="Segundo visto bueno", rules=rules, first="visto_bueno"
    )
    first >> second
    return [first.output, second.output]
