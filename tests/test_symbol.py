"""Names for numbers and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import FRAMES, HEAD, INFO, UNTIMED, sent

from trapframe.frames import symbol
from trapframe.frames.record import parse
from trapframe.frames.symbol import SymbolError

NAMES = symbol.symbols(
    INFO, parse(sent(HEAD.replace("label after", "label also 140000\nlabel after") + FRAMES))
)


@pytest.mark.parametrize(
    "address, code, data, stack",
    [
        (0x140000, "fault+0x0", "fault+0x0", "fault+0x0"),
        (0x140005, "fault+0x5", "fault+0x5", "fault+0x5"),
        (0x140006, "after+0x0", "after+0x0", "after+0x0"),
        (0x140021, "inner_after+0xf", "inner_after+0xf", "inner_after+0xf"),
        (0x140022, "0x140022", "0x140022", "0x140022"),
        (0x13FFFF, "0x13ffff", "0x13ffff", "0x13ffff"),
        (0x40000000, "victim+0x0", "victim+0x0", "victim+0x0"),
        (0x40000FFF, "victim+0xfff", "victim+0xfff", "victim+0xfff"),
        (0x40001000, "0x40001000", "0x40001000", "0x40001000"),
        (0x10FFC0, "rsp0_top-0x0", "rsp0_top-0x0", "rsp0_top-0x0"),
        (0x10F000, "rsp0_top-0xfc0", "rsp0_top-0xfc0", "rsp0_top-0xfc0"),
        (0x110000, "rsp0_top+0x40", "rsp0_top+0x40", "rsp0_top+0x40"),
        (0x110001, "0x110001", "0x110001", "0x110001"),
        (0, "0x0", "0x0", "0x0"),
    ],
)
def test_addresses(address: int, code: str, data: str, stack: str) -> None:
    assert symbol.name_code(NAMES, address) == code
    assert symbol.name_data(NAMES, address) == data
    assert symbol.name_stack_pointer(NAMES, address) == stack


@UNTIMED
@given(
    st.one_of(
        st.integers(0, 2**64 - 1),
        *(st.integers(at - 99, at + 99) for at in (0x140000, 0x10FFC0, 0x40000000)),
    )
)
def test_a_name_means_its_number(address: int) -> None:
    for text in (
        symbol.name_code(NAMES, address),
        symbol.name_data(NAMES, address),
        symbol.name_stack_pointer(NAMES, address),
    ):
        assert symbol.resolve_address(NAMES, text) == address


@UNTIMED
@given(st.integers(0, 0x1FF) | st.integers(0, 2**64 - 1))
def test_a_selectors_name_means_its_number(value: int) -> None:
    assert symbol.resolve_selector(NAMES, symbol.name_selector(NAMES, value)) == value


@pytest.mark.parametrize(
    "value, name",
    [
        (0x2B, "user_code64"),
        (0x28, "user_code64:rpl0"),
        (0x8, "kernel_code64"),
        (0xB, "kernel_code64:rpl3"),
        (0x68, "np_code"),
        (0x0, "0x0"),
        (0x3, "0x3"),
        (0x70, "0x70"),
        (0x1002B, "0x1002b"),
    ],
)
def test_selectors(value: int, name: str) -> None:
    assert symbol.name_selector(NAMES, value) == name


@pytest.mark.parametrize("text", ["nothing+0x0", "fault", "rsp0+0x0", "fault+8", "user_code64"])
def test_unknown_addresses(text: str) -> None:
    with pytest.raises(SymbolError):
        symbol.resolve_address(NAMES, text)


@pytest.mark.parametrize("text", ["nothing", "fault+0x0", "user_code64:rpl4", "rsp0"])
def test_unknown_selectors(text: str) -> None:
    with pytest.raises(SymbolError):
        symbol.resolve_selector(NAMES, text)
