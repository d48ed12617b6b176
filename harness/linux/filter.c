/* filter.c: which system calls are left once the program under test runs. */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include "hosted.h"
#include "system.h"

extern const uint8_t system_calls_end[];

/* Those that the harness itself still needs, from its own code. All others, and all of the program, are SIGSYS. */
void forbid_system_calls(void)
{
#define LOAD(field)                                                          \
    {                                                                        \
        BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, field) \
    }
#define HIGH_OF_RIP                                                                            \
    {                                                                                          \
        BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, instruction_pointer) + 4 \
    }
#define IF_EQUAL(value, yes, no)                  \
    {                                             \
        BPF_JMP | BPF_JEQ | BPF_K, yes, no, value \
    }
#define IF_AT_LEAST(value, yes, no)               \
    {                                             \
        BPF_JMP | BPF_JGE | BPF_K, yes, no, value \
    }
#define ANSWER(value)                \
    {                                \
        BPF_RET | BPF_K, 0, 0, value \
    }
    struct sock_filter filter[] = {
        LOAD(arch),
        IF_EQUAL(AUDIT_ARCH_X86_64, 0, 10),
        HIGH_OF_RIP,
        IF_EQUAL(0, 0, 8),
        LOAD(instruction_pointer),
        IF_AT_LEAST((uint32_t)(uintptr_t)system_call, 0, 6),
        IF_AT_LEAST((uint32_t)(uintptr_t)system_calls_end + 1, 5, 0),
        LOAD(nr),
        IF_EQUAL(__NR_write, 4, 0),
        IF_EQUAL(__NR_exit_group, 3, 0),
        IF_EQUAL(__NR_rt_sigreturn, 2, 0),
        IF_EQUAL(__NR_mprotect, 1, 0),
        ANSWER(SECCOMP_RET_TRAP),
        ANSWER(SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof(filter) / sizeof(*filter), filter};

    if (system_call(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0) || SYSTEM(seccomp, SECCOMP_SET_MODE_FILTER, 0, &program))
        unsupported("seccomp");
}
