/* #DF by other checks of the second delivery, and through gates of each kind. (One cause for each pair of exceptions: matrix.) */
#include <case32.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

static void load_missing(void)
{
    in_ring((unsigned)ARG0);
    start.ebx = map_page("victim", 0);
    FAULT("mov eax, [ebx]");
}

static void without_gate(void)
{
    set_gate(VEC_PF, .not_present = true);
    load_missing();
}

static void code_segment(void)
{
    set_gate(VEC_PF);
    gate_of(VEC_PF)->selector = SEL_KERNEL_DATA;
    load_missing();
}

static void null_selector(void)
{
    set_gate(VEC_PF);
    gate_of(VEC_PF)->selector = 0;
    load_missing();
}

static void offset(void)
{
    set_gate(VEC_PF);
    gate_of(VEC_PF)->selector = SEL_CODE_1MIB;
    gate_of(VEC_PF)->offset_31_16 = 0x1000;
    load_missing();
}

static void zeros(void)
{
    *gate_of(VEC_PF) = (struct gate){0};
    load_missing();
}

static void idt_page(void)
{
    lidt(split_table("idt", idt, sizeof(idt), VEC_PF * 8), sizeof(idt) - 1);
    load_missing();
}

/* The gate of #DF. */
static void by(void)
{
    set_gate(VEC_DF, .type = (unsigned)ARG1);
    without_gate();
}

static void by_ring1(void)
{
    set_gate(VEC_DF, .selector = SEL_RING1_CODE);
    without_gate();
}

static void by_user_code(void)
{
    set_gate(VEC_DF, .selector = SEL_USER_CODE);
    without_gate();
}

#define ROW(name_, about_, cpl, gate, run_)                                                                                                \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_DF, .error = 0, .saved_rip = UNDEFINED, .run = run_, .arg = { \
            cpl,                                                                                                                           \
            gate                                                                                                                           \
        }                                                                                                                                  \
    }

VARIANTS(ROW("code_segment", "#PF at CPL 0 through a gate to a data segment", 0, 0, code_segment),
         ROW("null_selector", "#PF at CPL 0 through a gate to selector 0", 0, 0, null_selector),
         ROW("offset", "#PF at CPL 0 through a gate whose offset is behind the segment's limit", 0, 0, offset),
         ROW("offset_user", "#PF at CPL 3 through a gate whose offset is behind the segment's limit", 3, 0, offset),
         ROW("zeros", "#PF at CPL 0 through a gate of zeros", 0, 0, zeros),
         ROW("idt_page", "#PF at CPL 0 whose gate lies on a page that isn't present", 0, 0, idt_page),
         ROW("interrupt", "#PF at CPL 0 without a gate, #DF through a 32-bit interrupt gate", 0, GATE_INTERRUPT, by),
         ROW("trap", "#PF at CPL 0 without a gate, #DF through a 32-bit trap gate", 0, GATE_TRAP, by),
         ROW("interrupt16", "#PF at CPL 0 without a gate, #DF through a 16-bit interrupt gate", 0, GATE_INTERRUPT16, by),
         ROW("trap16_user", "#PF at CPL 3 without a gate, #DF through a 16-bit trap gate", 3, GATE_TRAP16, by),
         ROW("ring1", "#PF at CPL 3 without a gate, #DF at CPL 1", 3, 0, by_ring1),
         ROW("ring1_from_ring1", "#PF at CPL 1 without a gate, #DF at CPL 1", 1, 0, by_ring1),
         ROW("ring3", "#PF at CPL 3 without a gate, #DF at CPL 3", 3, 0, by_user_code));
