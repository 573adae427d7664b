# faults.mk - what `make check-faults` and `make soak` need beside the programs: the driver and its clients, one program.

FAULTS_OBJECTS = $(patsubst %.c,build/tests/obj/%.o,$(wildcard tests/faults/*.c))

.PHONY: check-faults soak fault-programs

check-faults: set-up
	@$(MAKE) --no-print-directory -j2 programs fault-programs
	@tests/faults/run $(if $(N),--kills $(N)) $(if $(SEED),--seed $(SEED)) $(if $(ENVIRONMENTS),--environments $(ENVIRONMENTS))

soak: set-up
	@$(MAKE) --no-print-directory -j2 programs fault-programs
	@tests/faults/soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

fault-programs: build/tests/faults.exe

build/tests/faults.exe: $(FAULTS_OBJECTS) $(SUPPORT_OBJECTS) build/gen/outlook_broker_i.o
	@echo "  $@"
	$(Q)$(CROSS)gcc $(LINK_FLAGS) -municode -mconsole -o $@ $^ $(DEPS)/lib/libcmocka.a $(DEPS)/lib/libsqlite3.a $(LIBS)
