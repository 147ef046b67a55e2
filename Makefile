# SPDX-License-Identifier: BSD-2-Clause
# stageload: one file, no recursion; everything is built below $B.
#
#   make          the plug-ins and the command
#   make run      the main job, shown on real servers in network namespaces
#   make test     everything that CI runs
#   make check    unit tests only          make san    the same, sanitized
#   make fuzz     SECONDS=n for each       make layers who may include whom
#   make install  DESTDIR= PREFIX=         make format clang-format

VERSION = 0.1.0
B = build
PREFIX = /usr
DESTDIR =
SECONDS = 60
# V=1 shows the commands
V =
Q = $(if $V,,@)
SAY = @echo ' '
STAGELOAD = on
PHONES = 20
# One job for each processor, unless -j was said already.
SUBMAKE = $(MAKE) --no-print-directory \
	$(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

CC = gcc
CXX = g++
AR = ar
PYTHON = /usr/bin/python3
OPT = -O2 -g
SAN =
KEA_INCLUDE = /usr/include/kea
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
LIBDIR = $(PREFIX)/lib/$(MULTIARCH)

WARN = -Wall -Wextra -Werror
HARDEN = -fstack-protector-strong -fstack-clash-protection \
	$(if $(SAN),,-D_FORTIFY_SOURCE=2)
SANFLAGS = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer)
COMMONFLAGS = $(OPT) $(WARN) $(HARDEN) $(SANFLAGS) -fPIC -fvisibility=hidden \
	-D_GNU_SOURCE -DSL_VERSION_TEXT='"$(VERSION)"' -MMD -MP
CFLAGS_ALL = -std=c17 -Wswitch-enum -Wshadow -Wstrict-prototypes \
	$(COMMONFLAGS) $(CFLAGS)
CXXFLAGS_ALL = -std=c++17 $(COMMONFLAGS) $(CXXFLAGS)
LINK = $(SANFLAGS) -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)
LINK_SO = $(LINK) -shared -Wl,-z,defs

LIBS = -llmdb -ljansson
KEA_DHCP := $(if $(wildcard $(LIBDIR)/libkea-dhcp.so),-lkea-dhcp,-lkea-dhcp++)
KEA_LIBS = -lkea-dhcpsrv -lkea-process -lkea-stats -lkea-hooks -lkea-cc \
	$(KEA_DHCP) -lkea-asiolink -lkea-log -lkea-util -lkea-exceptions

COMMON = $(patsubst %.c,$B/%.o,$(wildcard common/*.c))
CLI = $(patsubst %.c,$B/%.o,$(wildcard common/cli/*.c))
HOOK = $(patsubst %.cc,$B/%.o,$(wildcard kea-hook/*.cc))
PRELOAD = $(patsubst %.c,$B/%.o,$(wildcard tftp-remap/preload*.c))
PRELOAD_PARTS = $(filter-out %/preload.o,$(PRELOAD))
MODULE = $B/tftp-remap/module.o
SIM = $(patsubst %.c,$B/%.o,$(wildcard tests/phonesim/*.c))
UNIT = $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/check_*.c))
CHECKS = $(UNIT:%=$B/tests/unit/%)
FUZZERS = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

PRODUCTS = $B/libdhcp_stageload.so $B/tftp_stageload.so \
	$B/tftpd_remap_preload.so $B/stageload
TOOLS = $B/phonesim $B/mod_sample.so

all: $(PRODUCTS) $(TOOLS)

# Include paths say who may know whom: the core sees nobody but itself.
$B/common/%.o: INC =
$B/common/cli/%.o: INC = -Icommon
$B/kea-hook/%.o: INC = -isystem $(KEA_INCLUDE) -Icommon
$B/tftp-remap/preload%.o: INC =
$B/tftp-remap/module.o: INC = -Icommon
$B/tests/phonesim/%.o: INC =
$B/tests/unit/%.o: INC = -Icommon -Itftp-remap
$B/tests/fuzz/%.o: INC = -Icommon -Itftp-remap
$B/tests/bench/%.o: INC = -Icommon

$B/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) $(CFLAGS_ALL) $(INC) -c $< -o $@
$B/%.o: %.cc Makefile
	@mkdir -p $(@D)
	$(SAY) CXX $<
	$(Q)$(CXX) $(CXXFLAGS_ALL) $(INC) -c $< -o $@

$B/libcommon.a: $(COMMON)
	$(SAY) AR $@
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^
$B/libdhcp_stageload.so: $(HOOK) $B/libcommon.a kea-hook/stageload.map
	$(SAY) LINK $@
	$(Q)$(CXX) $(LINK_SO) -Wl,--version-script=kea-hook/stageload.map -o $@ \
		$(HOOK) $B/libcommon.a $(KEA_LIBS) $(LIBS) -lpthread
$B/tftp_stageload.so: $(MODULE) $B/libcommon.a
	$(SAY) LINK $@
	$(Q)$(CC) $(LINK_SO) -Wl,--exclude-libs,ALL -o $@ $^ -llmdb
$B/tftpd_remap_preload.so: $(PRELOAD)
	$(SAY) LINK $@
	$(Q)$(CC) $(LINK_SO) -o $@ $^
$B/stageload: $(CLI) $B/libcommon.a
	$(SAY) LINK $@
	$(Q)$(CC) $(LINK) -o $@ $^ $(LIBS)
$B/phonesim: $(SIM)
	$(SAY) LINK $@
	$(Q)$(CC) $(LINK) -o $@ $^
$B/mod_sample.so: $B/tests/e2e/mod_sample.o
	$(SAY) LINK $@
	$(Q)$(CC) $(LINK_SO) -o $@ $^
$B/tests/e2e/%.o: INC = -Itftp-remap

# Each test of one noun may use every object of the product.
$B/tests/unit/check_%: $B/tests/unit/check_%.o $(PRELOAD_PARTS) $(MODULE) \
		$B/libcommon.a
	$(SAY) LINK $@
	$(Q)$(CC) $(LINK) -o $@ $< $(PRELOAD_PARTS) $(MODULE) $B/libcommon.a \
		$(LIBS) -lcheck -lsubunit -lm -lrt -lpthread

packages:
	@tests/install-packages

check: $(CHECKS)
	@tests/unit/run $(CHECKS)

san:
	@$(SUBMAKE) B=build-san SAN=address,undefined OPT='-O1 -g' check

fuzz:
	@mkdir -p build-fuzz
	@SECONDS_EACH=$(SECONDS) LIBS="$(LIBS)" tests/fuzz/run $(FUZZERS)

layers:
	@tests/layers

test: packages
	@$(SUBMAKE) layers all check
	@BUILD=$B tests/exports
	@BUILD=$B $(PYTHON) tests/e2e/run

run: packages
	@$(MAKE) --no-print-directory -q all || echo Building.
	@mkdir -p $B
	@$(SUBMAKE) all >$B/log 2>&1 || { cat $B/log; exit 1; }
	@BUILD=$B STAGELOAD=$(STAGELOAD) PHONES=$(PHONES) $(PYTHON) tests/lab/run

format:
	clang-format -i $$(git ls-files '*.c' '*.h' '*.cc')

install: $(PRODUCTS)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR)/kea/hooks \
		$(DESTDIR)$(LIBDIR)/tftpd-hpa $(DESTDIR)$(PREFIX)/include \
		$(DESTDIR)$(PREFIX)/lib/sysusers.d \
		$(DESTDIR)$(PREFIX)/lib/tmpfiles.d \
		$(DESTDIR)$(PREFIX)/lib/systemd/system/tftpd-hpa.service.d \
		$(DESTDIR)$(PREFIX)/share/doc/stageload
	install -m 755 $B/stageload $(DESTDIR)$(PREFIX)/bin
	install -m 644 $B/libdhcp_stageload.so $(DESTDIR)$(LIBDIR)/kea/hooks
	install -m 644 $B/tftp_stageload.so $B/tftpd_remap_preload.so \
		$(DESTDIR)$(LIBDIR)/tftpd-hpa
	install -m 644 tftp-remap/tftpd_remap.h $(DESTDIR)$(PREFIX)/include
	install -m 644 README.md LICENSE CHANGELOG.md packaging/examples/* \
		packaging/apparmor/* $(DESTDIR)$(PREFIX)/share/doc/stageload
	install -m 644 packaging/systemd/stageload.sysusers \
		$(DESTDIR)$(PREFIX)/lib/sysusers.d/stageload.conf
	install -m 644 packaging/systemd/stageload.tmpfiles \
		$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/stageload.conf
	sed 's|/usr/bin/|$(PREFIX)/bin/|' packaging/systemd/stageload.service \
		>$(DESTDIR)$(PREFIX)/lib/systemd/system/stageload.service
	sed 's|@LIBDIR@|$(LIBDIR)|' packaging/systemd/tftpd-hpa-stageload.conf \
		>$(DESTDIR)$(PREFIX)/lib/systemd/system/tftpd-hpa.service.d/stageload.conf

clean:
	rm -rf build build-san build-fuzz build-clang

.PHONY: all packages check san fuzz layers test run format install clean
.SECONDARY:
-include $(COMMON:.o=.d) $(CLI:.o=.d) $(HOOK:.o=.d) $(PRELOAD:.o=.d) \
	$(MODULE:.o=.d) $(SIM:.o=.d) $(CHECKS:=.d)
