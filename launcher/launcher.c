/* Orders, processes, descriptors, and the ROM in memory: the same for all emulators. */
#define _GNU_SOURCE
#include "launcher.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

/* The number of the socket to the runner, in decimal. */
#define VARIABLE "TRAPFRAME_LAUNCHER"
#define HELLO "trapframe launcher 1"
#define PAGE 4096
#define COPIES 4 /* of the ROM, at most */
#define HUGE (2ul << 20)
#define PAGE_PRESENT (1ul << 63) /* in /proc/PID/pagemap */
#define PAGE_SWAPPED (1ul << 62) /* a guard page in a thread's stack looks like this, and can't be read */
#define PAGE_FILE (1ul << 61)    /* a file's, or shared */
#define MANY 32                  /* runs that make up for what it takes to make the others cheaper */
#define LARGE 100000             /* bytes for which libc looks through all that is free, and which it doesn't map */
#define LARGEST (256ul << 20)    /* a mapping that can have the ROM, its neighbours included, with which the kernel may join it */

/* What an order brings, as descriptors: the run's folder, its log, and the end of a pipe by which the kernel ends the
 * process with the runner (trapframe/system/bond.py). The child keeps that one and closes the others. */
struct order {
    int folder;
    int log;
    int bond;
};

static int runner = -1;
static unsigned char *roms[COPIES]; /* the machine's, in memory, and where a reset may take it from again */
static size_t rom_count;

/* By system calls: some of the functions of these names are the launchers' own. */
static int sys_open(const char *path)
{
    return (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
}

static void sys_close(int fd)
{
    syscall(SYS_close, fd);
}

static long sys_read(int fd, void *to, size_t size)
{
    return syscall(SYS_read, fd, to, size);
}

void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    if (!found)
        give_up(name);
    return found;
}

/* The serial line. Emulators write each byte by a system call, which costs more than what the guest did for it. So the
 * last page of the file is mapped: what is in it is in the file, whatever the process dies of. Its rest is cut off at the
 * end; where it comes to no end of its own, the runner cuts off the zeros (trapframe/system/process.py), of which a guest sends
 * none as long as a page is mapped. */

static struct {
    int fd;
    unsigned char *page; /* the one that has the file's end */
    size_t size;         /* of all that was put there and in the pages before */
} serial = {.fd = -1};

static int map_page(void)
{
    const int place = serial.page ? MAP_FIXED : 0;
    void *page;

    if (syscall(SYS_fallocate, serial.fd, 0, (off_t)serial.size, (off_t)PAGE)) /* a full disk would be a signal later */
        return 0;
    page = mmap(serial.page, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | place, serial.fd, (off_t)serial.size);
    if (page != MAP_FAILED)
        serial.page = page;
    return page != MAP_FAILED;
}

int open_line(const char *name)
{
    serial.fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (serial.fd >= 0 && !map_page() && ftruncate(serial.fd, 0))
        give_up(name);
    return serial.fd;
}

static void unmap_line(void)
{
    if (!serial.page)
        return;
    munmap(serial.page, PAGE);
    serial.page = NULL;
    if (ftruncate(serial.fd, (off_t)serial.size) || lseek(serial.fd, (off_t)serial.size, SEEK_SET) < 0)
        give_up("serial");
}

void put(const void *data, size_t size)
{
    if (memchr(data, 0, size))
        unmap_line();
    for (; size > 0; size--, data = (const char *)data + 1) {
        if (serial.page && serial.size > 0 && serial.size % PAGE == 0 && !map_page())
            unmap_line();
        if (!serial.page)
            break;
        serial.page[serial.size++ % PAGE] = *(const unsigned char *)data;
    }
    while (size > 0) {
        long done = syscall(SYS_write, serial.fd, data, size);

        if (done < 0 && errno != EINTR)
            return; /* its limit, or a full disk */
        if (done > 0) {
            data = (const char *)data + done;
            size -= (size_t)done;
        }
    }
}

void leave(int status)
{
    fflush(NULL);
    unmap_line();
    syscall(SYS_exit_group, status);
    __builtin_unreachable();
}

void give_up(const char *what)
{
    dprintf(2, "launcher: %s: %s\n", what, strerror(errno));
    leave(98);
}

/* Not by libc's conversions: their names differ between its releases, and a library built here may run with an older
 * one. */
static int number(const char *text)
{
    int value = 0;

    for (; *text >= '0' && *text <= '9' && value < 100000; text++)
        value = 10 * value + (*text - '0');
    return *text ? -1 : value;
}

int wanted(void)
{
    const char *text;

    if (runner >= 0)
        return 1;
    text = getenv(VARIABLE);
    if (!text)
        return 0;
    runner = number(text);
    /* Of a huge page all is cleared for the first byte that a run writes in it. */
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    unsetenv("LD_PRELOAD"); /* what the emulator starts is none of ours */
    return runner >= 0;
}

static void say(const char *text)
{
    while (send(runner, text, strlen(text), MSG_NOSIGNAL) < 0 && errno == EINTR)
        ;
}

void refuse(const char *why)
{
    say(why);
    leave(0);
}

/* Memory. */

/* A mapping of this process alone, of a file or of none. */
static struct mapping {
    unsigned char *start;
    size_t size;
    int protection;
    int is_file;
} mappings[4096];
static size_t mapping_count;

static struct mapping mapping_of(const char *line)
{
    uintptr_t edges[2] = {0, 0};
    struct mapping found = {0};

    for (int edge = 0; edge < 2; edge++, line++)
        for (; *line && !strchr("- ", *line); line++)
            edges[edge] = edges[edge] << 4 | (uintptr_t)(*line <= '9' ? *line - '0' : *line - 'a' + 10);
    found.start = (unsigned char *)edges[0];
    found.size = edges[1] - edges[0];
    found.is_file = !strstr(line, " 00:00 0 ");
    if (line[3] == 'p' && !strstr(line, "[stack") && !strstr(line, "[v") && found.size <= LARGEST)
        found.protection = (line[0] == 'r' ? PROT_READ : 0) | (line[1] == 'w' ? PROT_WRITE : 0) | (line[2] == 'x' ? PROT_EXEC : 0);
    return found;
}

/* All that can be read, but the main thread's stack and what is the kernel's ([vdso], [vvar]). */
static void find_mappings(void)
{
    static char maps[1 << 18];
    int fd = sys_open("/proc/self/maps");
    size_t size = 0;
    long got;

    while ((got = sys_read(fd, maps + size, sizeof maps - 1 - size)) > 0)
        size += (size_t)got;
    maps[size] = 0;
    sys_close(fd);
    mapping_count = 0;
    for (char *line = strtok(maps, "\n"); line && mapping_count < sizeof mappings / sizeof *mappings; line = strtok(NULL, "\n")) {
        mappings[mapping_count] = mapping_of(line);
        mapping_count += mappings[mapping_count].protection & PROT_READ;
    }
}

/* What /proc/self/pagemap says of each page of a mapping. */
static const uint64_t *entries_of(const struct mapping *mapping)
{
    static uint64_t entries[LARGEST / PAGE];
    const size_t size = mapping->size / PAGE * sizeof *entries;
    int pagemap = sys_open("/proc/self/pagemap");

    if (pread(pagemap, entries, size, (off_t)((uintptr_t)mapping->start / PAGE * sizeof *entries)) != (ssize_t)size)
        refuse("/proc/self/pagemap can't be read");
    sys_close(pagemap);
    return entries;
}

/* How many pages follow each other that have one of these bits; `*page` goes on to the first of them. */
static size_t next_pages(const struct mapping *mapping, const uint64_t *entries, uint64_t bits, size_t *page)
{
    const size_t count = mapping->size / PAGE;
    size_t end;

    while (*page < count && !(entries[*page] & bits))
        (*page)++;
    for (end = *page; end < count && entries[end] & bits; end++)
        ;
    return end - *page;
}

static size_t search(unsigned char *at, const unsigned char *end, const unsigned char *copy, size_t alignment)
{
    size_t found = 0;

    while ((at = memmem(at, (size_t)(end - at), copy, ROM_SIZE))) {
        if (rom_count == COPIES)
            refuse("its ROM is in memory too often");
        roms[rom_count++] = at;
        found += (uintptr_t)at % alignment == 0;
        at++;
    }
    return found;
}

/* A fork copies the entry of each page that is there, and the end of a process takes each away. Pages of zeros can as well
 * not be there. */
static void give_zeros_back(unsigned char *page, const unsigned char *end)
{
    static const unsigned char zeros[PAGE];

    while (page < end) {
        unsigned char *first = page;

        while (page < end && !memcmp(page, zeros, PAGE))
            page += PAGE;
        if (page > first)
            syscall(SYS_madvise, first, page - first, MADV_DONTNEED);
        page += PAGE;
    }
}

void find_rom(size_t alignment)
{
    int fd = sys_open(ROM_NAME);
    unsigned char *copy = mmap(NULL, ROM_SIZE, PROT_READ, MAP_PRIVATE, fd, 0); /* never written: no copy of its own */
    const uint64_t *entries;
    size_t found = 0;

    if (fd < 0 || copy == MAP_FAILED)
        refuse("its own ROM can't be read");
    sys_close(fd);
    find_mappings();
    for (const struct mapping *mapping = mappings; mapping < mappings + mapping_count; mapping++) {
        if (mapping->is_file || mapping->protection != (PROT_READ | PROT_WRITE))
            continue;
        entries = entries_of(mapping); /* to read pages that aren't there would make them */
        for (size_t page = 0, count; (count = next_pages(mapping, entries, PAGE_PRESENT, &page)); page += count) {
            unsigned char *const first = mapping->start + page * PAGE, *const end = first + count * PAGE;

            found += search(first, end, copy, alignment);
            give_zeros_back(first, end);
        }
    }
    munmap(copy, ROM_SIZE);
    if (found != 1)
        refuse(found ? "its ROM is in memory more than once" : "its ROM isn't found in memory");
}

/* Where many runs come: a fork copies no entries for pages of a file. So the server puts the pages that it has for itself in
 * one, and maps that in their place: privately, as they were. A process of a run takes from it what it touches. */

static int has_own_pages(const struct mapping *mapping, const uint64_t *entries)
{
    for (size_t page = 0; page < mapping->size / PAGE; page++)
        if (entries[page] & (PAGE_PRESENT | PAGE_SWAPPED) && !(entries[page] & PAGE_FILE))
            return 1;
    return 0;
}

/* False where it is better left as it is. By system calls alone: libc's functions write in its memory, also about threads,
 * while that is copied. */
static int copy_memory(const struct mapping *mapping, int file, long at)
{
    const uint64_t *entries = entries_of(mapping);
    size_t count;

    if (!has_own_pages(mapping, entries) || syscall(SYS_ftruncate, file, at + (long)mapping->size))
        return 0;
    if (mapping->is_file)
        return syscall(SYS_pwrite64, file, mapping->start, mapping->size, at) == (long)mapping->size;
    for (size_t page = 0; (count = next_pages(mapping, entries, PAGE_PRESENT, &page)); page += count)
        if (syscall(SYS_pwrite64, file, mapping->start + page * PAGE, count * PAGE, at + (long)(page * PAGE)) != (long)(count * PAGE))
            return 0;
    for (size_t page = 0; next_pages(mapping, entries, PAGE_SWAPPED, &page); page++)
        syscall(SYS_pwrite64, file, mapping->start + page * PAGE, (long)PAGE, at + (long)(page * PAGE));
    return 1;
}

/* Of the emulator's code all but the edges is in huge pages: no process of a run then has a fault there, and one entry each
 * to copy. */
static void use_huge_pages(const struct mapping *mapping)
{
    unsigned char *const to = (unsigned char *)(((uintptr_t)mapping->start + HUGE - 1) & -HUGE);
    const size_t edge = (size_t)(to - mapping->start), size = mapping->size > edge ? (mapping->size - edge) & -HUGE : 0;
    unsigned char *space, *copy;

    if (!size)
        return;
    space = mmap(NULL, size + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (space == MAP_FAILED)
        return;
    copy = (unsigned char *)(((uintptr_t)space + HUGE - 1) & -HUGE);
    prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
    syscall(SYS_madvise, copy, size, MADV_HUGEPAGE);
    memcpy(copy, to, size);
    /* Where there are none to be had, small ones would be worse than the file's. */
    if (!syscall(SYS_madvise, copy, size, MADV_COLLAPSE) && !mprotect(copy, size, mapping->protection))
        mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, to);
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    munmap(space, size + HUGE);
}

static int find_code(struct dl_phdr_info *info, size_t size, void *found)
{
    (void)size;
    for (unsigned n = 0; n < info->dlpi_phnum; n++)
        if (info->dlpi_phdr[n].p_type == PT_LOAD && info->dlpi_phdr[n].p_flags & PF_X)
            *(uintptr_t *)found = info->dlpi_addr + info->dlpi_phdr[n].p_vaddr;
    return 1; /* the program is the first; libraries follow */
}

static void freeze(void)
{
    const int file = memfd_create("memory", MFD_CLOEXEC);
    uintptr_t code = 0;
    long at = 0;

    if (file < 0)
        return;
    dl_iterate_phdr(find_code, &code);
    find_mappings();
    for (const struct mapping *mapping = mappings; mapping < mappings + mapping_count; mapping++) {
        if (code - (uintptr_t)mapping->start < mapping->size)
            use_huge_pages(mapping);
        else if (!(mapping->protection & PROT_EXEC) && copy_memory(mapping, file, at) &&
                 syscall(SYS_mmap, mapping->start, mapping->size, mapping->protection, MAP_PRIVATE | MAP_FIXED, file, at) == (long)mapping->start)
            at += (long)mapping->size;
    }
    sys_close(file);
}

/* Processes. */

static int order_of(struct order *order)
{
    char byte;
    union {
        char bytes[CMSG_SPACE(sizeof *order)];
        struct cmsghdr aligned;
    } control;
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    const struct cmsghdr *header;
    ssize_t got;

    do
        got = recvmsg(runner, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!header || header->cmsg_len != CMSG_LEN(sizeof *order))
        return 0; /* the runner is at its end, or was killed */
    memcpy(order, CMSG_DATA(header), sizeof *order);
    return 1;
}

/* A file's position is shared by all who inherited it, so that the second child would begin where the first one ended. */

static int positions[DESCRIPTORS], position_count;

static void find_positions(void)
{
    for (int fd = 3; fd < DESCRIPTORS; fd++) {
        struct stat status;

        if (!fstat(fd, &status) && S_ISREG(status.st_mode) && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
            positions[position_count++] = fd;
    }
}

static void own_positions(void)
{
    for (int i = 0; i < position_count; i++) {
        const int fd = positions[i];
        char path[32];
        int own;

        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        own = sys_open(path);
        if (own < 0 || lseek(own, lseek(fd, 0, SEEK_CUR), SEEK_SET) < 0 || dup3(own, fd, O_CLOEXEC) < 0)
            give_up(path);
        sys_close(own);
    }
}

static void load_rom(void)
{
    int fd;

    if (!rom_count)
        return; /* it isn't in memory: it was never looked for */
    fd = sys_open(ROM_NAME);
    for (size_t i = 0; i < rom_count; i++)
        if (fd < 0 || pread(fd, roms[i], ROM_SIZE, 0) != ROM_SIZE)
            give_up(ROM_NAME);
    sys_close(fd);
}

static void become(const struct order *order, unsigned outputs)
{
    sys_close(runner);
    setsid();
    for (int fd = 1; fd <= 2; fd++)
        if (outputs >> fd & 1 && dup2(order->log, fd) < 0)
            give_up("log");
    if (fchdir(order->folder))
        give_up("folder");
    sys_close(order->folder);
    sys_close(order->log);
    own_positions();
    load_rom();
}

/* What is free is sorted here, and not in each child when it first allocates; and its pages are given back. */
static void settle_heap(void)
{
    void *volatile large; /* a pair of malloc() and free() alone would be optimised away */

    ((int (*)(size_t))next("malloc_trim"))(0);
    large = malloc(LARGE);
    free(large);
}

void serve(unsigned outputs)
{
    int *thread = NULL; /* where libc keeps the number of the only thread that a child has at first */
    struct order order;

    if (prctl(PR_GET_TID_ADDRESS, &thread, 0, 0, 0) || !thread)
        refuse("this kernel has no PR_GET_TID_ADDRESS");
    find_positions();
    settle_heap();
    say(HELLO);
    for (unsigned runs = 0; order_of(&order); runs++) {
        if (runs == MANY)
            freeze();
        /* Not fork(): the child's parent is the runner, which so waits for it, kills it and limits it as if it had
         * started it. */
        long child = syscall(SYS_clone, CLONE_PARENT | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, NULL, NULL, thread, NULL);
        int32_t answer = child < 0 ? -errno : (int32_t)child;

        if (child == 0) {
            become(&order, outputs);
            return;
        }
        sys_close(order.folder);
        sys_close(order.log);
        sys_close(order.bond);
        if (send(runner, &answer, sizeof answer, MSG_NOSIGNAL) != sizeof answer)
            break;
    }
    leave(0);
}
