# What `make` knows about tests. tests/run.py builds through these targets, runs, and counts.

.PHONY: test unit-tests fuzz-targets asan fuzz soak coverage lint format bench

test:  ## from a bare Debian 12 to all tests; the last line counts them
	@tools/install_packages build demo test
	@tests/run.py --build $(BUILD) unit compat simulator setup system asan clang fuzz

asan:  ## unit and system tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/install_packages build demo test
	@tests/run.py --build $(BUILD) asan clang

fuzz:  ## every fuzz target: its corpus, then 10 seconds
	@tools/install_packages build test
	@tests/run.py --build $(BUILD) fuzz

soak:  ## the long ones: every fuzz target for SOAK_SECONDS (600), system tests marked soak
	@tools/install_packages build demo test
	@tests/run.py --build $(BUILD) soak

coverage:  ## lines covered by unit and system tests, per folder
	@tools/install_packages build demo test coverage
	@tests/coverage.py --build $(BUILD)

bench:  ## how fast, beside its peers on this machine
	@tools/install_packages build demo bench
	@$(MAKE) --no-print-directory all
	@DATAACTION_BUILD=$(abspath $(BUILD)) tests/bench/run.py

# --- unit tests: one binary a folder ----------------------------------------------------------

# The optimizer would take most of the time of `make test`, for code that runs once.
$(BUILD)/obj/tests/core/%.o $(BUILD)/obj/tests/sidecar/%.o $(BUILD)/obj/tests/support/%.o: override OPT := -O0

# Both compilers take NAME.gch for an -include of NAME, of which there is no copy to fall back to.
TEST_PCH := $(BUILD)/obj/tests/precompiled.h

$(TEST_PCH).gch: override OPT := -O0
$(TEST_PCH).gch: tests/support/precompiled.h $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,PCH,$<)
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -x c++-header $< -o $@

UNIT_TEST_OBJ := $(call objects,$(wildcard tests/core/*/*.cpp tests/sidecar/*.cpp tests/sidecar/*/*.cpp))

$(UNIT_TEST_OBJ): private override CPPFLAGS += -include $(TEST_PCH)
$(UNIT_TEST_OBJ): $(TEST_PCH).gch

unit-tests: $(BUILD)/tests/core_tests $(BUILD)/tests/sidecar_tests

$(BUILD)/tests/%_tests: $(BUILD)/libsidecar.a $(BUILD)/libcore.a $(call objects,$(SUPPORT_SRC))
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(LDFLAGS) $(filter %.o,$^) $(BUILD)/libsidecar.a $(BUILD)/libcore.a -lgtest -lgmock $(SIDECAR_LIBS) $(TEST_LDFLAGS) -o $@

$(BUILD)/tests/core_tests: $(filter $(BUILD)/obj/tests/core/%,$(UNIT_TEST_OBJ))
$(BUILD)/tests/sidecar_tests: $(filter $(BUILD)/obj/tests/sidecar/%,$(UNIT_TEST_OBJ)) $(call objects,$(CTL_SRC))

-include tests/support/compat/compat.mk

# --- fuzz targets: one a file, over core; built by clang with SANITIZE=address,undefined,fuzzer-no-link

fuzz-targets: $(patsubst tests/fuzz/%.cpp,$(BUILD)/tests/%,$(wildcard tests/fuzz/*_fuzz.cpp))

$(BUILD)/tests/%_fuzz: $(BUILD)/obj/tests/fuzz/%_fuzz.o $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(LDFLAGS) -fsanitize=fuzzer $^ -lpcre2-8 -o $@

include tests/lint/lint.mk
