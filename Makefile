# worrybox: one program. `make help` lists what can be asked for.
PREFIX  ?= /usr/local
BUILD   ?= build
CC      ?= gcc
VERSION := 0.1.0

PKGS := glib-2.0 gmime-3.0 sqlite3 libpcre2-8 libsodium gnutls icu-uc icu-i18n libxml-2.0 jansson
PKG  := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -letpan

HARDEN  := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
           -Wwrite-strings -Wformat=2 -Wvla -Wundef
OPT     ?= -O2 -g
FORTIFY ?= -D_FORTIFY_SOURCE=2
WERROR  ?= $(if $(CI),-Werror)
CFLAGS  += -std=gnu11 $(OPT) $(WARN) $(WERROR) $(HARDEN) $(SANITIZE)
CPPFLAGS += -D_GNU_SOURCE $(FORTIFY) -Isrc -DWB_VERSION='"$(VERSION)"' \
           -DWB_DATADIR='"$(PREFIX)/share/worrybox"' $(patsubst -I%,-isystem %,$(PKG))
LDFLAGS += -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SANITIZE)

SRC := $(sort $(wildcard src/*/*.c))
OBJ := $(SRC:src/%.c=$(BUILD)/obj/%.o)
# A test program is one file of tests/unit, linked with everything but main.c.
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/*.c)))

all: $(BUILD)/worrybox

$(BUILD)/worrybox: $(BUILD)/obj/main.o $(OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libworrybox.a: $(OBJ)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libworrybox.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -Itests -MD -MF $@.d $(LDFLAGS) -o $@ $< $(BUILD)/libworrybox.a $(LIBS)

# -MD, not -MMD: `make lint` reads from these files which library each source sees.
$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MD -MP -c -o $@ $<

-include $(OBJ:.o=.d) $(BUILD)/obj/main.d

unit: $(UNIT)

clean:
	rm -rf $(BUILD) build-asan

.PHONY: all unit clean
