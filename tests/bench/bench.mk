# bench.mk - what `make bench` needs beside the programs: the bare server with its proxies, and the program that measures.

BENCH = build/tests/bench
BENCH_OBJECTS = $(patsubst %.c,build/tests/obj/%.o,$(filter-out %/bare_server.c,$(wildcard tests/bench/*.c)))

.PHONY: bench bench-programs

bench: set-up
	@$(MAKE) --no-print-directory -j2 programs bench-programs
	@tests/bench/run

bench-programs: $(BENCH)/bare-server.exe $(BENCH)/bare-ps.dll $(BENCH)/bench.exe \
	$(BENCH)/broker/outlook-broker.exe $(BENCH)/broker/outlook-broker-ps.dll

# Without what debuggers need, as it is shipped: Wine holds all of a program in memory.
$(BENCH)/broker/%: build/wine/%
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(CROSS)strip -o $@ $<

$(BENCH)/bare.h: tests/bench/bare.idl
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(WIDL) -h -o $@ $<
$(BENCH)/bare_i.c: tests/bench/bare.idl
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(WIDL) -u -o $@ $<
$(BENCH)/bare_p.c: tests/bench/bare.idl
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(WIDL) -Oicf -p -o $@ $<
$(BENCH)/bare.tlb: tests/bench/bare.idl
	@mkdir -p $(@D)
	@echo "  $@"
	$(Q)$(WIDL) -t -o $@ $<
$(BENCH)/bare_dlldata.c: tests/bench/bench.mk
	@mkdir -p $(@D)
	$(Q)$(WIDL) --dlldata-only -o $@ bare
$(BENCH)/bare.res.o: tests/bench/bare.rc $(BENCH)/bare.tlb
	@echo "  $@"
	$(Q)$(CROSS)windres -I$(BENCH) -o $@ $<

build/tests/obj/tests/bench/%.o: WINDOWS_FLAGS += -I$(BENCH)
$(BENCH_OBJECTS): $(BENCH)/bare.h

# Optimized as the broker is, so that it is no slower than it has to be.
$(BENCH)/bare-server.exe: tests/bench/bare_server.c $(BENCH)/bare.h $(BENCH)/bare_i.c $(BENCH)/bare.res.o
	@echo "  $@"
	$(Q)$(CROSS)gcc -std=c11 -O2 -municode -mwindows -DUNICODE -D_UNICODE -DCOBJMACROS -D_WIN32_WINNT=0x0A00 -D__USE_MINGW_ANSI_STDIO=0 \
		-DOB_VERSION='L"$(VERSION)"' -I$(BENCH) $(WARN) $(LINK_FLAGS) -Wl,--stack,262144 -o $@ \
		$< $(BENCH)/bare_i.c $(BENCH)/bare.res.o -lole32 -loleaut32 -luuid -ladvapi32
$(BENCH)/bare-ps.dll: $(BENCH)/bare_p.c $(BENCH)/bare_i.c $(BENCH)/bare_dlldata.c $(BENCH)/bare.h tests/bench/bare_proxy.h tests/bench/bare_proxy.def
	@echo "  $@"
	$(Q)$(CROSS)gcc -std=c11 -O2 -DWIN32 -DPROXY_DELEGATION -D_WIN32_WINNT=0x0A00 -I$(BENCH) -Itests/bench -include bare_proxy.h \
		$(PROXY_LINK) -o $@ $(filter %.c %.def,$^) $(PROXY_LIBS)

$(BENCH)/bench.exe: $(BENCH_OBJECTS) build/gen/outlook_broker_i.o $(BENCH)/bare_i.c
	@echo "  $@"
	$(Q)$(CROSS)gcc $(LINK_FLAGS) -I$(BENCH) -municode -mconsole -o $@ $^ $(DEPS)/lib/libsqlite3.a $(LIBS)
