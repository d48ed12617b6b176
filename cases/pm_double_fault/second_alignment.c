/*
 * #AC is a benign exception: where it comes while the first exception is delivered, whatever that is, it's handled next, and there is no double
 * fault and no shutdown. The first one's handler is at CPL 3, whose stack is misaligned.
 */
#include <case32.h>

static void set_up(unsigned vector)
{
    in_user_mode();
    set_gate(vector, .dpl = 3, .selector = SEL_USER_CODE);
    start.esp -= 1;
    start.eflags |= EFLAGS_AC;
    write_cr0(read_cr0() | CR0_AM);
}

static void general_protection(void)
{
    set_up(VEC_GP);
    start.eax = 0xf00;
    FAULT("mov ds, eax");
}

static void divide(void)
{
    set_up(VEC_DE);
    start.ebx = 0;
    FAULT("div bl");
}

static void page_fault(void)
{
    set_up(VEC_PF);
    start.ebx = map_page("victim", 0);
    FAULT("mov al, [ebx]");
}

static void double_fault(void)
{
    set_up(VEC_DF);
    set_gate(VEC_DE, .not_present = true);
    start.ebx = 0;
    FAULT("div bl");
}

#define ROW(name_, about_)                                                                                                                          \
    {                                                                                                                                               \
        VARIANT, .name = #name_, .about = about_ ", whose handler is at CPL 3 with ESP misaligned by 1: #AC", .run = name_, .needs = "i486",        \
                 .spec = "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\", \"Interrupt 17-Alignment Check Exception (#AC)\"", .vector = VEC_AC, \
                 .error = ERROR_EXT, .saved_rip = AT_FAULT                                                                                          \
    }
VARIANTS(ROW(general_protection, "#GP"), ROW(divide, "#DE"), ROW(page_fault, "#PF"), ROW(double_fault, "#DF"));
