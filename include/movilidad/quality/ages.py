"""Age at departure, which tells an impossible birth date from a possible one."""

import pandas as pd

from movilidad.sources.contracts import Dataset

BIRTH, DEPARTURE, AGE = "fecha_nacimiento", "fecha_salida", "edad_salida"


def has_age(dataset: Dataset, datasets: dict[str, Dataset]) -> bool:
    """Whether the birth date of who departs is known in this dataset or in one that it refers to."""
    return DEPARTURE in dataset.columnas and (
        BIRTH in dataset.columnas or _person_field(dataset, datasets) is not None
    )


def add_age(name: str, frames: dict[str, pd.DataFrame], datasets: dict[str, Dataset]) -> None:
    """Set ``edad_salida``: completed years on the day of departure, missing where either date is."""
    frame, dataset = frames[name], datasets[name]
    if not has_age(dataset, datasets):
        return
    born = frame[BIRTH] if BIRTH in frame else _looked_up(frame, dataset, frames, datasets)
    left = frame[DEPARTURE]
    before_birthday = (left.dt.month * 100 + left.dt.day) < (born.dt.month * 100 + born.dt.day)
    frame[AGE] = (left.dt.year - born.dt.year - before_birthday.astype("float64")).astype("float64")


def _person_field(dataset: Dataset, datasets: dict[str, Dataset]) -> str | None:
    """The reference that leads to a dataset with birth dates."""
    targets = {field: target.partition(".")[0] for field, target in dataset.referencias.items()}
    return next((field for field, name in targets.items() if BIRTH in datasets[name].columnas), None)


def _looked_up(
    frame: pd.DataFrame, dataset: Dataset, frames: dict[str, pd.DataFrame], datasets: dict[str, Dataset]
) -> pd.Series:
    field = _person_field(dataset, datasets) or ""
    name, _, key = dataset.referencias[field].partition(".")
    persons = frames[name][[key, BIRTH]].dropna().drop_duplicates(key)
    born = persons.set_index(key)[BIRTH].reindex(frame[field])
    return pd.Series(born.array, index=frame.index)
