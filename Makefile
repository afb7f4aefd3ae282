# ngx-dataaction: `make help` lists what can be made.

BUILD    ?= build
CXX      ?= g++
OPT      ?= -O2
SANITIZE ?=
NGINX_DEV ?= /usr/share/nginx/src

# RapidJSON recurses or not as we ask; its own asserts must never end a worker.
CPPFLAGS += -I. -DSPDLOG_FMT_EXTERNAL
CXXFLAGS += -std=c++23 $(OPT) -g -fPIC -Wall -Wextra -Werror -fno-omit-frame-pointer -fvisibility=hidden \
            $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all)
LDFLAGS  += $(if $(SANITIZE),-fsanitize=$(SANITIZE))

CORE_SRC    := $(wildcard core/*.cpp)
SIDECAR_SRC := $(filter-out sidecar/main.cpp sidecar/ctl/%,$(wildcard sidecar/*.cpp sidecar/*/*.cpp))
CTL_SRC     := $(filter-out sidecar/ctl/main.cpp,$(wildcard sidecar/ctl/*.cpp))
SUPPORT_SRC := $(wildcard tests/support/*.cpp)
MODULE_SRC  := $(wildcard ngx_module/*.cpp ngx_module/*.h core/*.cpp core/*.h) config config.make

objects = $(patsubst %.cpp,$(BUILD)/obj/%.o,$(1))

SIDECAR_LIBS := -luv -lsqlite3 -lfmt -lspdlog -lpthread

.PHONY: all
all: $(BUILD)/ngx_http_dataaction_module.so $(BUILD)/dataactiond $(BUILD)/dataactionctl

$(BUILD)/obj/%.o: %.cpp
	@mkdir -p $(@D)
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/libcore.a: $(call objects,$(CORE_SRC))
	rm -f $@ && ar rcs $@ $^

$(BUILD)/libsidecar.a: $(call objects,$(SIDECAR_SRC))
	rm -f $@ && ar rcs $@ $^

$(BUILD)/dataactiond: $(BUILD)/obj/sidecar/main.o $(BUILD)/libsidecar.a $(BUILD)/libcore.a
	$(CXX) $(LDFLAGS) $^ $(SIDECAR_LIBS) -o $@

$(BUILD)/dataactionctl: $(BUILD)/obj/sidecar/ctl/main.o $(call objects,$(CTL_SRC)) $(BUILD)/libsidecar.a $(BUILD)/libcore.a
	$(CXX) $(LDFLAGS) $^ $(SIDECAR_LIBS) -o $@

# --- unit tests: one binary a folder ----------------------------------------------------------

$(BUILD)/tests/%_tests: $(BUILD)/libsidecar.a $(BUILD)/libcore.a $(call objects,$(SUPPORT_SRC))
	@mkdir -p $(@D)
	$(CXX) $(LDFLAGS) $(filter %.o,$^) $(BUILD)/libsidecar.a $(BUILD)/libcore.a -lgtest -lgmock $(SIDECAR_LIBS) $(TEST_LDFLAGS) -o $@

$(BUILD)/tests/core_tests: $(call objects,$(wildcard tests/core/*.cpp))
$(BUILD)/tests/sidecar_tests: $(call objects,$(wildcard tests/sidecar/*.cpp tests/sidecar/*/*.cpp))

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
