/* WRMSR of a value, and whether the register has kept the one before. */
static struct {
    uint32_t msr;
    uint64_t before;
} written;

static void note_kept(void)
{
    note("kept", read_msr(written.msr) == written.before);
}

static void write(uint32_t msr, uint64_t value)
{
    written.msr = msr;
    written.before = read_msr(msr);
    start.rcx = msr;
    start.rax = (uint32_t)value;
    start.rdx = value >> 32;
    at_end(note_kept);
    FAULT("wrmsr");
}
