/* IN and OUT in all their forms: X(name, instruction, how many ports it has, what its title says). */
#define IN_FORMS(X)                                  \
    X(in_al_imm, "in al, 0x80", 1, "IN AL, 0x80")    \
    X(in_ax_imm, "in ax, 0x80", 2, "IN AX, 0x80")    \
    X(in_eax_imm, "in eax, 0x80", 4, "IN EAX, 0x80") \
    X(in_al_dx, "in al, dx", 1, "IN AL, DX")         \
    X(in_ax_dx, "in ax, dx", 2, "IN AX, DX")         \
    X(in_eax_dx, "in eax, dx", 4, "IN EAX, DX")
#define OUT_DX_FORMS(X)                         \
    X(out_dx_al, "out dx, al", 1, "OUT DX, AL") \
    X(out_dx_ax, "out dx, ax", 2, "OUT DX, AX") \
    X(out_dx_eax, "out dx, eax", 4, "OUT DX, EAX")
#define OUT_IMM_FORMS(X)                             \
    X(out_imm_al, "out 0x80, al", 1, "OUT 0x80, AL") \
    X(out_imm_ax, "out 0x80, ax", 2, "OUT 0x80, AX") \
    X(out_imm_eax, "out 0x80, eax", 4, "OUT 0x80, EAX")
