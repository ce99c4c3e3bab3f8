import pytest

from movilidad.model.identifiers import CuiStatus, cui_status, is_valid_nit


@pytest.mark.parametrize(
    ("cui", "status"),
    [
        ("5486270610101", CuiStatus.OK),  # the prefix 54862706 has check digit 1
        ("5486 27061 0101", CuiStatus.OK),
        ("5486270611333", CuiStatus.OK),  # Petatán
        ("5486270610514", CuiStatus.OK),  # Sipacate
        ("5486270611334", CuiStatus.UNKNOWN_PLACE),
        ("5486270620101", CuiStatus.WRONG_CHECK_DIGIT),
        ("548627061010", CuiStatus.MALFORMED),
        ("54862706A0101", CuiStatus.MALFORMED),
        ("٥486270610101", CuiStatus.MALFORMED),
        ("", CuiStatus.EMPTY),
        (None, CuiStatus.EMPTY),
        ("   ", CuiStatus.EMPTY),
    ],
)
def test_a_cui_is_judged_by_form_check_digit_and_place(cui: str | None, status: CuiStatus) -> None:
    assert cui_status(cui) is status


def test_a_prefix_whose_remainder_is_ten_fits_no_check_digit() -> None:
    # 5 × 2 = 10, all other digits 0
    assert all(cui_status(f"50000000{check}0101") is CuiStatus.WRONG_CHECK_DIGIT for check in range(10))


def test_a_nit_may_end_in_k() -> None:
    assert is_valid_nit("576937-K")
    assert is_valid_nit("7108-0")
    assert not is_valid_nit("8977112-0")
    assert not is_valid_nit(None)
