/* IRETQ at the same CPL restores RSP too, to the byte, from whichever stack the frame lies on. */
#include <case.h>

#define SPEC "SDM 3A \"IRET in IA-32e Mode\""

static void by_int(void)
{
    start.rsp -= 3;
    set_gate(0x40, .ist = (unsigned)ARG0);
    on_exception(0x40, resume);
    PROGRAM(MARK(fault) "int 0x40\n" MARK(after) "mov eax, cs\nmov ecx, ss\n");
}

static void repair(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(start.rbx, 0, PAGE_PRESENT);
}

static void by_page_fault(void)
{
    start.rsp -= 3;
    start.rbx = map_page("victim", PAGE_WRITE);
    record_memory("victim", frame_of(start.rbx), 8);
    set_gate(VEC_PF, .ist = (unsigned)ARG0);
    on_exception(VEC_PF, repair);
    PROGRAM(MARK(fault) "mov [rbx], rax\n" MARK(after) "mov eax, cs\nmov ecx, ss\n");
}

VARIANTS({VARIANT, .name = "odd_rsp", .about = "INT 0x40 at CPL 0 with RSP = 16m+13, and back", .spec = SPEC, .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = by_int, .resumes = 1},
         {VARIANT, .name = "ist", .about = "INT 0x40 at CPL 0 with RSP = 16m+13, gate IST=1, and back", .spec = SPEC, .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = by_int, .resumes = 1, .arg = {1}},
         {VARIANT, .name = "error_code", .about = "store to a page that the handler makes present, at CPL 0 with RSP = 16m+13", .spec = SPEC,
          .vector = VEC_PF, .error = PF_W, .saved_rip = AT_FAULT, .run = by_page_fault, .resumes = 1},
         {VARIANT, .name = "error_code_ist", .about = "store to a page that the handler makes present, at CPL 0 with RSP = 16m+13, gate IST=2",
          .spec = SPEC, .vector = VEC_PF, .error = PF_W, .saved_rip = AT_FAULT, .run = by_page_fault, .resumes = 1, .arg = {2}});
