"""Bits in the manual's words."""

from __future__ import annotations

import pytest

from trapframe.frames import decode


@pytest.mark.parametrize(
    "value, text",
    [
        (0x10AD7, "RF OF IF SF ZF AF PF CF"),
        (0x2, ""),
        (0x3002, "IOPL=3"),
        (0x247502, "ID AC NT IOPL=3 DF TF"),
        (0x1A0002, "VIP VIF VM"),
    ],
)
def test_rflags(value: int, text: str) -> None:
    assert decode.rflags(value) == text


@pytest.mark.parametrize(
    "vector, value, text",
    [
        (14, 0x7, "P W U"),
        (14, 0x15, "P U I"),
        (14, 0x9, "P RSVD"),
        (14, 0x80008060, "PK SS SGX RMP"),
        (13, 0, ""),
        (13, 0x1, "EXT"),
        (13, 0x68, "GDT[0x68]"),
        (11, 0x6D, "LDT[0x68] EXT"),
        (13, 0x6A, "IDT[13]"),
        (10, 0x6B, "IDT[13] EXT"),
        (12, 0x4, "LDT[0x0]"),
        (17, 1, "EXT"),
        (8, 0, ""),
        (21, 3, "ENDBRANCH"),
        (21, 0x8001, "NEAR-RET ENCL"),
    ],
)
def test_error_codes(vector: int, value: int, text: str) -> None:
    assert decode.error(vector, value) == text


def test_debug_registers() -> None:
    assert decode.dr6(0xFFFF0FF0) == ""
    assert decode.dr6(0xFFFF4FF1) == "BS B0"
    assert decode.dr6(0xFFFE07F0) == "RTM BLD"
    assert decode.dr7(0x400) == ""
    assert decode.dr7(0xD0402) == "G0 DR0=W4"
    assert decode.dr7(0x2701) == "L0 LE GE GD DR0=X1"


def test_names_of_vectors_and_exceptions() -> None:
    assert decode.vector_name(14) == "#PF"
    assert decode.vector_name(2) == "NMI"
    assert decode.vector_name(0x41) == "vector 65"
    assert decode.exception(13, 0x6B) == "#GP(IDT[13] EXT)"
    assert decode.exception(13, 0) == "#GP(0)"
    assert decode.exception(6, None) == "#UD"
    assert decode.exception(65, 3) == "vector 65(0x3)"


@pytest.mark.parametrize(
    "name, expected, actual, vector, text",
    [
        ("frame 1.rflags", 0x10AD7, 0xAD7, 14, "RF 0"),
        ("frame 1.handler.rflags", 0xAD7, 0x30D6, 14, "OF 0 IF 0 CF 0 IOPL 3"),
        ("frame 1.error", 0x7, 0x1, 14, "W 0 U 0"),
        ("frame 1.error", 0x6A, 0xD2, 13, "IDT[26]"),
        ("frame 1.vector", 12, 13, 13, "#GP"),
        ("frame 1.dr6", 0xFFFF0FF0, 0xFFFF4FF0, 1, "BS 1"),
        ("frame 1.rsp", 1, 2, 14, ""),
    ],
)
def test_differences(name: str, expected: int, actual: int, vector: int, text: str) -> None:
    assert decode.difference(name, expected, actual, vector) == text
