/*
 * A data breakpoint is met by each instruction that touches a byte of its range in the way of its type: what reads and writes meets one on writes,
 * what only reads doesn't. Which bytes these are is a rule of its own: MOV of a segment register to memory has two, whatever its operand size.
 */

static void enable_sse(void)
{
    write_cr4(read_cr4() | CR4_OSFXSR);
}

#define WRITES LENGTH_1, BREAK_WRITE
#define ACCESSES LENGTH_1, BREAK_ACCESS
#define OPERANDS(X)                                                                                                                  \
    X(inc, "", , D(3), WRITES, "", "inc dword ptr " AT("+0"), "INC of a doubleword, its last byte", HIT)                             \
    X(xchg, "", , D(1), WRITES, "", "xchg " AT("+0") ", ax", "XCHG, its last byte", HIT)                                             \
    X(bts, "", , D(0), WRITES, "", "bts word ptr " AT("+0") ", 1", "BTS", HIT)                                                       \
    X(bt, "", , D(0), WRITES, "", "bt word ptr " AT("+0") ", 1", "BT, which writes nothing", MISS)                                   \
    X(cmp, "", , D(0), WRITES, "", "cmp byte ptr " AT("+0") ", 1", "CMP, which writes nothing", MISS)                                \
    X(cmp_access, "", , D(0), ACCESSES, "", "cmp byte ptr " AT("+0") ", 1", "CMP, on accesses", HIT)                                 \
    X(test, "", , D(0), WRITES, "", "test byte ptr " AT("+0") ", 1", "TEST, which writes nothing", MISS)                             \
    X(lea, "", , D(0), ACCESSES, "", "lea ecx, " AT("+0"), "LEA, which accesses nothing", MISS)                                      \
    X(sete, "", , D(0), WRITES, "", "sete byte ptr " AT("+0"), "SETE", HIT)                                                          \
    X(cmpxchg, "i486", , D(3), WRITES, "", "cmpxchg " AT("+0") ", ecx", "CMPXCHG that finds another value, and writes it back", HIT) \
    X(cmpxchg8b, "cx8", , D(7), WRITES, "", "cmpxchg8b " AT("+0"), "CMPXCHG8B that finds another value, its last byte", HIT)         \
    X(xadd, "i486", , D(1), WRITES, "", "xadd " AT("+0") ", cx", "XADD, its last byte", HIT)                                         \
    X(store_segment, "", , D(1), WRITES, "", ".byte 0x66\nmov word ptr " AT("+0") ", es", "MOV of ES, its last byte", HIT)           \
    X(store_segment_above, "", , D(2), WRITES, "", "mov word ptr " AT("+0") ", es", "MOV of ES, the byte above the word", MISS)      \
    X(smsw, "", , D(1), WRITES, "", "smsw word ptr " AT("+0"), "SMSW, its last byte", HIT)                                           \
    X(smsw_above, "", , D(2), WRITES, "", "smsw word ptr " AT("+0"), "SMSW, the byte above the word", MISS)                          \
    X(sgdt, "", , D(5), WRITES, "", "sgdt " AT("+0"), "SGDT, its last byte", HIT)                                                    \
    X(sgdt_above, "", , D(6), WRITES, "", "sgdt " AT("+0"), "SGDT, the byte above", MISS)                                            \
    X(lfs, "", start.edi = 0, D(3), ACCESSES, "", "lfs di, " AT("+0"), "LFS, its last byte", HIT)                                    \
    X(bound, "", start.eax = 0, D(3), ACCESSES, "", "bound ax, " AT("+0"), "BOUND, the upper bound's last byte", HIT)                \
    X(xlat, "", start.eax = 0xb0b0b001, D(1), ACCESSES, "", "xlatb", "XLAT", HIT)                                                    \
    X(push, "", , S(-1), WRITES, STACK_AWAY, "push eax", "PUSH, its last byte", HIT)                                                 \
    X(push_above, "", , S(0), WRITES, STACK_AWAY, "push eax", "PUSH, the byte above", MISS)                                          \
    X(push_memory, "", , D(3), ACCESSES, "", "push dword ptr " AT("+0"), "PUSH from memory, its last byte", HIT)                     \
    X(push_memory_write, "", , D(0), WRITES, "", "push dword ptr " AT("+0"), "PUSH from memory, on writes", MISS)                    \
    X(pop_write, "", , S(0), WRITES, STACK_AWAY, "pop eax", "POP, on writes", MISS)                                                  \
    X(pop_memory, "", , D(3), WRITES, STACK_AWAY, "pop dword ptr " AT("+0"), "POP to memory, its last byte", HIT)                    \
    X(pushad, "", , S(-32), WRITES, STACK_AWAY, "pushad", "PUSHAD, where EDI goes", HIT)                                             \
    X(pushad_below, "", , S(-33), WRITES, STACK_AWAY, "pushad", "PUSHAD, the byte below", MISS)                                      \
    X(popad, "", , S(0), ACCESSES, STACK_AWAY, "popad", "POPAD, EDI's first byte", HIT)                                              \
    X(popad_above, "", , S(32), ACCESSES, STACK_AWAY, "popad", "POPAD, the byte above", MISS)                                        \
    X(enter, "", , S(-1), WRITES, STACK_AWAY, "enter 16, 0", "ENTER, the frame pointer's last byte", HIT)                            \
    X(pushfd, "", , S(-1), WRITES, STACK_AWAY, "pushfd", "PUSHFD, its last byte", HIT)                                               \
    X(movs_source, "", , D(0), ACCESSES, "", "movsb", "MOVS, its source", HIT)                                                       \
    X(movs_source_write, "", , D(0), WRITES, "", "movsb", "MOVS, its source, on writes", MISS)                                       \
    X(movs_destination, "", , E(3), WRITES, "", "movsd", "MOVS, its destination's last byte", HIT)                                   \
    X(cmps_destination, "", , E(0), ACCESSES, "", "cmpsb", "CMPS, the operand in ES", HIT)                                           \
    X(cmps_write, "", , E(0), WRITES, "", "cmpsb", "CMPS, which writes nothing", MISS)                                               \
    X(scas, "", , E(1), ACCESSES, "", "scasw", "SCAS, its last byte", HIT)                                                           \
    X(stos, "", , E(1), WRITES, "", "stosw", "STOS, its last byte", HIT)                                                             \
    X(lods, "", , D(3), ACCESSES, "", "lodsd", "LODS, its last byte", HIT)                                                           \
    X(rep_stos, "", start.ecx = 2, E(1), WRITES, "", "rep stosb", "REP STOS, the last iteration's byte", HIT)                        \
    X(rep_none, "", start.ecx = 0, E(0), WRITES, "", "rep stosb", "REP STOS with a count of 0", MISS)                                \
    X(fnstcw, "", , D(1), WRITES, "", "fnstcw word ptr " AT("+0"), "FNSTCW, its last byte", HIT)                                     \
    X(fstp, "", , D(9), WRITES, "fninit\nfld1\n", "fstp tbyte ptr " AT("+0"), "FSTP of ten bytes, the last one", HIT)                \
    X(fld, "", , D(9), ACCESSES, "fninit\n", "fld tbyte ptr " AT("+0"), "FLD of ten bytes, the last one", HIT)                       \
    X(fld_above, "", , D(10), ACCESSES, "fninit\n", "fld tbyte ptr " AT("+0"), "FLD of ten bytes, the byte above", MISS)             \
    X(movups, "sse", enable_sse(), D(15), WRITES, "", "movups xmmword ptr " AT("+0") ", xmm0", "MOVUPS, its last byte", HIT)

/* Where the frame of the trap isn't pushed over what was popped, which would be met, too. */
#define POPS(X)                                                                    \
    X(pop, "", , S(3), ACCESSES, STACK_AWAY, "pop eax", "POP, its last byte", HIT) \
    X(leave, "", start.ebp = start.esp - 0x200, S(0), ACCESSES, "", "leave", "LEAVE", HIT)

OPERANDS(DEFINE)
MORE_POPS(DEFINE)

/* The trap of a near CALL is at its target. */
static void call(void)
{
    set_up();
    set_breakpoint(0, S(-1), BREAK_WRITE, LENGTH_1);
    RUN(STACK_AWAY MARK(fault) ".byte 0xe8\n" OVER MARK(after) "nop\n" MARK(target) "nop\n");
}

VARIANTS(OPERANDS(ROW) MORE_POPS(ROW){VARIANT, .name = "call", .about = "data breakpoint: CALL, the return address's last byte", .spec = SPEC,
                                      .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "target", .run = call});
