# One ROM per file of cases: `make roms`. `make run` and `make check` first install what is missing.

# None of make's own rules, each of which it would try on each file of each start: a quarter of a second.
MAKEFLAGS += -r

ifeq ($(origin CC),default)
CC := gcc
endif
OBJCOPY ?= objcopy
BUILD ?= $(or $(TRAPFRAME_BUILD),build)
# The one that has the packages of the system.
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)

CFLAGS := -std=c11 -Os -ffreestanding -fno-pie -mno-red-zone -mgeneral-regs-only -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -fno-common -Wa,--noexecstack -Wall -Wextra -Wstrict-prototypes -Wundef -Werror \
	-Iharness -Iharness/include
# 32-bit protected mode and real mode: from the 386 on, but for the instructions of the 486 that the harness asks CPUID about.
CFLAGS32 := $(filter-out -mno-red-zone,$(CFLAGS)) -m32 -march=i486
LDFLAGS := -nostdlib -static -Wl,-z,noexecstack -Wl,-z,max-page-size=16 -Wl,--no-warn-rwx-segments -Wl,--build-id=none

COMMON := $(wildcard harness/common/*.c harness/common/*.S)
HARNESS := $(COMMON) $(wildcard harness/long64/*.c harness/long64/*.S)
# switch.c is for few cases and 2 KiB of their ROMs: a library, so that only who calls it has it.
SWITCH32 := $(BUILD)/switch32.a
HARNESS32 := $(COMMON) $(filter-out harness/pm32/switch.c,$(wildcard harness/pm32/*.c harness/pm32/*.S))
OBJECTS := $(patsubst harness/%,$(BUILD)/harness/%.o,$(HARNESS))
OBJECTS32 := $(patsubst harness/%,$(BUILD)/harness32/%.o,$(HARNESS32))
FILES := $(patsubst cases/%.c,%,$(wildcard cases/*/*.c))
# Those of 32-bit protected mode and of real mode: a file says so by the header that it includes.
FILES32 := $(patsubst cases/%.c,%,$(shell grep -lE '^.include [<"]case(32|16)\.h[>"]' $(wildcard cases/*/*.c) /dev/null))
FILES64 := $(filter-out $(FILES32),$(FILES))
ROMS := $(FILES:%=$(BUILD)/%.rom)
# The ROM that replays tests of others, of which this repository has no case: docs/replay.md.
REPLAY := $(patsubst harness/%,$(BUILD)/harness32/%.o,$(addprefix harness/common/,reset.S line.c memory.c serial.c) \
	$(wildcard harness/replay/*.c harness/replay/*.S))
# Runs here, not in a guest: docs/launcher.md.
ifneq ($(findstring x86_64,$(MAKE_HOST)),)
LAUNCHERS := $(patsubst launcher/%.c,$(BUILD)/launcher/%.so,$(filter-out launcher/launcher.c,$(wildcard launcher/*.c)))
endif
# The same cases as programs of Linux, for -e linux: what of the harness they share, and what is theirs.
ifneq ($(findstring x86_64,$(MAKE_HOST)),)
PROGRAMS := $(FILES64:%=$(BUILD)/%.linux)
endif
SHARED := $(addprefix harness/common/,feature.c gather.c line.c lines.c memory.c named.c) \
	$(addprefix harness/long64/,actions.c final.c registers.c selectors.c stacks.S start.c state.c)
HOSTED := $(patsubst harness/%,$(BUILD)/hosted/%.o,$(SHARED) $(wildcard harness/linux/*.c harness/linux/*.S))
HOSTED_CFLAGS := -Iharness/linux/include -Iharness/linux $(CFLAGS)
HOSTED_LDFLAGS := $(subst max-page-size=16,max-page-size=4096,$(LDFLAGS))
LAUNCHER_CFLAGS := -std=gnu11 -O2 -fPIC -shared -Wall -Wextra -Wstrict-prototypes -Wundef -Werror

# What boots a ROM on a machine with a BIOS of its own.
BOOTS := $(patsubst engines/%.S,$(BUILD)/engines/%.boot,$(wildcard engines/*.S))
# What is loaded into such a machine.
PRELOADED := $(patsubst engines/%.c,$(BUILD)/engines/%.so,$(wildcard engines/*.c))

SAMPLE := 'divide_error/*' 'debug/*' 'interrupt/*'

.PHONY: roms programs launchers replay run check check-all check-fresh lint bench setup docs strength prediction mutate mutate-sweeps unlike sample coverage-catalogue dist clean
.DELETE_ON_ERROR:
.SECONDARY:

roms: $(ROMS) $(BOOTS) $(PRELOADED) launchers $(BUILD)/bytecode
programs: $(PROGRAMS)
replay: $(BUILD)/replay.rom launchers
launchers: $(LAUNCHERS)

# Where Python may not write bytecode by itself (PYTHONDONTWRITEBYTECODE), each start of the runner would compile all of trapframe.
# Once: what is changed later is compiled at each start there.
$(BUILD)/bytecode:
	@-$(PYTHON) -m compileall -q trapframe
	@touch $@

# On v86, too, where somebody has installed it: `./runner.py engines install v86` brings it from npm.
V86 = $(if $(and $(shell command -v node),$(wildcard .engines/v86@*/release.json)),-e qemu -e bochs -e v86)

run:
	@scripts/setup.sh run
	@./runner.py all $(V86)

check:
	@scripts/setup.sh run check
	@scripts/check.sh

# With new examples of properties, and the whole of what the gate does a part of: each case on both emulators, all predictions.
check-all: export TRAPFRAME_EXPLORE = 1
check-all: check

# Every case from an emulator that was started once, and from one of its own: docs/launcher.md.
check-fresh:
	@scripts/setup.sh run check
	@$(PYTHON) -m pytest -q tests/both_ways.py

lint:
	@scripts/setup.sh lint
	@scripts/lint.sh

bench:
	@scripts/setup.sh run
	@./scripts/bench.py

setup:
	@scripts/setup.sh run check lint

# The pages of docs/ that are generated; a test holds them to be current.
docs:
	@$(PYTHON) -m trapframe.pages.docs

# docs/generated/strength.md: which changes of a record would change no verdict.
strength:
	@$(PYTHON) -m trapframe.pages.strength

# docs/generated/prediction.md: which golden files the specification predicts.
prediction:
	@$(PYTHON) -m trapframe.pages.prediction

# docs/generated/mutants.md: which mistakes in spec/ the golden files see. Some minutes; fails where one is neither seen nor explained.
mutate:
	@$(PYTHON) -m trapframe.pages.mutants

# docs/generated/sweep-strength.md: which of a sample of the same mistakes sweeps see, in the guest. Some ten minutes.
mutate-sweeps: sweeps
	@$(PYTHON) -m trapframe.pages.sweep_strength

# docs/data/unlike.tsv, for findings.md: what every release that is installed does where golden files know what processors do.
unlike:
	@./runner.py run $$(grep -rlE '^ *silicon ' expected --include='*.txt' | sed 's|expected/||; s|\.txt||' | sort) \
		-e 'qemu@*' -e 'bochs@*' --report $(BUILD)/unlike
	@$(PYTHON) -m trapframe.pages.unlike $(BUILD)/unlike/report.json

# docs/generated/sample-report: a part of the cases on all releases that are installed (`./runner.py engines install`).
sample:
	@./runner.py run $(SAMPLE) -e 'qemu@*' -e 'bochs@*' --report $(BUILD)/sample
	@$(PYTHON) -m trapframe.pages.sample $(BUILD)/sample/report.json

# Which rows of docs/data/catalogue.tsv have no case.
coverage-catalogue:
	@$(PYTHON) -m trapframe.pages.coverage_catalogue

# A release: $(BUILD)/dist/trapframe-VERSION-COMMIT.tar.gz, docs/ci.md.
dist: roms replay sweeps
	@$(PYTHON) scripts/dist.py $(BUILD)/dist

clean:
	rm -rf $(BUILD)

# spec/: the specification, docs/spec.md. A library for the host, objects for guests of both widths.
SPECIFICATION := $(wildcard spec/*.c)
SPEC_CFLAGS := -std=c11 -ffreestanding -Wall -Wextra -Wstrict-prototypes -Wundef -Wconversion -Werror
GUEST_CFLAGS := $(SPEC_CFLAGS) -O2 -fno-pie -mgeneral-regs-only -fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables
SPEC_LIBRARY := $(BUILD)/spec/spec.so
SPEC_GUEST := $(BUILD)/spec/guest64.o $(BUILD)/spec/guest32.o
.PHONY: spec specification
specification: $(SPEC_LIBRARY)
spec: $(SPEC_LIBRARY) $(SPEC_GUEST)

$(SPEC_LIBRARY): $(SPECIFICATION) spec/spec.h spec/internal.h Makefile
	@mkdir -p $(@D)
	@$(CC) $(SPEC_CFLAGS) -O2 -g -fPIC -shared $(SPECIFICATION) -o $@

# One unit of all files: a guest judges each delivery, and on Bochs each instruction of that counts.
SPEC_UNIT := $(if $(findstring clang,$(CC)),,-finline-limit=500) $(SPECIFICATION:%=-include %) -x c -c /dev/null
$(BUILD)/spec/guest64.o: SPEC_WIDTH := -mno-red-zone
$(BUILD)/spec/guest32.o: SPEC_WIDTH := -m32 -march=i486
$(SPEC_GUEST): $(SPECIFICATION) spec/spec.h spec/internal.h Makefile
	@mkdir -p $(@D)
	@$(CC) $(GUEST_CFLAGS) $(SPEC_WIDTH) $(SPEC_UNIT) -o $@
	@$(OBJCOPY) -w --keep-global-symbol='spec_*' $@

# What `./runner.py ask` and docs/ask.html ask: the specification with a note at each check, and the questions' model.
ASK := $(wildcard spec/ask/*.c)
ASK_TRACED := $(SPECIFICATION:spec/%.c=$(BUILD)/spec/ask/%.c)
ASK_CFLAGS := $(SPEC_CFLAGS) -Wno-misleading-indentation -Ispec -include spec/ask/trace.h
ASK_LIBRARY := $(BUILD)/spec/ask.so
ASK_WASM := $(BUILD)/spec/ask.wasm
.PHONY: ask-library ask
ask-library: $(ASK_LIBRARY)

# docs/ask.html, for which clang and lld are needed.
ask: $(ASK_WASM)
	@$(PYTHON) -m trapframe.pages.ask

$(ASK_TRACED) &: $(SPECIFICATION) trapframe/ask/traced.py
	@$(PYTHON) -m trapframe.ask.traced spec $(BUILD)/spec/ask

$(ASK_LIBRARY): $(ASK_TRACED) $(ASK) $(wildcard spec/*.h spec/ask/*.h) Makefile
	@$(CC) $(ASK_CFLAGS) -O2 -fPIC -shared $(ASK_TRACED) $(ASK) -o $@

$(ASK_WASM): $(ASK_TRACED) $(ASK) $(wildcard spec/*.h spec/ask/*.h) Makefile
	@clang --target=wasm32 -mbulk-memory $(ASK_CFLAGS) -Os -nostdlib -Wl,--no-entry -Wl,--strip-all -Wl,--export=ask -Wl,--export=ask_field \
		-Wl,--export=__heap_base -fvisibility=hidden $(ASK_TRACED) $(ASK) -o $@

$(BUILD)/harness/%.c.o: harness/%.c Makefile
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/harness/%.S.o: harness/%.S Makefile
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/harness32/%.o: harness/% Makefile
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS32) -MMD -MP -c $< -o $@

$(BUILD)/harness.o: $(OBJECTS)
	@$(CC) -nostdlib -r $^ -o $@

$(BUILD)/harness32.o: $(OBJECTS32)
	@$(CC) -m32 -nostdlib -r $^ -o $@

$(SWITCH32): $(BUILD)/harness32/pm32/switch.c.o
	@rm -f $@ && $(AR) rcsD $@ $<

$(FILES64:%=$(BUILD)/%.elf): $(BUILD)/%.elf: cases/%.c $(BUILD)/harness.o harness/common/rom.ld Makefile
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -DCASE_FILE='"$*"' -MMD -MP -MF $(@:.elf=.d) $(LDFLAGS) -T harness/common/rom.ld $< $(BUILD)/harness.o -o $@

# As an ELF file of 64 bits, like the others: who reads it needs to know one layout.
$(FILES32:%=$(BUILD)/%.elf): $(BUILD)/%.elf: cases/%.c $(BUILD)/harness32.o $(SWITCH32) harness/common/rom.ld Makefile
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS32) -DCASE_FILE='"$*"' -MMD -MP -MF $(@:.elf=.d) -MT $@ $(LDFLAGS) -T harness/common/rom.ld $< $(BUILD)/harness32.o $(SWITCH32) -o $@.32
	@$(OBJCOPY) -I elf32-i386 -O elf64-x86-64 $@.32 $@
	@rm $@.32

$(BUILD)/%.rom: $(BUILD)/%.elf
	@$(OBJCOPY) -O binary --gap-fill 0xff $< $@

$(BUILD)/replay.elf: $(REPLAY) harness/replay/replay.ld Makefile
	@$(CC) -m32 $(LDFLAGS) -T harness/replay/replay.ld $(REPLAY) -o $@

# Sweeps: the specification in the guest, docs/sweeps.md. Of the shared objects only what is used gets into a ROM.
SWEEPS := $(patsubst sweeps/%.c,%,$(wildcard sweeps/*.c))
SWEEP_HARNESS := $(wildcard harness/sweep/*.c harness/sweep/*.S) \
	$(addprefix harness/common/,reset.S apic.c frames.c line.c memory.c serial.c) $(addprefix harness/long64/,boot.S paging.c)
# Of another folder: tests of what sweeps see.
SPEC := spec
# Clang is asked for no -flto, and without it -O2 is too large for the ROM.
SWEEP_CFLAGS := $(if $(findstring clang,$(CC)),$(subst -Os,-Oz,$(CFLAGS)),$(subst -Os,-O2,$(CFLAGS)) -flto -flto-partition=one) -fno-strict-aliasing -ffunction-sections -fdata-sections -I$(SPEC) $(SWEEP_WARNINGS)
SWEEP_OBJECTS := $(patsubst harness/%,$(BUILD)/sweeps/harness/%.o,$(SWEEP_HARNESS))
# What isn't done for each state: there is little room.
$(filter $(BUILD)/sweeps/harness/common/% $(BUILD)/sweeps/harness/long64/% %/classes.c.o %/pairs.c.o,$(SWEEP_OBJECTS)): SWEEP_CFLAGS += $(if $(findstring clang,$(CC)),,-Os)
# Those of 32-bit protected mode: a file says so by the header that it includes.
SWEEPS32 := $(patsubst sweeps/%.c,%,$(shell grep -lE '^.include "sweep32/' $(wildcard sweeps/*.c) /dev/null))
SWEEP_HARNESS32 := $(wildcard harness/sweep32/*.c harness/sweep32/*.S) $(addprefix harness/sweep/,classes.c main.c pairs.c plan.c specification.c) \
	$(addprefix harness/common/,reset.S apic.c feature.c frames.c line.c memory.c serial.c) $(addprefix harness/pm32/,boot.S paging.c)
SWEEP_CFLAGS32 = $(CFLAGS32) $(FASTER) $(filter-out $(CFLAGS) -O2 -Oz,$(SWEEP_CFLAGS))
SWEEP_OBJECTS32 := $(patsubst harness/%,$(BUILD)/sweeps/harness32/%.o,$(SWEEP_HARNESS32))
# For all of it there is no room.
$(addprefix $(BUILD)/sweeps/harness32/,$(addsuffix .c.o,sweep/main sweep/plan sweep32/arena)): FASTER := -O2
# What a compiler calls on its own is called when all of it is linked: too late to ask for what was dropped before.
$(BUILD)/sweeps/harness/common/memory.c.o $(BUILD)/sweeps/harness32/common/memory.c.o: SWEEP_CFLAGS += -fno-lto
.PHONY: sweeps
sweeps: $(SWEEPS:%=$(BUILD)/sweeps/%.rom) launchers

$(BUILD)/sweeps/harness/%.o: harness/% Makefile
	@mkdir -p $(@D)
	@$(CC) $(SWEEP_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/sweeps/harness32/%.o: harness/% Makefile
	@mkdir -p $(@D)
	@$(CC) $(SWEEP_CFLAGS32) -MMD -MP -c $< -o $@

$(SWEEPS32:%=$(BUILD)/sweeps/%.elf): $(BUILD)/sweeps/%.elf: sweeps/%.c $(SWEEP_OBJECTS32) harness/sweep/sweep.ld Makefile
	@$(CC) $(SWEEP_CFLAGS32) -MMD -MP -MF $(@:.elf=.d) $(LDFLAGS) -Wl,--gc-sections -T harness/sweep/sweep.ld $< $(SWEEP_OBJECTS32) -o $@

$(BUILD)/sweeps/%.elf: sweeps/%.c $(SWEEP_OBJECTS) harness/sweep/sweep.ld Makefile
	@$(CC) $(SWEEP_CFLAGS) -DSWEEP_FILE -MMD -MP -MF $(@:.elf=.d) $(LDFLAGS) -Wl,--gc-sections -T harness/sweep/sweep.ld $< $(SWEEP_OBJECTS) -o $@

# What `make bench` measures sweeps against.
$(BUILD)/sweeps/bare.elf: harness/bare/bare.c $(SWEEP_OBJECTS) harness/sweep/sweep.ld Makefile
	@$(CC) $(SWEEP_CFLAGS) -MMD -MP -MF $(@:.elf=.d) $(LDFLAGS) -Wl,--gc-sections -T harness/sweep/sweep.ld $< \
		$(filter-out $(BUILD)/sweeps/harness/sweep/%,$(SWEEP_OBJECTS)) -o $@

$(BUILD)/hosted/%.o: harness/% Makefile
	@mkdir -p $(@D)
	@$(CC) $(HOSTED_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/hosted.o: $(HOSTED)
	@$(CC) -nostdlib -r $^ -o $@

$(BUILD)/%.linux: cases/%.c $(BUILD)/hosted.o harness/linux/linux.ld Makefile
	@mkdir -p $(@D)
	@$(CC) $(HOSTED_CFLAGS) -DCASE_FILE='"$*"' -MMD -MP -MF $@.d $(HOSTED_LDFLAGS) -T harness/linux/linux.ld $< $(BUILD)/hosted.o -o $@

$(BUILD)/engines/%.boot: engines/%.S Makefile
	@mkdir -p $(@D)
	@$(CC) -m32 -nostdlib -static -Wl,--build-id=none -Wl,-Ttext=0x7c00 -Wl,--oformat=binary $< -o $@

$(BUILD)/engines/%.so: engines/%.c Makefile
	@mkdir -p $(@D)
	@$(CC) $(LAUNCHER_CFLAGS) $< -o $@

$(BUILD)/launcher/%.so: launcher/%.c launcher/launcher.c launcher/launcher.h Makefile
	@mkdir -p $(@D)
	@$(CC) $(LAUNCHER_CFLAGS) $< launcher/launcher.c -o $@

-include $(OBJECTS:.o=.d) $(OBJECTS32:.o=.d) $(BUILD)/harness32/pm32/switch.c.d $(REPLAY:.o=.d) $(FILES:%=$(BUILD)/%.d) \
	$(SWEEP_OBJECTS:.o=.d) $(SWEEP_OBJECTS32:.o=.d) $(SWEEPS:%=$(BUILD)/sweeps/%.d) $(BUILD)/sweeps/bare.d
ifneq ($(filter programs %.linux,$(MAKECMDGOALS)),)
-include $(HOSTED:.o=.d) $(PROGRAMS:%=%.d)
endif
