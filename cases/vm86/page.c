/*
 * Page faults within the nine words of IRETD to virtual-8086 mode, and of a frame that is pushed out of it, at each word. IRETD faults as a whole;
 * the state of an interrupted program is what it was, and CR2 is the first word that wasn't there. The frame's fault has a task.
 */
#include <case32.h>

static uintptr_t two_pages(bool upper_missing)
{
    uintptr_t pages = map_pages("pages", 2, PAGE_PRESENT | PAGE_WRITE);

    fill_words((uintptr_t)frame_of(pages), 0xa5a5a5a5, PAGE_SIZE / 4);
    fill_words((uintptr_t)frame_of(pages + PAGE_SIZE), 0xa5a5a5a5, PAGE_SIZE / 4);
    change_page(upper_missing ? pages + PAGE_SIZE : pages, PAGE_PRESENT, 0);
    return pages;
}

/* arg: bytes that are on the present page. */
static void iretd(void)
{
    uintptr_t pages = two_pages(true);
    struct start there;

    in_vm86();
    there = start;
    in_ring(0);
    start.eflags &= ~EFLAGS_VM;
    start.ds = start.es = start.fs = start.gs = SEL_KERNEL_DATA;
    start.esp = pages + PAGE_SIZE - (uint32_t)ARG0;

    const uint32_t image[] = {0x1234, there.cs, there.eflags, there.esp, there.ss, there.es, there.ds, there.fs, there.gs};

    for (unsigned i = 0; i < sizeof(image); i++)
        *((uint8_t *)frame_of(start.esp + i)) = ((const uint8_t *)image)[i];
    FAULT32("iretd");
}

/* arg: bytes of the frame that are on the present page. */
static void out_of_vm86(unsigned vector)
{
    uintptr_t pages = two_pages(false);

    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    set_gate(vector, .dpl = 3);
    set_task_gate(VEC_PF, add_task("handler"));
    tss.esp0 = pages + PAGE_SIZE + (uint32_t)ARG0;
}

static void int_n(void)
{
    out_of_vm86(0x40);
    FAULT16("int 0x40");
}

static void ud2(void)
{
    out_of_vm86(VEC_UD);
    FAULT16("ud2");
}

static void hlt(void)
{
    out_of_vm86(VEC_GP);
    FAULT16("hlt");
}

#define INTO "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", RETURN-TO-VIRTUAL-8086-MODE"
#define OUT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", INTERRUPT-FROM-VIRTUAL-8086-MODE"
#define ROW(name_, run_, spec_, bytes, error_, about_)                                                                                          \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            bytes                                                                                                                               \
        }                                                                                                                                       \
    }
#define IRETD(name, bytes, what) ROW("iretd_" name, iretd, INTO, bytes, 0, "IRETD to virtual-8086 mode: " what)
#define INT(name, bytes, what) ROW("int_" name, int_n, OUT, bytes, PF_W, "INT n out of virtual-8086 mode: " what)
VARIANTS(IRETD("cs", 4, "CS and the words above it are on a missing page"), IRETD("eflags", 8, "EFLAGS and the words above it are on a missing page"),
         IRETD("esp", 12, "ESP and the words above it are on a missing page"), IRETD("ss", 16, "SS and the words above it are on a missing page"),
         IRETD("es", 20, "ES and the words above it are on a missing page"), IRETD("ds", 24, "DS and the words above it are on a missing page"),
         IRETD("fs", 28, "FS and GS are on a missing page"), IRETD("gs", 32, "GS is on a missing page"),
         IRETD("gs_half", 34, "half of GS is on a missing page"), IRETD("esp_half", 14, "half of ESP and the words above it are on a missing page"),
         IRETD("cs_half", 6, "half of CS and the words above it are on a missing page"), INT("gs", 0, "the whole frame is on a missing page"),
         INT("fs", 4, "the frame from FS on is on a missing page"), INT("ds", 8, "the frame from DS on is on a missing page"),
         INT("es", 12, "the frame from ES on is on a missing page"), INT("ss", 16, "the frame from SS on is on a missing page"),
         INT("esp", 20, "the frame from ESP on is on a missing page"), INT("eflags", 24, "the frame from EFLAGS on is on a missing page"),
         INT("cs", 28, "CS and EIP are on a missing page"), INT("eip", 32, "EIP is on a missing page"),
         INT("eip_half", 34, "half of EIP is on a missing page"), INT("es_half", 14, "the frame from half of ES on is on a missing page"),
         ROW("ud_gs", ud2, OUT, 0, PF_W, "UD2 out of virtual-8086 mode: the whole frame is on a missing page"),
         ROW("ud_ss", ud2, OUT, 16, PF_W, "UD2 out of virtual-8086 mode: the frame from SS on is on a missing page"),
         ROW("ud_eip", ud2, OUT, 32, PF_W, "UD2 out of virtual-8086 mode: EIP is on a missing page"),
         ROW("gp_error_code", hlt, OUT, 36, PF_W, "HLT out of virtual-8086 mode: the error code is on a missing page"),
         ROW("gp_eip", hlt, OUT, 32, PF_W, "HLT out of virtual-8086 mode: EIP and the error code are on a missing page"));
