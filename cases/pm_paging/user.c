/* A page of supervisor mode at CPL 3, by reads, writes and both, with tables of two levels and with PAE: #PF, the R/W bit of the page making no
 * difference. */
#include <case32.h>

#define READ_ONLY 1u

/* arg: PAE; READ_ONLY. */
static void set_up(void)
{
    start.ebx = map_page("victim", PAGE_PRESENT | (ARG1 & READ_ONLY ? 0 : PAGE_WRITE)) + 0x5c0;
    if (ARG0)
        enter_pae_paging();
    in_ring(3);
}

#define RUN(name, text)    \
    static void name(void) \
    {                      \
        set_up();          \
        FAULT(text);       \
    }
RUN(read, "mov eax, [ebx]")
RUN(write, "mov [ebx], eax")
RUN(add, "add [ebx], eax")
RUN(xchg, "xchg [ebx], eax")
RUN(bts, "bts dword ptr [ebx], 1")

#define ROW(name_, run_, pae, how, error_, about_, ...)                                                                 \
    {                                                                                                                   \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Determination of Access Rights\"", .vector = VEC_PF, \
                 .error = PF_P | PF_U | (error_), .saved_rip = AT_FAULT, .run = run_, .arg = {pae, how}, __VA_ARGS__    \
    }
#define EACH(name, pae, about, ...)                                                             \
    ROW(name "read", read, pae, 0, 0, about "MOV from a supervisor page", __VA_ARGS__),         \
        ROW(name "write", write, pae, 0, PF_W, about "MOV to a supervisor page", __VA_ARGS__),  \
        ROW(name "add", add, pae, 0, PF_W, about "ADD to a supervisor page", __VA_ARGS__),      \
        ROW(name "xchg", xchg, pae, 0, PF_W, about "XCHG with a supervisor page", __VA_ARGS__), \
        ROW(name "bts", bts, pae, 0, PF_W, about "BTS in a supervisor page", __VA_ARGS__),      \
        ROW(name "read_only_add", add, pae, READ_ONLY, PF_W, about "ADD to a read-only supervisor page", __VA_ARGS__)
VARIANTS(EACH("", 0, "CPL 3, two levels: ", ), EACH("pae_", 1, "CPL 3, PAE: ", .needs = "pae"));
