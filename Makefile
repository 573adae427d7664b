# Outlook Broker. The commands that matter: make demo, make check; make alone builds everything.
#
# Everything made stands in build/:
#   gen/      header, GUIDs and type library (widl), error table (idl/errors.awk)
#   windows/  what is shipped: outlook-broker.exe, obctl.exe, outlook-broker-ps.dll, and x86/outlook-broker-ps.dll
#   wine/     the broker as the tests run it under Wine (-DOB_WINE: with server/host/wine.c)
#   tests/    the sandbox and the test programs; native/: the tests of server/rules/ for this machine, with sanitizers
#   docs/     the pages of docs/ that are made of tables and the contract, as they ought to be; `make docs` puts them there
#   dist/     what `make dist` makes: the zip that users get

VERSION = 0.1.0

# make Q= shows the commands.
Q = @

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:

CROSS = x86_64-w64-mingw32-
CROSS32 = i686-w64-mingw32-
WIDL_FOLDERS = -Ibuild/gen -I/usr/include/wine/wine/windows -L/usr/lib/x86_64-linux-gnu/wine/x86_64-windows
WIDL = $(CROSS)widl $(WIDL_FOLDERS)
WIDL32 = $(CROSS32)widl -m32 $(WIDL_FOLDERS)
DEPS = build/deps/windows

WARN = -Wall -Wextra -Wshadow -Wconversion -Werror
WINDOWS_FLAGS = -std=c11 -O2 -g -municode -DUNICODE -D_UNICODE -DCOBJMACROS -D_WIN32_WINNT=0x0A00 -DOB_VERSION='L"$(VERSION)"' \
	-D__USE_MINGW_ANSI_STDIO=0 -Iserver -Ibuild/gen -isystem $(DEPS)/include $(WARN) -MMD -MP
LINK_FLAGS = -static -static-libgcc -Wl,--no-insert-timestamp
LIBS = -lole32 -loleaut32 -luuid -ladvapi32 -lbcrypt -lrpcrt4 -lshell32 -lshlwapi -luserenv -luser32 -lntdll -lversion -lauthz -lwtsapi32 -lsecur32 -lcrypt32 -ldwmapi

UIA = build/gen/uia/uiautomationclient.h build/gen/uia/uiautomationcore.h
GEN = build/gen/outlook_broker.h $(UIA) build/gen/errors.h build/gen/error_rows.inc build/gen/event_rows.inc
SERVER = $(wildcard server/*.c server/*/*.c)
ROOMS = $(filter-out server/main.c,$(SERVER))
WINDOWS_OBJECTS = $(patsubst %.c,build/windows/obj/%.o,$(filter-out server/host/wine%,$(SERVER)))
WINE_OBJECTS = $(patsubst %.c,build/wine/obj/%.o,$(SERVER))
SERVER_COMMON = build/gen/outlook_broker_i.o build/windows/broker.res.o

SANDBOX_OBJECTS = $(patsubst %.c,build/tests/obj/%.o,$(wildcard tests/sandbox/*.c))
ASP_HOST_OBJECTS = $(patsubst %.c,build/tests/obj/%.o,$(wildcard tests/asp_host/*.c))
OBCTL_OBJECTS = $(patsubst %.c,build/windows/obj/%.o,$(wildcard obctl/*.c))

# Tests of a room link all rooms but the program's own main; tests from outside link the generated header's GUIDs alone.
NATIVE_TESTS = $(patsubst tests/unit/%.c,build/native/%,$(wildcard tests/unit/rules_*_test.c))
UNIT_TESTS = $(patsubst tests/unit/%.c,build/tests/%.exe,$(wildcard tests/unit/*_test.c))
INTEGRATION_TESTS = $(patsubst tests/integration/%.c,build/tests/%.exe,$(wildcard tests/integration/*_test.c))
PAGES = $(patsubst %,build/docs/%.md,api errors settings)

# The tests that go into the zip. Those of the rooms are built of what is shipped, without server/host/wine.c. Left out are
# tests of Wine's side and of this tree, tests that need a Unix shell, and tests that rewrite the registration or Outlook's
# own keys, which nobody's machine has to bear.
ZIP = build/dist/outlook-broker-$(VERSION).zip
ZIP_UNIT_TESTS = $(patsubst tests/unit/%.c,build/windows/tests/%.exe,\
	$(filter-out tests/unit/host_wine_test.c tests/unit/rules_pages_test.c,$(wildcard tests/unit/*_test.c)))
ZIP_INTEGRATION_TESTS = $(patsubst %,build/tests/%_test.exe,asp bad_input client crash keys life mail many_clients members \
	obctl outbox proxy sandbox sandbox_life sandbox_mail sending)
SUPPORT_OBJECTS = $(patsubst %.c,build/tests/obj/%.o,$(filter-out %_test.c,$(wildcard tests/integration/*.c)))

.PHONY: all set-up demo check check-wow64 clean programs tests docs dist zip lint compiled coverage coverage-all mutation

all: set-up
	@$(MAKE) --no-print-directory programs tests

# What a make needs before it can read its own dependencies: packages and libraries.
set-up:
	@tools/set-up

programs: build/windows/outlook-broker.exe build/windows/obctl.exe build/windows/send_mail.exe build/wine/outlook-broker.exe build/tests/outlook-sandbox.exe \
	$(foreach room,windows wine,build/$(room)/outlook-broker-ps.dll build/$(room)/x86/outlook-broker-ps.dll)

tests: $(NATIVE_TESTS) $(UNIT_TESTS) $(INTEGRATION_TESTS) build/tests/asp-host.exe $(PAGES)

demo: set-up
	@$(MAKE) --no-print-directory -j2 programs
	@tools/demo

check: set-up
	@$(MAKE) --no-print-directory -j2 programs tests zip
	@tests/run

# 32-bit clients, in a Debian of their own: see tools/check-wow64 --help.
check-wow64: set-up
	@$(MAKE) --no-print-directory -j2 programs build/tests/wow64-client.exe
	@tools/check-wow64

# The generated pages are committed, for readers on the web; rules_pages_test holds them against what they are made of.
docs: $(PAGES)
	@cp $(PAGES) docs/

dist: set-up
	@$(MAKE) --no-print-directory -j2 zip

zip: $(ZIP)

# What holds the code: see tools/lint --help. First that each check can fail.
lint: set-up
	@$(MAKE) --no-print-directory -j2 $(GEN)
	@tools/lint --self-test
	@tools/lint

# Everything that is compiled of our own sources: tools/lint asks how.
compiled: programs tests build/tests/wow64-client.exe bench-programs fault-programs

# Lines and branches of server/rules/ that its tests reach, in build/coverage; and whether a change in them is noticed.
coverage: $(GEN)
	@tools/coverage
mutation: $(GEN)
	@tools/mutate

# The same for the rest of the server, as far as a broker that ends by itself tells: a broker that counts, under Wine. A
# process that is ended from outside writes nothing. One test at a time: what they count is added up in the same files.
coverage-all: set-up
	@$(MAKE) --no-print-directory -j2 programs tests build/counting/outlook-broker.exe build/counting/outlook-broker-ps.dll \
		build/counting/x86/outlook-broker-ps.dll
	@find build/counting -name '*.gcda' -delete
	@GCOV_PREFIX=Z: OB_TEST_JOBS=1 OB_BROKER_EXE=$(CURDIR)/build/counting/outlook-broker.exe tests/run $(TESTS) || true
	@tools/coverage --rooms

clean:
	rm -rf build/docs build/dist build/gen build/windows build/wine build/tests build/native build/coverage build/counting build/lint build/logs

# --- generated from the contract

# What did not change keeps its time, so that what is made of it is not made again.
replace = if cmp -s $(1).new $(1); then rm $(1).new; else mv $(1).new $(1); fi

build/gen/errors.idl: want = idl
build/gen/errors.h: want = ids
build/gen/error_rows.inc: want = c
build/gen/event_rows.inc: want = events
build/gen/messages.mc: want = mc
build/gen/errors.idl build/gen/errors.h build/gen/error_rows.inc build/gen/event_rows.inc build/gen/messages.mc: idl/errors.tbl idl/errors.awk
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)awk -v want=$(want) -f idl/errors.awk idl/errors.tbl > $@.new && $(call replace,$@)

build/gen/outlook_broker.h: idl/outlook_broker.idl build/gen/errors.idl
	@echo "  $@"
	$(Q)$(WIDL) -h -o $@ $<
# MinGW's own headers of UI Automation hold no interfaces.
build/gen/uia/%.h: /usr/include/wine/wine/windows/%.idl
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(WIDL) -h -o $@ $<
build/gen/outlook_broker_i.c: idl/outlook_broker.idl build/gen/errors.idl
	@echo "  $@"
	$(Q)$(WIDL) -u -o $@ $<
build/gen/outlook_broker.tlb: idl/outlook_broker.idl build/gen/errors.idl
	@echo "  $@"
	$(Q)$(WIDL) -t -o $@ $<
build/gen/outlook_broker32.tlb: idl/outlook_broker.idl build/gen/errors.idl
	@echo "  $@"
	$(Q)$(WIDL32) -t -o $@ $<
build/gen/outlook_broker_i.o: build/gen/outlook_broker_i.c
	@echo "  $@"
	$(Q)$(CROSS)gcc -O2 -c -o $@ $<

VERSION_FLAGS = -DOB_VERSION_TEXT='\"$(VERSION)\"' -DOB_VERSION_NUMBERS=$(subst .,$(comma),$(VERSION)),0
comma = ,
build/windows/broker.res.o: server/broker.rc build/gen/outlook_broker.tlb build/gen/outlook_broker32.tlb Makefile
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)windres -Ibuild/gen $(VERSION_FLAGS) -o $@ $<

# --- programs

build/windows/obj/server/outlook/uia.o build/wine/obj/server/outlook/uia.o build/counting/obj/server/outlook/uia.o \
  build/windows/obj/tests/unit/outlook_uia_test.o build/tests/obj/tests/unit/outlook_uia_test.o: WINDOWS_FLAGS += -isystem build/gen/uia

build/windows/obj/%.o: %.c Makefile | $(GEN)
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(WINDOWS_FLAGS) -c -o $@ $<
build/wine/obj/%.o: %.c Makefile | $(GEN)
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(WINDOWS_FLAGS) -DOB_WINE -c -o $@ $<
build/tests/obj/%.o: %.c Makefile | $(GEN)
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(WINDOWS_FLAGS) -DOB_WINE -Itests/integration -c -o $@ $<

build/windows/outlook-broker.exe: $(WINDOWS_OBJECTS) $(SERVER_COMMON)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(LINK_FLAGS) -municode -mwindows -Wl,--stack,262144 -o $@ $^ $(DEPS)/lib/libsqlite3.a $(LIBS)
build/wine/outlook-broker.exe: $(WINE_OBJECTS) $(SERVER_COMMON)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(LINK_FLAGS) -municode -mwindows -Wl,--stack,262144 -o $@ $^ $(DEPS)/lib/libsqlite3.a $(LIBS)

OBCTL_ROOMS = $(filter build/windows/obj/server/rules/% build/windows/obj/server/host/%,$(WINDOWS_OBJECTS))
build/windows/obctl.exe: $(OBCTL_OBJECTS) $(OBCTL_ROOMS) build/gen/outlook_broker_i.o
	@echo "  $@"
	$(Q)$(CROSS)gcc $(LINK_FLAGS) -municode -mconsole -o $@ $^ $(LIBS)

# A sample needs what the IDL gives and nothing else.
build/windows/send_mail.exe: client_sample/c/send_mail.c build/gen/outlook_broker_i.o $(GEN) Makefile
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)gcc -std=c11 -O2 -municode -Ibuild/gen $(WARN) $(LINK_FLAGS) -o $@ $< build/gen/outlook_broker_i.o -lole32 -loleaut32 -luuid

build/tests/outlook-sandbox.exe: $(SANDBOX_OBJECTS)
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(LINK_FLAGS) -municode -mwindows -o $@ $^ $(LIBS)

build/tests/asp-host.exe: $(ASP_HOST_OBJECTS)
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(LINK_FLAGS) -municode -mconsole -o $@ $^ $(LIBS)

# --- proxies and stubs, of the IDL alone: 64-bit ones in obj/, 32-bit ones in x86/obj/

build/windows/obj/proxy/outlook_broker_p.c: idl/outlook_broker.idl build/gen/errors.idl
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(WIDL) -Oicf -p -o $@ $<
build/windows/x86/obj/proxy/outlook_broker_p.c: idl/outlook_broker.idl build/gen/errors.idl
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(WIDL32) -Oicf -p -o $@ $<
build/windows/obj/proxy/dlldata.c build/windows/x86/obj/proxy/dlldata.c: Makefile
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(WIDL) --dlldata-only -o $@ outlook_broker

PROXY_FLAGS = -std=c11 -O2 -DWIN32 -DPROXY_DELEGATION -DUNICODE -D_UNICODE -D_WIN32_WINNT=0x0A00 -D__USE_MINGW_ANSI_STDIO=0 \
	-Ibuild/gen -Iidl -include proxy.h
PROXY_NEEDS = build/gen/outlook_broker.h build/gen/outlook_broker_i.c idl/proxy.h Makefile
PROXY_LINK = -shared -static-libgcc -Wl,--no-insert-timestamp -Wl,--enable-stdcall-fixup
PROXY_LIBS = -lrpcrt4 -loleaut32 -lole32 -luuid -ladvapi32
PROXY_OBJECTS = $(addsuffix .o,proxy dlldata outlook_broker_p outlook_broker_i proxy.res)

# The warnings are for what was written by hand.
build/windows/obj/proxy/proxy.o: idl/proxy.c $(PROXY_NEEDS)
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(PROXY_FLAGS) $(WARN) -c -o $@ $<
build/windows/x86/obj/proxy/proxy.o: idl/proxy.c $(PROXY_NEEDS)
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS32)gcc $(PROXY_FLAGS) $(WARN) -c -o $@ $<
build/windows/obj/proxy/outlook_broker_i.c build/windows/x86/obj/proxy/outlook_broker_i.c: build/gen/outlook_broker_i.c
	@mkdir -p $(@D)
	$(Q)cp $< $@
build/windows/obj/proxy/%.o: build/windows/obj/proxy/%.c $(PROXY_NEEDS)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(PROXY_FLAGS) -c -o $@ $<
build/windows/x86/obj/proxy/%.o: build/windows/x86/obj/proxy/%.c $(PROXY_NEEDS)
	@echo "  $@"
	$(Q)$(CROSS32)gcc $(PROXY_FLAGS) -c -o $@ $<
build/gen/messages.rc: build/gen/messages.mc
	@echo "  $@"
	$(Q)$(CROSS)windmc -h build/gen -r build/gen $<
build/windows/obj/proxy/proxy.res.o: idl/proxy.rc build/gen/messages.rc Makefile
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)windres -Ibuild/gen $(VERSION_FLAGS) -o $@ $<
build/windows/x86/obj/proxy/proxy.res.o: idl/proxy.rc build/gen/messages.rc Makefile
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)windres -F pe-i386 -Ibuild/gen $(VERSION_FLAGS) -o $@ $<

build/windows/outlook-broker-ps.dll: $(addprefix build/windows/obj/proxy/,$(PROXY_OBJECTS)) idl/proxy.def
	@echo "  $@"
	$(Q)$(CROSS)gcc $(PROXY_LINK) -o $@ $^ $(PROXY_LIBS)
build/windows/x86/outlook-broker-ps.dll: $(addprefix build/windows/x86/obj/proxy/,$(PROXY_OBJECTS)) idl/proxy.def
	@echo "  $@"
	$(Q)$(CROSS32)gcc $(PROXY_LINK) -o $@ $^ $(PROXY_LIBS)

COUNTING_OBJECTS = $(patsubst %.c,build/counting/obj/%.o,$(SERVER))
build/counting/obj/%.o: %.c Makefile | $(GEN)
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(WINDOWS_FLAGS) -DOB_WINE -O0 --coverage -fprofile-update=atomic -c -o $@ $<
build/counting/outlook-broker.exe: $(COUNTING_OBJECTS) $(SERVER_COMMON)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(LINK_FLAGS) --coverage -municode -mwindows -Wl,--stack,262144 -o $@ $^ $(DEPS)/lib/libsqlite3.a $(LIBS)

# Beside the test build of the broker too, which registers what lies beside it.
build/wine/outlook-broker-ps.dll build/wine/x86/outlook-broker-ps.dll: build/wine/%: build/windows/%
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)cp $< $@
build/counting/outlook-broker-ps.dll build/counting/x86/outlook-broker-ps.dll: build/counting/%: build/windows/%
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)cp $< $@

# --- tests

# A library of the rooms, so that a test links what it uses and no more.
build/tests/rooms.a: $(filter-out build/wine/obj/server/main.o,$(WINE_OBJECTS)) build/gen/outlook_broker_i.o
	@echo "  $@"
	$(Q)rm -f $@ && $(CROSS)ar rcs $@ $^

build/tests/%.exe: build/tests/obj/tests/unit/%.o build/tests/rooms.a build/windows/broker.res.o
	@echo "  $@"
	$(Q)$(CROSS)gcc $(LINK_FLAGS) -mconsole -o $@ $^ $(DEPS)/lib/libcmocka.a $(DEPS)/lib/libsqlite3.a $(LIBS)
build/tests/%.exe: build/tests/obj/tests/integration/%.o $(SUPPORT_OBJECTS) build/gen/outlook_broker_i.o
	@echo "  $@"
	$(Q)$(CROSS)gcc $(LINK_FLAGS) -municode -mconsole -o $@ $^ $(DEPS)/lib/libcmocka.a $(DEPS)/lib/libsqlite3.a $(LIBS)

build/tests/wow64-client.exe: tests/wow64/client.c build/gen/outlook_broker_i.c build/gen/outlook_broker.h Makefile
	@echo "  $@"
	$(Q)$(CROSS32)gcc -std=c11 -O2 -DCOBJMACROS -D_WIN32_WINNT=0x0A00 -Ibuild/gen $(WARN) $(LINK_FLAGS) -mconsole -o $@ \
		$(filter %.c,$^) -lole32 -loleaut32 -luuid

include tests/bench/bench.mk
include tests/faults/faults.mk

NATIVE_FLAGS = -std=c11 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -Iserver -Ibuild/gen $(WARN)
build/native/obj/%.o: %.c Makefile | $(GEN)
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)gcc $(NATIVE_FLAGS) -MMD -MP -c -o $@ $<
build/native/rules.a: $(patsubst %.c,build/native/obj/%.o,$(wildcard server/rules/*.c))
	@echo "  $@"
	$(Q)rm -f $@ && ar rcs $@ $^
build/native/%: build/native/obj/tests/unit/%.o build/native/rules.a
	@echo "  $@"
	$(Q)gcc $(NATIVE_FLAGS) -o $@ $^ -lcmocka

# --- the generated pages

build/docs/api.md: docs/source/api.awk idl/outlook_broker.idl
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)awk -f $^ > $@
build/docs/errors.md: docs/source/errors.awk idl/errors.tbl docs/source/before_the_broker.md
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)awk -v before=docs/source/before_the_broker.md -f docs/source/errors.awk idl/errors.tbl > $@
build/docs/settings.md: build/native/settings-page
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$< > $@
build/native/settings-page: build/native/obj/docs/source/settings.o build/native/rules.a
	@echo "  $@"
	$(Q)gcc $(NATIVE_FLAGS) -o $@ $^

# --- the zip

build/windows/rooms.a: $(filter-out build/windows/obj/server/main.o,$(WINDOWS_OBJECTS)) build/gen/outlook_broker_i.o
	@echo "  $@"
	$(Q)rm -f $@ && $(CROSS)ar rcs $@ $^
build/windows/tests/%.exe: build/windows/obj/tests/unit/%.o build/windows/rooms.a build/windows/broker.res.o
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)gcc $(LINK_FLAGS) -mconsole -o $@ $^ $(DEPS)/lib/libcmocka.a $(DEPS)/lib/libsqlite3.a $(LIBS)

ZIP_TEXTS = LICENSE docs/source/readme.txt $(wildcard docs/*.md tests/integration/*.py) tests/run-tests.cmd \
	$(shell find client_sample tests/expected tests/integration/scripts -type f)
$(ZIP): tools/dist Makefile $(ZIP_TEXTS) $(ZIP_UNIT_TESTS) $(ZIP_INTEGRATION_TESTS) build/gen/outlook_broker_i.c build/gen/outlook_broker.h \
		build/windows/outlook-broker.exe build/windows/obctl.exe build/windows/outlook-broker-ps.dll \
		build/windows/x86/outlook-broker-ps.dll build/tests/outlook-sandbox.exe build/tests/asp-host.exe
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)tools/dist $(VERSION) $(ZIP_UNIT_TESTS) -- $(ZIP_INTEGRATION_TESTS)

-include $(shell find build/windows build/wine build/tests build/native -name '*.d' -type f 2>/dev/null)
