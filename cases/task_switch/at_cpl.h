/* The new task `other`, which the file's begin() makes, at CPL 0 to 3, where INT3 is for each of them. */
static void at_cpl(unsigned cpl)
{
    static const uint16_t code[] = {SEL_KERNEL_CODE, SEL_RING1_CODE, SEL_RING2_CODE, SEL_USER_CODE},
                          data[] = {SEL_KERNEL_DATA, SEL_RING1_DATA, SEL_RING2_DATA, SEL_USER_DATA};

    begin();
    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    other->tss.cs = code[cpl];
    other->tss.ss = data[cpl];
}
