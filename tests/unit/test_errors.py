from movilidad.model.errors import DataError, UsageError


def test_an_error_names_source_period_place_rows_and_remedy() -> None:
    error = DataError(
        "falta la columna «cui»",
        source="registro_reclutadores",
        period="2026-10",
        place="trabajadores",
        rows=1234,
        remedy="avise al responsable",
    )
    assert str(error) == (
        "Fuente registro_reclutadores, periodo 2026-10, trabajadores: falta la columna «cui» (1,234 filas)."
        " Qué hacer: avise al responsable."
    )


def test_a_place_alone_keeps_its_letters() -> None:
    assert str(UsageError("no existe", place="mensual/2026-10/r9")) == "mensual/2026-10/r9: no existe."
