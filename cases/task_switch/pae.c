/*
 * With PAE paging a task switch that changes CR3 loads the page-directory-pointer registers, too: the new task has its own gigabytes. One that
 * doesn't change it leaves them as they are, whatever memory holds since.
 */
#include <case32.h>

#define FAR_GIGABYTE 0xc0000000u

/* ARG0: whether the new task has the gigabyte; the old one has it where the new one hasn't. ARG1: bits 11:0 of its CR3. */
static void run(void)
{
    struct task *other = add_task("other");
    uintptr_t victim = map_page_at("victim", FAR_GIGABYTE, PAGE_PRESENT | PAGE_WRITE);
    uint64_t *pointers = (uint64_t *)((uintptr_t)frame_of(map_page("pointers", PAGE_PRESENT | PAGE_WRITE)) + ((uintptr_t)ARG1 & ~31u));

    enter_pae_paging();
    for (uintptr_t i = 0; i < 4; i++)
        pointers[i] = *pae_entry(i << 30, 3);
    *(ARG0 ? pae_entry(FAR_GIGABYTE, 3) : &pointers[3]) = 0;
    write_cr3(read_cr3());
    set_task_program(other, ASSEMBLE(MARK(fault) "mov dword ptr [ebx], 1\nint3\n" MARK(stop)));
    other->tss.cr3 = (uintptr_t)pointers | (ARG1 & 31);
    other->tss.ebx = victim;
    set_task_gate(0x40, other);
    PROGRAM("int 0x40\n" MARK(after));
}

/* The old task clears the gigabyte's pointer. */
static void same(void)
{
    struct task *other = add_task("other");
    uintptr_t victim = map_page_at("victim", FAR_GIGABYTE, PAGE_PRESENT | PAGE_WRITE);

    enter_pae_paging();
    start.esi = (uintptr_t)pae_entry(FAR_GIGABYTE, 3);
    set_task_program(other, ASSEMBLE(MARK(fault) "mov dword ptr [ebx], 1\nint3\n" MARK(stop)));
    other->tss.cr3 = read_cr3();
    other->tss.ebx = victim;
    set_task_gate(0x40, other);
    PROGRAM("mov dword ptr [esi], 0\nmov esi, edi\nint 0x40\n" MARK(after));
}

#define ROW(name_, new_, bits_, vector_, error_, rip_, about_)                                                                            \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = "INT 0x40 to a task whose CR3 " about_, .spec = "SDM 3A \"PDPTE Registers\"", .vector = vector_, \
                 .error = error_, .saved_rip = rip_, .needs = "pae", .run = run, .arg = {                                                 \
                     new_,                                                                                                                \
                     bits_                                                                                                                \
                 }                                                                                                                        \
    }

VARIANTS(ROW("absent", 0, 0, VEC_PF, PF_W, AT_FAULT, "points to pointers that lack a gigabyte"),
         ROW("present", 1, 0, VEC_BP, NO_ERROR, "stop", "points to pointers that have a gigabyte more"),
         ROW("low_bits", 1, 0xff9, VEC_BP, NO_ERROR, "stop", "points to the last 32 bytes of a page, with PCD, PWT and an ignored bit"),
         {VARIANT, .name = "same", .about = "INT 0x40 to a task whose CR3 is the old task's, which has cleared a pointer in memory",
          .spec = "SDM 3A \"PDPTE Registers\"", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "stop", .needs = "pae", .run = same});
