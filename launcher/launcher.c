/* Orders, processes, descriptors, and the ROM in memory: the same for all emulators. */
#define _GNU_SOURCE
#include "launcher.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
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

/* The number of the socket to the runner, in decimal. */
#define VARIABLE "TRAPFRAME_LAUNCHER"
#define HELLO "trapframe launcher 1"
#define LARGEST (64ul << 20) /* a mapping that can have the ROM; looking through QEMU's gigabyte for code would touch it all */
#define DESCRIPTORS 64       /* an emulator without disks, screens and network has fewer */

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

void leave(int status)
{
    fflush(NULL);
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

/* The ROM in memory. */

static int readable(const char *line, uintptr_t *start, uintptr_t *end)
{
    uintptr_t *const edges[] = {start, end};

    *start = *end = 0;
    for (int edge = 0; edge < 2; edge++, line++)
        for (; *line && !strchr("- ", *line); line++)
            *edges[edge] = *edges[edge] << 4 | (uintptr_t)(*line <= '9' ? *line - '0' : *line - 'a' + 10);
    return line[0] == 'r' && line[1] == 'w';
}

static char maps[1 << 18];

void find_rom(size_t alignment)
{
    int fd = sys_open(ROM_NAME), found = 0;
    unsigned char *copy = mmap(NULL, ROM_SIZE, PROT_READ, MAP_PRIVATE, fd, 0); /* never written: no copy of its own */
    size_t size = 0;
    long got;

    if (fd < 0 || copy == MAP_FAILED)
        refuse("its own ROM can't be read");
    sys_close(fd);
    fd = sys_open("/proc/self/maps");
    while ((got = sys_read(fd, maps + size, sizeof maps - 1 - size)) > 0)
        size += (size_t)got;
    sys_close(fd);
    for (char *line = strtok(maps, "\n"); line; line = strtok(NULL, "\n")) {
        uintptr_t start, end;

        if (!readable(line, &start, &end) || end - start > LARGEST || strstr(line, "[stack") || strstr(line, "[vvar"))
            continue;
        for (unsigned char *at = (unsigned char *)start; at; at++) {
            at = memmem(at, end - (uintptr_t)at, copy, ROM_SIZE);
            if (!at)
                break;
            if ((uintptr_t)at % alignment)
                continue;
            rom = at;
            found++;
        }
    }
    munmap(copy, ROM_SIZE);
    if (found != 1)
        refuse(found ? "its ROM is in memory more than once" : "its ROM isn't found in memory");
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
static void own_positions(void)
{
    for (int fd = 3; fd < DESCRIPTORS; fd++) {
        struct stat status;
        char path[32];
        int own;

        if (fstat(fd, &status) || !S_ISREG(status.st_mode) || (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY)
            continue;
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        own = sys_open(path);
        if (own < 0 || lseek(own, lseek(fd, 0, SEEK_CUR), SEEK_SET) < 0 || dup3(own, fd, O_CLOEXEC) < 0)
            give_up(path);
        sys_close(own);
    }
}

static void load_rom(void)
{
    int fd = sys_open(ROM_NAME);

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

void serve(unsigned outputs)
{
    int *thread = NULL; /* where libc keeps the number of the only thread that a child has at first */
    struct order order;

    if (prctl(PR_GET_TID_ADDRESS, &thread, 0, 0, 0) || !thread)
        refuse("this kernel has no PR_GET_TID_ADDRESS");
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
