from personal_values import Wanted

WANTED = Wanted(
    frozenset({"5486270610101"}), frozenset({"ana xol"}), frozenset({"51234567"}), frozenset({"a@b.example"})
)


def test_the_search_for_personal_values_finds_them_in_any_writing() -> None:
    """So that the test that finds none can fail."""
    assert WANTED.kinds_in("la clave 5486 27061 0101 falló") == ["CUI"]
    assert WANTED.kinds_in("Registro de ANA XOL, reintento") == ["nombre"]
    assert WANTED.kinds_in("tel. 5123-4567; a@b.example") == ["teléfono", "correo"]


def test_dates_and_figures_are_no_personal_values() -> None:
    assert WANTED.kinds_in("nada: 2026-10-31, 15,995, 0101") == []
