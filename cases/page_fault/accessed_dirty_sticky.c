/* A and D are for software to clear: no access, and no fault, takes back a 1. */
#include <case.h>

static void set_up(void)
{
    start.rbx = map_page("victim", ARG0 | PAGE_A | PAGE_D);
    record_entry("pte", page_entry(start.rbx, 1));
}

static void load(void)
{
    set_up();
    FAULT("mov eax, [rbx]");
}

static void store(void)
{
    set_up();
    FAULT("mov [rbx], eax");
}

/* D=1 in an entry that can't be written is what a page has that was writable. */
#define ROW(name_, about_, run_, flags_, ...)                                                                                                       \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_ ", A=D=1", .spec = "SDM 3A \"Accessed and Dirty Flags\"", .run = run_, .arg = {flags_}, __VA_ARGS__ \
    }
#define FAULTS(error_) .vector = VEC_PF, .saved_rip = AT_FAULT, .error = error_
#define GRANTED .vector = NO_EXCEPTION

VARIANTS(ROW("load", "CPL-0 load", load, PAGE_PRESENT | PAGE_WRITE, GRANTED), ROW("store", "CPL-0 store", store, PAGE_PRESENT | PAGE_WRITE, GRANTED),
         ROW("faulting_store", "CPL-0 store, R/W=0, WP=1", store, PAGE_PRESENT, FAULTS(PF_P | PF_W)),
         ROW("not_present", "CPL-0 load, P=0", load, PAGE_WRITE, FAULTS(0)));
