/*
 * Who may do what with a page, by the directory entry and the table entry together: error code and CR2 for reads, writes and fetches, at each CPL,
 * with and without CR0.WP. CPL 0 to 2 are supervisor mode. Without PAE's NX and without SMEP a fetch has no bit of its own in the error code.
 */
#include <case32.h>

#define RW (PAGE_PRESENT | PAGE_WRITE)
#define RO PAGE_PRESENT
#define USER PAGE_USER
#define PDE(flags) ((uint64_t)(flags) << 32)
#define NO_WP 0x10u

/* arg: flags of the page, those of its directory entry in PDE(); CPL, NO_WP. The page is full of what EAX holds. */
static void set_up(void)
{
    in_ring(ARG1 & 3);
    start.ebx = map_page("victim", RW | USER);
    fill_words((uintptr_t)frame_of(start.ebx), start.eax, PAGE_SIZE / 4);
    *(uint8_t *)frame_of(start.ebx) = 0xcc; /* INT3, at EBX */
    change_page(start.ebx, RW | USER, ARG0 & (RW | USER));
    *page_entry(start.ebx, 2) = (*page_entry(start.ebx, 2) & ~(uint32_t)(RW | USER)) | (uint32_t)(ARG0 >> 32);
    write_cr3(read_cr3());
    if (ARG1 & NO_WP)
        write_cr0(read_cr0() & ~CR0_WP);
    set_gate(VEC_BP, .dpl = 3);
    name_place("behind", start.ebx + 1, 1);
}

static void reads(void)
{
    set_up();
    FAULT("mov eax, [ebx+8]");
}

static void writes(void)
{
    set_up();
    FAULT("mov [ebx+8], eax");
}

static void fetches(void)
{
    set_up();
    FAULT("jmp ebx");
}

#define ROW(name_, run_, flags_, cpl_, vector_, error_, rip_, id_, about_)                                                                  \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Determination of Access Rights\", \"Page-Fault Exceptions\"", .id = id_, \
                 .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, .arg = {                                               \
                     flags_,                                                                                                                \
                     cpl_                                                                                                                   \
                 }                                                                                                                          \
    }
#define PF(name_, run_, flags_, cpl_, error_, id_, about_) ROW(name_, run_, flags_, cpl_, VEC_PF, error_, AT_FAULT, id_, about_)
#define FETCH(name_, flags_, cpl_, error_, id_, about_) ROW(name_, fetches, flags_, cpl_, VEC_PF, error_, "victim", id_, about_)
#define OK(name_, run_, flags_, cpl_, id_, about_) ROW(name_, run_, flags_, cpl_, NO_EXCEPTION, 0, NULL, id_, about_)
VARIANTS(
    PF("read_np_cpl0", reads, PAGE_WRITE | USER | PDE(RW | USER), 0, 0, "pf-pm32-read-np", "CPL 0: a read of a page that isn't present"),
    PF("read_rw_user_in_np_cpl0", reads, RW | USER | PDE(PAGE_WRITE | USER), 0, 0, "",
       "CPL 0: a read of a writable user page, directory entry not present"),
    OK("read_rw_user_cpl0", reads, RW | USER | PDE(RW | USER), 0, "", "CPL 0: a read of a writable user page"),
    OK("read_rw_cpl0", reads, RW | PDE(RW | USER), 0, "", "CPL 0: a read of a writable supervisor page"),
    OK("read_ro_user_cpl0", reads, RO | USER | PDE(RW | USER), 0, "", "CPL 0: a read of a read-only user page"),
    OK("read_ro_cpl0", reads, RO | PDE(RW | USER), 0, "", "CPL 0: a read of a read-only supervisor page"),
    OK("read_rw_user_in_rw_cpl0", reads, RW | USER | PDE(RW), 0, "", "CPL 0: a read of a writable user page, directory entry writable supervisor"),
    OK("read_rw_user_in_ro_user_cpl0", reads, RW | USER | PDE(RO | USER), 0, "",
       "CPL 0: a read of a writable user page, directory entry read-only user"),
    OK("read_rw_user_in_ro_cpl0", reads, RW | USER | PDE(RO), 0, "", "CPL 0: a read of a writable user page, directory entry read-only supervisor"),
    PF("write_np_cpl0", writes, PAGE_WRITE | USER | PDE(RW | USER), 0, PF_W, "", "CPL 0: a write to a page that isn't present"),
    PF("write_rw_user_in_np_cpl0", writes, RW | USER | PDE(PAGE_WRITE | USER), 0, PF_W, "",
       "CPL 0: a write to a writable user page, directory entry not present"),
    OK("write_rw_user_cpl0", writes, RW | USER | PDE(RW | USER), 0, "", "CPL 0: a write to a writable user page"),
    OK("write_rw_cpl0", writes, RW | PDE(RW | USER), 0, "", "CPL 0: a write to a writable supervisor page"),
    PF("write_ro_user_cpl0", writes, RO | USER | PDE(RW | USER), 0, PF_P | PF_W, "", "CPL 0: a write to a read-only user page"),
    PF("write_ro_cpl0", writes, RO | PDE(RW | USER), 0, PF_P | PF_W, "pf-pm32-sup-write-ro-wp", "CPL 0: a write to a read-only supervisor page"),
    OK("write_rw_user_in_rw_cpl0", writes, RW | USER | PDE(RW), 0, "", "CPL 0: a write to a writable user page, directory entry writable supervisor"),
    PF("write_rw_user_in_ro_user_cpl0", writes, RW | USER | PDE(RO | USER), 0, PF_P | PF_W, "",
       "CPL 0: a write to a writable user page, directory entry read-only user"),
    PF("write_rw_user_in_ro_cpl0", writes, RW | USER | PDE(RO), 0, PF_P | PF_W, "",
       "CPL 0: a write to a writable user page, directory entry read-only supervisor"),
    FETCH("fetch_np_cpl0", PAGE_WRITE | USER | PDE(RW | USER), 0, 0, "", "CPL 0: a fetch from a page that isn't present"),
    FETCH("fetch_rw_user_in_np_cpl0", RW | USER | PDE(PAGE_WRITE | USER), 0, 0, "",
          "CPL 0: a fetch from a writable user page, directory entry not present"),
    ROW("fetch_rw_user_cpl0", fetches, RW | USER | PDE(RW | USER), 0, VEC_BP, NO_ERROR, "behind", "", "CPL 0: a fetch from a writable user page"),
    ROW("fetch_rw_cpl0", fetches, RW | PDE(RW | USER), 0, VEC_BP, NO_ERROR, "behind", "", "CPL 0: a fetch from a writable supervisor page"),
    ROW("fetch_ro_user_cpl0", fetches, RO | USER | PDE(RW | USER), 0, VEC_BP, NO_ERROR, "behind", "", "CPL 0: a fetch from a read-only user page"),
    ROW("fetch_ro_cpl0", fetches, RO | PDE(RW | USER), 0, VEC_BP, NO_ERROR, "behind", "", "CPL 0: a fetch from a read-only supervisor page"),
    ROW("fetch_rw_user_in_rw_cpl0", fetches, RW | USER | PDE(RW), 0, VEC_BP, NO_ERROR, "behind", "",
        "CPL 0: a fetch from a writable user page, directory entry writable supervisor"),
    PF("read_np_cpl3", reads, PAGE_WRITE | USER | PDE(RW | USER), 3, PF_U, "", "CPL 3: a read of a page that isn't present"),
    PF("read_rw_user_in_np_cpl3", reads, RW | USER | PDE(PAGE_WRITE | USER), 3, PF_U, "",
       "CPL 3: a read of a writable user page, directory entry not present"),
    OK("read_rw_user_cpl3", reads, RW | USER | PDE(RW | USER), 3, "", "CPL 3: a read of a writable user page"),
    PF("read_rw_cpl3", reads, RW | PDE(RW | USER), 3, PF_P | PF_U, "pf-pm32-user-sup", "CPL 3: a read of a writable supervisor page"),
    OK("read_ro_user_cpl3", reads, RO | USER | PDE(RW | USER), 3, "", "CPL 3: a read of a read-only user page"),
    PF("read_ro_cpl3", reads, RO | PDE(RW | USER), 3, PF_P | PF_U, "", "CPL 3: a read of a read-only supervisor page"),
    PF("read_rw_user_in_rw_cpl3", reads, RW | USER | PDE(RW), 3, PF_P | PF_U, "",
       "CPL 3: a read of a writable user page, directory entry writable supervisor"),
    OK("read_rw_user_in_ro_user_cpl3", reads, RW | USER | PDE(RO | USER), 3, "",
       "CPL 3: a read of a writable user page, directory entry read-only user"),
    PF("read_rw_user_in_ro_cpl3", reads, RW | USER | PDE(RO), 3, PF_P | PF_U, "",
       "CPL 3: a read of a writable user page, directory entry read-only supervisor"),
    PF("write_np_cpl3", writes, PAGE_WRITE | USER | PDE(RW | USER), 3, PF_W | PF_U, "", "CPL 3: a write to a page that isn't present"),
    PF("write_rw_user_in_np_cpl3", writes, RW | USER | PDE(PAGE_WRITE | USER), 3, PF_W | PF_U, "",
       "CPL 3: a write to a writable user page, directory entry not present"),
    OK("write_rw_user_cpl3", writes, RW | USER | PDE(RW | USER), 3, "", "CPL 3: a write to a writable user page"),
    PF("write_rw_cpl3", writes, RW | PDE(RW | USER), 3, PF_P | PF_W | PF_U, "", "CPL 3: a write to a writable supervisor page"),
    PF("write_ro_user_cpl3", writes, RO | USER | PDE(RW | USER), 3, PF_P | PF_W | PF_U, "", "CPL 3: a write to a read-only user page"),
    PF("write_ro_cpl3", writes, RO | PDE(RW | USER), 3, PF_P | PF_W | PF_U, "", "CPL 3: a write to a read-only supervisor page"),
    PF("write_rw_user_in_rw_cpl3", writes, RW | USER | PDE(RW), 3, PF_P | PF_W | PF_U, "",
       "CPL 3: a write to a writable user page, directory entry writable supervisor"),
    PF("write_rw_user_in_ro_user_cpl3", writes, RW | USER | PDE(RO | USER), 3, PF_P | PF_W | PF_U, "",
       "CPL 3: a write to a writable user page, directory entry read-only user"),
    PF("write_rw_user_in_ro_cpl3", writes, RW | USER | PDE(RO), 3, PF_P | PF_W | PF_U, "",
       "CPL 3: a write to a writable user page, directory entry read-only supervisor"),
    FETCH("fetch_np_cpl3", PAGE_WRITE | USER | PDE(RW | USER), 3, PF_U, "pf-pm32-fetch-np", "CPL 3: a fetch from a page that isn't present"),
    FETCH("fetch_rw_user_in_np_cpl3", RW | USER | PDE(PAGE_WRITE | USER), 3, PF_U, "",
          "CPL 3: a fetch from a writable user page, directory entry not present"),
    ROW("fetch_rw_user_cpl3", fetches, RW | USER | PDE(RW | USER), 3, VEC_BP, NO_ERROR, "behind", "", "CPL 3: a fetch from a writable user page"),
    FETCH("fetch_rw_cpl3", RW | PDE(RW | USER), 3, PF_P | PF_U, "", "CPL 3: a fetch from a writable supervisor page"),
    ROW("fetch_ro_user_cpl3", fetches, RO | USER | PDE(RW | USER), 3, VEC_BP, NO_ERROR, "behind", "", "CPL 3: a fetch from a read-only user page"),
    FETCH("fetch_ro_cpl3", RO | PDE(RW | USER), 3, PF_P | PF_U, "", "CPL 3: a fetch from a read-only supervisor page"),
    FETCH("fetch_rw_user_in_rw_cpl3", RW | USER | PDE(RW), 3, PF_P | PF_U, "",
          "CPL 3: a fetch from a writable user page, directory entry writable supervisor"),
    OK("write_ro_cpl0_no_wp", writes, RO | PDE(RW | USER), 0 | NO_WP, "pf-pm32-write-ro-nowp", "CPL 0, WP=0: a write to a read-only supervisor page"),
    OK("write_ro_user_cpl0_no_wp", writes, RO | USER | PDE(RW | USER), 0 | NO_WP, "", "CPL 0, WP=0: a write to a read-only user page"),
    OK("write_rw_user_in_ro_user_cpl0_no_wp", writes, RW | USER | PDE(RO | USER), 0 | NO_WP, "",
       "CPL 0, WP=0: a write to a writable user page, directory entry read-only user"),
    PF("write_ro_user_cpl3_no_wp", writes, RO | USER | PDE(RW | USER), 3 | NO_WP, PF_P | PF_W | PF_U, "",
       "CPL 3, WP=0: a write to a read-only user page"),
    PF("write_rw_cpl3_no_wp", writes, RW | PDE(RW | USER), 3 | NO_WP, PF_P | PF_W | PF_U, "", "CPL 3, WP=0: a write to a writable supervisor page"),
    PF("write_np_cpl0_no_wp", writes, PAGE_WRITE | USER | PDE(RW | USER), 0 | NO_WP, PF_W, "", "CPL 0, WP=0: a write to a page that isn't present"),
    OK("read_rw_cpl1", reads, RW | PDE(RW | USER), 1, "", "CPL 1: a read of a writable supervisor page"),
    OK("write_rw_cpl1", writes, RW | PDE(RW | USER), 1, "", "CPL 1: a write to a writable supervisor page"),
    PF("write_ro_cpl1", writes, RO | PDE(RW | USER), 1, PF_P | PF_W, "", "CPL 1: a write to a read-only supervisor page"),
    OK("write_ro_cpl1_no_wp", writes, RO | PDE(RW | USER), 1 | NO_WP, "", "CPL 1, WP=0: a write to a read-only supervisor page"),
    PF("read_np_cpl1", reads, PAGE_WRITE | USER | PDE(RW | USER), 1, 0, "", "CPL 1: a read of a page that isn't present"),
    FETCH("fetch_np_cpl1", PAGE_WRITE | USER | PDE(RW | USER), 1, 0, "", "CPL 1: a fetch from a page that isn't present"),
    PF("write_ro_user_cpl1", writes, RO | USER | PDE(RW | USER), 1, PF_P | PF_W, "", "CPL 1: a write to a read-only user page"),
    OK("read_rw_cpl2", reads, RW | PDE(RW | USER), 2, "", "CPL 2: a read of a writable supervisor page"),
    OK("write_rw_cpl2", writes, RW | PDE(RW | USER), 2, "", "CPL 2: a write to a writable supervisor page"),
    PF("write_ro_cpl2", writes, RO | PDE(RW | USER), 2, PF_P | PF_W, "", "CPL 2: a write to a read-only supervisor page"),
    OK("write_ro_cpl2_no_wp", writes, RO | PDE(RW | USER), 2 | NO_WP, "", "CPL 2, WP=0: a write to a read-only supervisor page"),
    PF("read_np_cpl2", reads, PAGE_WRITE | USER | PDE(RW | USER), 2, 0, "", "CPL 2: a read of a page that isn't present"),
    FETCH("fetch_np_cpl2", PAGE_WRITE | USER | PDE(RW | USER), 2, 0, "", "CPL 2: a fetch from a page that isn't present"),
    PF("write_ro_user_cpl2", writes, RO | USER | PDE(RW | USER), 2, PF_P | PF_W, "", "CPL 2: a write to a read-only user page"));
