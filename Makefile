# worrybox: one program. `make help` lists what can be asked for.
PREFIX  ?= /usr/local
BUILD   ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
VERSION := 0.1.0
NPROC   := $(shell nproc 2>/dev/null || echo 2)

# What of Debian's is needed is named in contrib/install-deps. Where it is not there yet these are
# empty; `check` and `demo` install first and then start make anew.
# (libetpan.pc brings flags of Debian's own build along that undo -pie, so it is not asked.)
PKGS := glib-2.0 gmime-3.0 sqlite3 libpcre2-8 libsodium gnutls icu-uc icu-i18n libxml-2.0 jansson
PKG  := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -letpan

HARDEN  := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
           -Wwrite-strings -Wformat=2 -Wvla -Wundef
OPT     ?= -O2 -g
FORTIFY ?= -D_FORTIFY_SOURCE=2
WERROR  ?= $(if $(CI),-Werror)
CFLAGS  += -std=gnu11 $(OPT) $(WARN) $(HARDEN) $(SANITIZE) $(COVER)
CPPFLAGS += -D_GNU_SOURCE $(FORTIFY) -Isrc -DWB_VERSION='"$(VERSION)"' \
           -DWB_DATADIR='"$(PREFIX)/share/worrybox"' $(patsubst -I%,-isystem %,$(PKG))
LDFLAGS += -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SANITIZE)

SRC := $(sort $(wildcard src/*/*.c))
OBJ := $(SRC:src/%.c=$(BUILD)/obj/%.o)
# A program of tests/unit (a test) or tests/tools (used by tests/*.t) is one file, linked with
# everything but main.c.
UNIT  := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/*.c)))
TOOLS := $(patsubst tests/tools/%.c,$(BUILD)/tools/%,$(sort $(wildcard tests/tools/*.c)))
# One of tests/fuzz is a fuzzer; with driver.c it is a test that goes over its corpus.
FUZZERS := $(filter-out driver,$(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/*.c))))
FUZZ_TESTS := $(FUZZERS:%=$(BUILD)/tests/fuzz-%)
PROGRAMS = $(BUILD)/worrybox $(UNIT) $(TOOLS) $(FUZZ_TESTS)

# `make V=1` shows the commands.
Q   := $(if $(V),,@)
SAY = $(if $(V),@:,@echo "  $(1)")

all: $(BUILD)/worrybox

$(BUILD)/worrybox: $(BUILD)/obj/main.o $(OBJ)
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libworrybox.a: $(OBJ)
	$(Q)rm -f $@ && ar rcs $@ $^

define TEST_PROGRAM
	@mkdir -p $(@D)
	$(call SAY,cc $<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WERROR) -Itests -MMD -MP -MF $@.d -MT $@ $(LDFLAGS) -o $@ $< \
	    $(BUILD)/libworrybox.a $(LIBS)
endef
$(UNIT): $(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libworrybox.a
	$(TEST_PROGRAM)
$(TOOLS): $(BUILD)/tools/%: tests/tools/%.c $(BUILD)/libworrybox.a
	$(TEST_PROGRAM)

# The mails of tests/strip are good seeds too.
corpora = tests/fuzz/corpus/$(1)$(if $(filter read-strip,$(1)),:tests/strip)
$(FUZZ_TESTS): $(BUILD)/tests/fuzz-%: tests/fuzz/%.c tests/fuzz/driver.c $(BUILD)/libworrybox.a
	@mkdir -p $(@D)
	$(call SAY,cc $<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WERROR) -DFUZZ_CORPORA='"$(call corpora,$*)"' -Itests \
	    $(LDFLAGS) -o $@ $< tests/fuzz/driver.c $(BUILD)/libworrybox.a $(LIBS)
$(FUZZ_TESTS): tests/fuzz/fuzz.h

# The same with clang's libFuzzer; `make fuzz` builds and runs it.
$(BUILD)/fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz.h $(BUILD)/libworrybox.a
	@mkdir -p $(@D)
	$(call SAY,cc $<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -Itests $(LDFLAGS) -fsanitize=fuzzer -o $@ $< \
	    $(BUILD)/libworrybox.a $(LIBS)

# -MD, not -MMD: `make lint` reads from these files which library each source sees.
$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call SAY,cc $<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WERROR) -MD -MP -c -o $@ $<

# Other flags, another build.
export COMPILE := $(CC) $(CPPFLAGS) $(CFLAGS)
$(BUILD)/flags: have-libraries
	@mkdir -p $(@D); echo "$$COMPILE" | cmp -s - $@ || echo "$$COMPILE" >$@

have-libraries:
	@pkg-config --exists $(PKGS) libetpan 2>/dev/null || \
	    { echo "worrybox: libraries are missing; \`make deps\` installs them" >&2; exit 1; }

-include $(OBJ:.o=.d) $(BUILD)/obj/main.d $(UNIT:=.d) $(TOOLS:=.d)

# Everything the tests run.
programs: $(PROGRAMS)

deps:
	@contrib/install-deps all

check: deps
	@$(MAKE) --no-print-directory -j$(NPROC) WERROR=-Werror programs
	@$(MAKE) --no-print-directory lint
	@tests/run $(BUILD)

asan: deps
	@$(MAKE) --no-print-directory -j$(NPROC) BUILD=build-asan OPT='-O1 -g' FORTIFY= \
	    SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=undefined' programs
	@tests/run --quick build-asan

# A word of its own in 115 kinds of place, in more than 500 mails; `check` runs a sample.
canary: deps
	@$(MAKE) --no-print-directory -j$(NPROC) all
	@BUILD=$(BUILD) WORRYBOX=$(abspath $(BUILD)/worrybox) timeout 900 tests/canary.t --full

FUZZ    ?= read-strip
SECONDS ?= 60
FUZZ_BUILD ?= build-fuzz
fuzz:
	@$(MAKE) --no-print-directory -j$(NPROC) BUILD=$(FUZZ_BUILD) CC=clang OPT='-O1 -g' FORTIFY= \
	    SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=undefined' \
	    COVER=-fsanitize=fuzzer-no-link $(FUZZ_BUILD)/fuzz/$(FUZZ)
	@mkdir -p $(FUZZ_BUILD)/corpus/$(FUZZ) $(FUZZ_BUILD)/found
	$(FUZZ_BUILD)/fuzz/$(FUZZ) -max_total_time=$(SECONDS) -timeout=20 -rss_limit_mb=1024 \
	    -max_len=16384 -print_final_stats=1 -artifact_prefix=$(FUZZ_BUILD)/found/ \
	    -dict=tests/fuzz/$(FUZZ).dict $(FUZZ_BUILD)/corpus/$(FUZZ) \
	    $(subst :, ,$(call corpora,$(FUZZ)))

lint: $(OBJ) $(BUILD)/obj/main.o
	@contrib/lint $(BUILD)

demo:
	@contrib/install-deps build
	@$(MAKE) --no-print-directory -j$(NPROC) all
	@contrib/demo $(BUILD)/worrybox

bench: deps
	@$(MAKE) --no-print-directory -j$(NPROC) programs
	@contrib/bench $(BUILD)
	@$(BUILD)/tools/rules-speed --table

fmt:
	@clang-format -i $(wildcard src/*.c src/*/*.[ch] tests/*/*.[ch])

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/worrybox \
	    $(DESTDIR)$(PREFIX)/share/doc/worrybox $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 755 $(BUILD)/worrybox $(DESTDIR)$(PREFIX)/bin
	cp -R rules templates $(DESTDIR)$(PREFIX)/share/worrybox
	$(call INSTALL,$(wildcard contrib/*.service contrib/*.timer) contrib/open/open.html,share/worrybox)
	$(call INSTALL,$(wildcard README* doc/*.md),share/doc/worrybox)
	$(call INSTALL,$(wildcard man/*.1),share/man/man1)
	$(call INSTALL,$(wildcard man/*.5),share/man/man5)
INSTALL = $(if $(1),install -m 644 $(1) $(DESTDIR)$(PREFIX)/$(2))

clean:
	rm -rf $(BUILD) build-asan build-fuzz

help:
	@echo 'make            the program, $(BUILD)/worrybox'
	@echo 'make deps       install what is needed to build and test (apt-get; sudo if not root)'
	@echo 'make demo       play a week at a school'
	@echo 'make check      all tests; make asan: the quick ones under the sanitizers'
	@echo 'make canary     show that nothing of who writes comes out anywhere: more than 500 mails'
	@echo 'make fuzz FUZZ=$(FUZZ) SECONDS=$(SECONDS)   or one of: $(FUZZERS)'
	@echo 'make lint       floors, doors, walls and style; make fmt: clang-format'
	@echo 'make bench      measure against mbsync, and the rules against PCRE2'
	@echo 'make install    to PREFIX=$(PREFIX), below DESTDIR'
	@echo 'make clean      V=1: show commands  BUILD=…: another folder  CI=1: warnings are errors'

.PHONY: all programs have-libraries deps check asan canary fuzz lint demo bench fmt install clean help
.SECONDARY:
