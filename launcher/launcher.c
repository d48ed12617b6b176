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
#define HUGE (2ul << 20)
#define PAGE_PRESENT 63       /* in /proc/PID/pagemap; a guard page of a thread's stack counts as swapped out, and can't be read */
#define LARGE 100000          /* bytes for which libc looks through all that is free, and which it doesn't map */
#define LARGEST (256ul << 20) /* a mapping that can have the ROM, its neighbours included, with which the kernel may join it */

/* What an order brings, as descriptors: the run's folder, its log, and the end of a pipe by which the kernel ends the
 * process with the runner (trapframe/system/bond.py). The child keeps that one and closes the others. */
struct order {
    int folder;
    int log;
    int bond;
};

static int runner = -1;
static unsigned char *rom; /* the machine's, in memory */

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
 * first page of the file is mapped: what is in it is in the file, whatever the process dies of. Its rest is cut off at the
 * end; where it comes to no end of its own, the runner cuts off the zeros (trapframe/system/process.py), of which a guest sends
 * none as long as the page is mapped. */

static struct {
    int fd;
    unsigned char *page;
    size_t size;
} serial = {.fd = -1};

int open_line(const char *name)
{
    void *page;

    serial.fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (serial.fd < 0 || syscall(SYS_fallocate, serial.fd, 0, 0, (long)PAGE)) /* a full disk would be a signal later */
        return serial.fd;
    page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, serial.fd, 0);
    if (page != MAP_FAILED)
        serial.page = page;
    else if (ftruncate(serial.fd, 0))
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
    if (size > PAGE - serial.size || memchr(data, 0, size))
        unmap_line();
    if (serial.page) {
        memcpy(serial.page + serial.size, data, size);
        serial.size += size;
        return;
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

/* The next pages of a mapping that are there, from `*page` on: to read others would make them. */
static size_t next_present(const struct mapping *mapping, size_t *page)
{
    static uint64_t pages[LARGEST / PAGE];
    const size_t count = mapping->size / PAGE;
    size_t end;

    if (*page == 0) {
        const size_t size = count * sizeof *pages;
        int pagemap = sys_open("/proc/self/pagemap");

        if (pread(pagemap, pages, size, (off_t)((uintptr_t)mapping->start / PAGE * sizeof *pages)) != (ssize_t)size)
            refuse("/proc/self/pagemap can't be read");
        sys_close(pagemap);
    }
    while (*page < count && !(pages[*page] >> PAGE_PRESENT))
        (*page)++;
    for (end = *page; end < count && pages[end] >> PAGE_PRESENT; end++)
        ;
    return end - *page;
}

static size_t search(unsigned char *at, const unsigned char *end, const unsigned char *copy, size_t alignment)
{
    size_t found = 0;

    while ((at = memmem(at, (size_t)(end - at), copy, ROM_SIZE))) {
        if ((uintptr_t)at % alignment == 0) {
            rom = at;
            found++;
        }
        at++;
    }
    return found;
}

void find_rom(size_t alignment)
{
    int fd = sys_open(ROM_NAME);
    unsigned char *copy = mmap(NULL, ROM_SIZE, PROT_READ, MAP_PRIVATE, fd, 0); /* never written: no copy of its own */
    size_t found = 0;

    if (fd < 0 || copy == MAP_FAILED)
        refuse("its own ROM can't be read");
    sys_close(fd);
    find_mappings();
    for (const struct mapping *mapping = mappings; mapping < mappings + mapping_count; mapping++) {
        if (mapping->is_file || mapping->protection != (PROT_READ | PROT_WRITE))
            continue;
        for (size_t page = 0, count; (count = next_present(mapping, &page)); page += count)
            found += search(mapping->start + page * PAGE, mapping->start + (page + count) * PAGE, copy, alignment);
    }
    munmap(copy, ROM_SIZE);
    if (found != 1)
        refuse(found ? "its ROM is in memory more than once" : "its ROM isn't found in memory");
}

/* A fork copies the entry of each page that isn't a file's, and each mapping; and the end of a process takes each away. So
 * the server puts all that it has in one file, and maps that in its place: privately, as it was. A process of a run takes
 * from it what it touches. What is only read can all be executed, too: neighbours are then one mapping. */

/* False where it is better left as it is. By system calls alone: libc's functions write in its memory, also about threads,
 * while that is copied. */
static int copy_memory(const struct mapping *mapping, int file, long at)
{
    size_t page = 0, count;
    int is_there = 0;

    if (syscall(SYS_ftruncate, file, at + (long)mapping->size))
        return 0;
    if (mapping->is_file)
        return syscall(SYS_pwrite64, file, mapping->start, mapping->size, at) == (long)mapping->size;
    for (; (count = next_present(mapping, &page)); page += count, is_there = 1)
        if (syscall(SYS_pwrite64, file, mapping->start + page * PAGE, count * PAGE, at + (long)(page * PAGE)) != (long)(count * PAGE))
            return 0;
    return is_there;
}

/* Of the emulator itself, all but the edges is in huge pages: no process of a run then has a fault there, and little to copy. */
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

static int find_program(struct dl_phdr_info *info, size_t size, void *found)
{
    (void)size;
    *(const unsigned char **)found = (const unsigned char *)info->dlpi_phdr;
    return 1; /* it is the first; libraries follow */
}

static void freeze(void)
{
    const unsigned char *program = NULL;
    const int file = memfd_create("memory", MFD_CLOEXEC);
    long at = 0;

    if (file < 0)
        return;
    find_mappings();
    for (const struct mapping *mapping = mappings; mapping < mappings + mapping_count; mapping++) {
        const int is_written = mapping->protection & PROT_WRITE;

        if (is_written ? mapping->protection & PROT_EXEC : !mapping->is_file)
            continue;
        if (copy_memory(mapping, file, at) && syscall(SYS_mmap, mapping->start, mapping->size, PROT_READ | (is_written ? PROT_WRITE : PROT_EXEC),
                                                      MAP_PRIVATE | MAP_FIXED, file, at) == (long)mapping->start)
            at += (long)mapping->size;
    }
    sys_close(file);
    dl_iterate_phdr(find_program, &program);
    find_mappings();
    for (const struct mapping *mapping = mappings; mapping < mappings + mapping_count; mapping++)
        if (program >= mapping->start && program < mapping->start + mapping->size && mapping->protection == (PROT_READ | PROT_EXEC))
            use_huge_pages(mapping);
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

    if (!rom)
        return; /* it isn't in memory: it was never looked for */
    fd = sys_open(ROM_NAME);
    if (fd < 0 || sys_read(fd, rom, ROM_SIZE) != ROM_SIZE)
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
    freeze();
    say(HELLO);
    while (order_of(&order)) {
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
