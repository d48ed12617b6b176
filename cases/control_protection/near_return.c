/* RET compares the return address on the stack with the one on the shadow stack: #CP(1) at the RET, RSP and SSP as before. */
#include <case.h>

static void run(void)
{
    struct program program = ASSEMBLE(MARK(fault) "ret\n" MARK(after));
    uintptr_t page = map_page("shadow_stack", PAGE_PRESENT | PAGE_USER | PAGE_D);

    *(uint64_t *)((uint8_t *)frame_of(page) + 0x800) = label_of(program, "after") + ARG0;
    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, page + 0x800);
    start.rsp -= 8;
    *(uint64_t *)start.rsp = label_of(program, "after");
    run_program(program);
}

#define SPEC "SDM 3A \"Interrupt 21-Control Protection Exception (#CP)\"; SDM 2B \"RET-Return From Procedure\""

VARIANTS({VARIANT, .name = "mismatch", .about = "RET at CPL 3, another address on the shadow stack", .spec = SPEC, .id = "cp-near-ret",
          .vector = VEC_CP, .error = 1, .saved_rip = AT_FAULT, .run = run, .arg = {1}, .needs = "cet_ss"},
         {VARIANT, .name = "match", .about = "RET at CPL 3, the same address on the shadow stack", .spec = SPEC, .vector = NO_EXCEPTION, .run = run,
          .needs = "cet_ss"});
