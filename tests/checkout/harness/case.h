/* The layout of harness/include/case.h, written a second time: a change of one without the other shows. */
struct case_info {
    const char *name, *about, *spec, *id, *tags;
    void (*run)(void);
    unsigned long arg[2];
    int env, vector;
    long error;
    const char *saved_rip, *needs;
    unsigned resumes, size;
};

#define TABLE __attribute__((section(".case_info"), used)) const struct case_info
#define PAGE_FAULT \
    .spec = "SDM 3A \"Page-Fault Exceptions\"", .vector = 14, .error = 7, .saved_rip = "fault", .size = sizeof(struct case_info)
