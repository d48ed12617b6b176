/*
 * The boundary that each kind of operand needs, table "Alignment Requirements by Data Type": the size of a number, but 8 for an extended
 * one; 2 for a far pointer of 32 bits, 4 for one of 48 and for a table register's image; 16 or #GP for 128 bits.
 */
#include <case.h>

/* Runs at CPL 3 with AM=1 and AC=1; RBX is `offset` behind a 16-byte boundary, and is RSI and RDI too. */
static void set_up(uint64_t offset)
{
    uintptr_t page = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);

    in_user_mode();
    start.rbx = start.rsi = page + 0x40 + offset;
    start.rdi = page + 0x80;
    record_memory("operand", (uint8_t *)frame_of(page) + 0x40, 32);
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
}

#define ACCESS(name, instruction) \
    static void name(void)        \
    {                             \
        set_up(ARG0);             \
        FAULT(instruction);       \
    }

ACCESS(mov_dword, "mov eax, [rbx]")
ACCESS(mov_qword, "mov rax, [rbx]")
ACCESS(lock_add, "lock add [rbx], eax")
ACCESS(fld_single, "fld dword ptr [rbx]")
ACCESS(fld_double, "fld qword ptr [rbx]")
ACCESS(fld_extended, "fld tbyte ptr [rbx]")
ACCESS(fldcw, "fldcw [rbx]")
ACCESS(fldenv, "fldenv [rbx]")
ACCESS(movq, "movq mm0, [rbx]")
ACCESS(movsd, "movsd xmm0, [rbx]")
ACCESS(movss, "movss xmm0, [rbx]")
ACCESS(bt, "bt dword ptr [rbx], 1")
ACCESS(lfs, "lfs eax, [rbx]")
ACCESS(movs, "movsd")
ACCESS(movups, "movups xmm0, [rbx]")
ACCESS(fxsave, "fxsave [rbx]")

static void movs_destination(void)
{
    set_up(0);
    start.rdi += ARG0;
    FAULT("movsd");
}

/* Every element is as misaligned as the first. */
static void rep_movs(void)
{
    set_up(ARG0);
    start.rcx = 4;
    FAULT("rep movsd");
}

static void sgdt(void)
{
    set_up(ARG0);
    FAULT("sgdt [rbx]");
}

static void cmpxchg16b(void)
{
    set_up(ARG0);
    FAULT("cmpxchg16b [rbx]");
}

static void pop(void)
{
    set_up(0);
    start.rsp -= 16 - ARG0;
    FAULT("pop rax");
}

static void call(void)
{
    set_up(0);
    start.rsp -= ARG0;
    FAULT("call 1f\n1:");
}

#define AC "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\""
#define ROW(name_, run_, offset, id_, spec_, about_, ...)                                                                                        \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_ " at CPL 3 with AM=1, AC=1", .spec = spec_, .id = id_, .run = run_, .arg = {offset}, __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_AC, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW("dword_1", mov_dword, 1, "ac-dword-plus1", AC, "load of a doubleword from 16n+1", FAULTS),
         ROW("dword_3", mov_dword, 3, "ac-dword-plus3", AC, "load of a doubleword from 16n+3", FAULTS),
         ROW("dword_4", mov_dword, 4, "", AC, "load of a doubleword from 16n+4", PASSES),
         ROW("qword_1", mov_qword, 1, "ac-qword-plus1", AC, "load of a quadword from 16n+1", FAULTS),
         ROW("lock_add", lock_add, 2, "ac-rmw-lock", AC, "LOCK ADD to 16n+2", FAULTS), ROW("pop", pop, 1, "ac-pop", AC, "POP with RSP=16n+1", FAULTS),
         ROW("call", call, 12, "ac-call", AC, "CALL with RSP=16n+4", FAULTS),
         ROW("single", fld_single, 2, "ac-flds", AC, "FLD of a single-precision number at 16n+2", FAULTS),
         ROW("double", fld_double, 4, "ac-fldl", AC, "FLD of a double-precision number at 16n+4", FAULTS),
         ROW("extended", fld_extended, 4, "ac-fldt-plus4", AC, "FLD of an extended-precision number at 16n+4", FAULTS),
         ROW("extended_8", fld_extended, 8, "ac-fldt-plus8-ok", AC, "FLD of an extended-precision number at 16n+8", PASSES),
         ROW("fldcw", fldcw, 1, "ac-fldcw", AC, "FLDCW from 16n+1", FAULTS),
         ROW("fldenv", fldenv, 1, "ac-fldenv-plus1", AC, "FLDENV from 16n+1", FAULTS),
         ROW("mmx", movq, 4, "ac-movq-mmx", AC, "MOVQ to MM0 from 16n+4", FAULTS),
         ROW("scalar_double", movsd, 4, "ac-movsd-sse", AC, "MOVSD to XMM0 from 16n+4", FAULTS),
         ROW("scalar_single", movss, 2, "ac-movss-sse", AC, "MOVSS to XMM0 from 16n+2", FAULTS),
         ROW("bit_string", bt, 2, "ac-bt-mem", AC, "BT of a doubleword at 16n+2", FAULTS),
         ROW("far_pointer", lfs, 1, "ac-lfs", AC, "LFS of a 48-bit pointer at 16n+1", FAULTS),
         ROW("string_source", movs, 2, "ac-movs", AC, "MOVS of a doubleword from 16n+2", FAULTS),
         ROW("string_destination", movs_destination, 2, "", AC, "MOVS of a doubleword to 16n+2", FAULTS),
         ROW("rep_string", rep_movs, 2, "", AC, "REP MOVS of four doublewords from 16n+2: none is copied", FAULTS),
         ROW("gdtr", sgdt, 1, "ac-sgdt", AC "; SDM 2B \"SGDT-Store Global Descriptor Table Register\"", "SGDT to 16n+1, CR4.UMIP=0", FAULTS),
         ROW("movups", movups, 1, "ac-movups-undefined", AC, "MOVUPS from 16n+1: the processor may check or not", PASSES),
         ROW("cmpxchg16b", cmpxchg16b, 8, "ac-cmpxchg16b-is-gp", "SDM 2A \"CMPXCHG8B/CMPXCHG16B-Compare and Exchange Bytes\"", "CMPXCHG16B to 16n+8",
             REFUSED, .needs = "cx16"),
         ROW("fxsave", fxsave, 1, "ac-fxsave-undefined", "SDM 2A \"FXSAVE-Save x87 FPU, MMX Technology, and SSE State\"",
             "FXSAVE to 16n+1: #GP or #AC", REFUSED));
