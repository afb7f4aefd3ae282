# `make lint` and `make format`. clang-tidy remembers, a file at a time, what it has found clean.

CLANG_TIDY   ?= clang-tidy-19
CLANG_FORMAT ?= clang-format-19

LINT_SRC  := $(wildcard core/*/*.cpp ngx_module/*.cpp sidecar/*.cpp sidecar/*/*.cpp)
LINT_TREE := core ngx_module sidecar tests

NGINX_INCLUDES := $(addprefix -isystem $(NGINX_DEV)/src/,core event event/modules os/unix http http/modules http/v2) \
                  -isystem $(BUILD)/nginx

lint:  ## layout, clang-tidy, and the rules of the house
	@tools/install_packages build test lint
	@find $(LINT_TREE) -name '*.cpp' -o -name '*.h' | xargs $(CLANG_FORMAT) --dry-run -Werror
	@tests/lint/layers.py
	@tests/lint/house.py
	@$(MAKE) --no-print-directory -k tidy

format:  ## lets clang-format lay out the code
	@tools/install_packages lint
	@find $(LINT_TREE) -name '*.cpp' -o -name '*.h' | xargs $(CLANG_FORMAT) -i

.PHONY: tidy
tidy: $(patsubst %.cpp,$(BUILD)/tidy/%.ok,$(LINT_SRC))

$(BUILD)/tidy/ngx_module/%.ok: TIDY_FLAGS = $(NGINX_INCLUDES)

$(BUILD)/tidy/%.ok: %.cpp .clang-tidy $(BUILD)/nginx/Makefile
	@mkdir -p $(@D)
	$(call say,TIDY,$<)
	$(Q)$(CLANG_TIDY) --quiet $< -- -xc++ -std=c++23 $(CPPFLAGS) $(TIDY_FLAGS) 2>$@.log || { cat $@.log; false; }
	$(Q)$(CXX) -std=c++23 $(CPPFLAGS) $(TIDY_FLAGS) -MM -MP -MT $@ -MF $@.d $<
	@touch $@

-include $(shell find $(BUILD)/tidy -name '*.d' 2>/dev/null)
