# The comparison of our test runner with libcmocka. `make cmocka-compat` ends with "N passed, N failed".

COMPAT     := $(BUILD)/tests/compat
COMPAT_OBJ := $(BUILD)/obj/tests/support/compat

.PHONY: cmocka-compat
cmocka-compat: $(addprefix $(COMPAT)/,sample_cmocka sample_gtest mock_queue example)
	@python3 tests/support/compat/compare.py $(COMPAT)

# The reference is built without sanitizers: libcmocka jumps out of tests that fail.
$(COMPAT)/sample_cmocka: tests/support/compat/sample_cmocka.c tests/support/compat/sample_tests.h
	@mkdir -p $(@D)
	$(CC) -I. -Wall -Wextra -Werror $< -lcmocka -o $@

$(COMPAT)/sample_gtest: $(COMPAT_OBJ)/sample_gtest.o
$(COMPAT)/mock_queue: $(COMPAT_OBJ)/mock_queue_test.o
$(COMPAT)/example: $(COMPAT_OBJ)/example_test.o
$(COMPAT)/example: LDFLAGS += -Wl,--wrap=unlink

$(COMPAT)/sample_gtest $(COMPAT)/mock_queue $(COMPAT)/example: $(call objects,$(SUPPORT_SRC))
	@mkdir -p $(@D)
	$(CXX) $(LDFLAGS) $(filter %.o,$^) -lgtest -lgmock -lpthread -o $@
