# What all fakes begin with: the answer to a probe of QEMU's version. They are started in the folder of a run, with its
# ROM in `rom`, and send records to `serial`; see tests/mini.py.
if [ "$1" = --version ]; then
    echo "QEMU emulator version 99.1"
    exit 0
fi

# The record of the ROM's variant, also where a description is asked for (bit 31).
record() {
    set -- $(od -An -tu4 -j65512 -N4 rom)
    dd if=rom bs=4096 skip="$(($1 & 2147483647))" count=1 2>/dev/null | tr -d '\000'
}

through_the_port() { exit 33; }
