/* Privileged instructions are #GP(0) above CPL 0, at CPL 1 and 2 as at CPL 3. IN and OUT, CLI and STI look at IOPL. */
#include <case32.h>

#define PRIVILEGED "SDM 3A \"Privileged Instructions\""
#define PORTS "SDM 1 \"I/O Privilege Level\""

/* At CPL ARG0 with IOPL ARG1; EBX points to 16 bytes. */
#define RUN(name, text)                                                         \
    static void name(void)                                                      \
    {                                                                           \
        in_ring((unsigned)ARG0);                                                \
        start.eflags |= EFLAGS_IOPL((unsigned)ARG1);                            \
        start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER); \
        FAULT(text);                                                            \
    }

RUN(hlt, "hlt")
RUN(mov_cr0, "mov eax, cr0")
RUN(mov_to_cr3, "mov cr3, eax")
RUN(mov_dr7, "mov eax, dr7")
RUN(lgdt_, "lgdt [ebx]")
RUN(lidt_, "lidt [ebx]")
RUN(lldt_, "lldt ax")
RUN(ltr_, "ltr ax")
RUN(lmsw, "lmsw ax")
RUN(clts, "clts")
RUN(invlpg, "invlpg [ebx]")
RUN(rdmsr, "rdmsr")
RUN(wrmsr, "wrmsr")
RUN(in, "in al, 0x80")
RUN(out, "out 0x80, al")
RUN(cli, "cli")
RUN(sti, "sti")
RUN(cli_sti, "cli\nsti")

static void hlt16(void)
{
    in_ring((unsigned)ARG0);
    in_code16();
    FAULT16("hlt");
}

#define ROW(name_, about_, id_, spec_, cpl, iopl, run_, ...)                                                            \
    {                                                                                                                   \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .run = run_, .arg = {cpl, iopl}, __VA_ARGS__ \
    }
#define GP .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define DENIED(name, what, id, run, ...) ROW(name, what " at CPL 3", id, PRIVILEGED, 3, 0, run, GP, __VA_ARGS__)

VARIANTS(DENIED("hlt", "HLT", "gp-priv-pm32-hlt", hlt, ), DENIED("mov_cr0", "MOV from CR0", "gp-priv-pm32-movcr0", mov_cr0, ),
         DENIED("mov_to_cr3", "MOV to CR3", "", mov_to_cr3, ), DENIED("mov_dr7", "MOV from DR7", "", mov_dr7, ),
         DENIED("lgdt", "LGDT", "gp-priv-pm32-lgdt", lgdt_, ), DENIED("lidt", "LIDT", "", lidt_, ), DENIED("lldt", "LLDT", "", lldt_, ),
         DENIED("ltr", "LTR", "", ltr_, ), DENIED("lmsw", "LMSW", "", lmsw, ), DENIED("clts", "CLTS", "", clts, ),
         DENIED("invlpg", "INVLPG", "", invlpg, .needs = "i486"), DENIED("rdmsr", "RDMSR", "", rdmsr, .needs = "msr"),
         DENIED("wrmsr", "WRMSR", "", wrmsr, .needs = "msr"), ROW("hlt_ring1", "HLT at CPL 1", "gp-priv-pm32-cpl1-hlt", PRIVILEGED, 1, 0, hlt, GP),
         ROW("hlt_ring2", "HLT at CPL 2", "", PRIVILEGED, 2, 0, hlt, GP),
         ROW("hlt_iopl_3", "HLT at CPL 3 with IOPL=3", "", PRIVILEGED, 3, 3, hlt, GP),
         ROW("hlt_code16", "HLT of 16-bit code at CPL 3", "", PRIVILEGED, 3, 0, hlt16, GP),
         ROW("mov_cr0_ring1", "MOV from CR0 at CPL 1", "", PRIVILEGED, 1, 0, mov_cr0, GP),
         ROW("lgdt_ring2", "LGDT at CPL 2", "", PRIVILEGED, 2, 0, lgdt_, GP),
         ROW("in", "IN at CPL 3 with IOPL=0", "gp-priv-pm32-in", PORTS, 3, 0, in, GP),
         ROW("in_iopl_2", "IN at CPL 3 with IOPL=2", "", PORTS, 3, 2, in, GP), ROW("in_ring1", "IN at CPL 1 with IOPL=0", "", PORTS, 1, 0, in, GP),
         ROW("out", "OUT at CPL 3 with IOPL=0", "", PORTS, 3, 0, out, GP),
         ROW("out_iopl_3", "OUT at CPL 3 with IOPL=3", "", PORTS, 3, 3, out, PASSES),
         ROW("out_ring1_iopl_1", "OUT at CPL 1 with IOPL=1", "", PORTS, 1, 1, out, PASSES),
         ROW("cli", "CLI at CPL 3 with IOPL=2", "", PORTS, 3, 2, cli, GP), ROW("sti", "STI at CPL 3 with IOPL=0", "", PORTS, 3, 0, sti, GP),
         ROW("sti_ring2", "STI at CPL 2 with IOPL=1", "", PORTS, 2, 1, sti, GP),
         ROW("cli_sti_iopl_3", "CLI, STI at CPL 3 with IOPL=3", "", PORTS, 3, 3, cli_sti, PASSES),
         ROW("cli_sti_ring1", "CLI, STI at CPL 1 with IOPL=1", "", PORTS, 1, 1, cli_sti, PASSES));
