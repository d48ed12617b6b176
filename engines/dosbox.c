/* Loaded before DOSBox's own libraries: what it gives up with ends it at once.
 *
 * E_Exit() throws a text. On its way to main() objects are destroyed that write to the guest's memory, and in a guest with
 * paging that faults: the guest's handler runs once more, and the record that it sends tells of a page fault of nobody's. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TEXT "Pc" /* how C++ names the type char * */
#define FAILED 1

struct type_info { /* of the C++ ABI */
    const void *functions;
    const char *name;
};

void __cxa_throw(void *thrown, struct type_info *type, void (*destroy)(void *));

void __cxa_throw(void *thrown, struct type_info *type, void (*destroy)(void *))
{
    if (!strcmp(type->name, TEXT)) {
        dprintf(STDERR_FILENO, "Exit to error: %s\n", *(char **)thrown);
        _exit(FAILED);
    }
    ((void (*)(void *, struct type_info *, void (*)(void *)))dlsym(RTLD_NEXT, __func__))(thrown, type, destroy);
    __builtin_unreachable();
}
