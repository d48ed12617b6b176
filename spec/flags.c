/* flags.c: SDM 2A "CLI", SDM 2B "STI", "PUSHF", "POPF", with CR4.VME and CR4.PVI. */
#include "internal.h"

static bool cli(M *m, O *o)
{
    if (!is_protected(m) || iopl(m) >= m->cpl)
        m->rflags &= ~FL_IF;
    else if (virtual_interrupts(m))
        m->rflags &= ~FL_VIF;
    else
        return raise(o, GP, 0, RULE("cli.iopl", "2A CLI"));
    return true;
}

static bool sti(M *m, O *o)
{
    if (!is_protected(m) || iopl(m) >= m->cpl) {
        m->sti_shadow = !flag(m, FL_IF);
        m->rflags |= FL_IF;
        return true;
    }
    if (!virtual_interrupts(m))
        return raise(o, GP, 0, RULE("sti.iopl", "2B STI"));
    if (flag(m, FL_VIP))
        return raise(o, GP, 0, RULE("sti.vip", "2B STI"));
    m->rflags |= FL_VIF;
    return true;
}

/* "In virtual-8086 mode with IOPL less than 3" both are #GP(0), but of 16 bits with VME. */
static bool check_virtual_8086(const M *m, O *o, unsigned size, const char *rule)
{
    return !is_virtual_8086(m) || iopl(m) == 3 || (m->cr4 & CR4_VME && size == 2) || raise(o, GP, 0, rule);
}

static bool pushf(M *m, O *o, unsigned size)
{
    uint64_t image = m->rflags & ~(FL_VM | FL_RF);
    struct stack s = current_stack(m);

    if (!check_virtual_8086(m, o, size, RULE("pushf.iopl", "2B PUSHF")))
        return false;
    if (is_virtual_8086(m) && iopl(m) < 3) /* VIF replaces IF, IOPL is 3 in the image */
        image = (image & ~FL_IF) | FL_IOPL | (flag(m, FL_VIF) ? FL_IF : 0);
    if (!push_one(m, o, &s, size, low_bytes(image, size)))
        return false;
    load_sp(m, &s, s.sp);
    return true;
}

/* Table "Effect of POPF/POPFD on the EFLAGS Register" */
static bool popf(M *m, O *o, unsigned size)
{
    bool with_vif = is_virtual_8086(m) && iopl(m) < 3;
    uint64_t written = FL_STATUS | FL_TF | FL_DF | FL_NT | (size > 2 ? FL_AC | FL_ID : 0), image;
    struct stack s = current_stack(m);

    if (!check_virtual_8086(m, o, size, RULE("popf.iopl", "2B POPF")))
        return false;
    if (!peek(m, o, &s, 0, size, &image))
        return false;
    if (with_vif && ((flag(m, FL_VIP) && image & FL_IF) || image & FL_TF))
        return raise(o, GP, 0, RULE("popf.vip-or-tf", "2B POPF"));
    if (!is_protected(m) || m->cpl == 0)
        written |= FL_IF | FL_IOPL;
    else if (m->cpl <= iopl(m))
        written |= FL_IF;
    m->rflags = (m->rflags & ~(written | FL_RF)) | (image & written);
    if (with_vif)
        m->rflags = (m->rflags & ~FL_VIF) | (image & FL_IF ? FL_VIF : 0);
    load_sp(m, &s, s.sp + size);
    return true;
}

void spec_flags(M *m, enum spec_flags which, unsigned operand_size, O *o)
{
    unsigned size = operand_size / 8;

    begin(o);
    finish(o, which == FLAGS_CLI ? cli(m, o) : which == FLAGS_STI ? sti(m, o) : which == FLAGS_PUSHF ? pushf(m, o, size) : popf(m, o, size));
}
