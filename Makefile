# ngx-dataaction: `make help` lists what can be made.

BUILD     ?= build
OPT       ?= -O2
DEBUG     ?= -g
SANITIZE  ?=
COVERAGE  ?=
NGINX_DEV ?= /usr/share/nginx/src
DESTDIR   ?=

# A line says what is made; V=1 shows the commands.
Q   := $(if $(V),,@)
say  = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2))

# One process a core, unless the caller said otherwise. A make within a make has its share already,
# which its own MAKEFLAGS do not show while this is read.
ifeq ($(filter-out 0,$(MAKELEVEL))$(filter -j% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

# Debian's _FORTIFY_SOURCE takes calls away from the sanitizers.
INSTRUMENT := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -U_FORTIFY_SOURCE) \
              $(if $(COVERAGE),--coverage)

CPPFLAGS += -I. -DSPDLOG_FMT_EXTERNAL
CXXFLAGS += -std=c++23 $(OPT) $(DEBUG) -fPIC -Wall -Wextra -Werror -fno-omit-frame-pointer -fvisibility=hidden \
            $(INSTRUMENT)
LDFLAGS  += $(INSTRUMENT)

CORE_SRC    := $(wildcard core/*/*.cpp)
SIDECAR_SRC := $(filter-out sidecar/main.cpp sidecar/ctl/%,$(wildcard sidecar/*.cpp sidecar/*/*.cpp))
CTL_SRC     := $(filter-out sidecar/ctl/main.cpp,$(wildcard sidecar/ctl/*.cpp))
SUPPORT_SRC := $(wildcard tests/support/*.cpp)
MODULE_SRC  := $(wildcard ngx_module/*.cpp ngx_module/*.h ngx_module/*.map core/*/*.cpp core/*/*.h)

objects = $(patsubst %.cpp,$(BUILD)/obj/%.o,$(1))

SIDECAR_LIBS := -luv -lsqlite3 -lcurl -lz -lfmt -lspdlog -lssl -lcrypto -lpcre2-8 -lpthread

# A call is some two hundred small allocations, libcurl's and libuv's too: with glibc's malloc a
# fifth of its instructions. Not under a sanitizer, which has a malloc of its own.
ALLOCATOR := $(if $(SANITIZE),,-Wl,--push-state,--no-as-needed -lmimalloc -Wl,--pop-state)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all clean help run install uninstall deb check-nginx FORCE

all: $(BUILD)/ngx_http_dataaction_module.so $(BUILD)/dataactiond $(BUILD)/dataactionctl  ## the module, dataactiond, dataactionctl

run:  ## from a bare Debian 12 to the demo on http://127.0.0.1:8080/
	@tools/install_packages build demo
	@$(MAKE) --no-print-directory all
	@tools/demo $(BUILD)

# --- the sidecar, and core for it and for the tests ---------------------------------------------

# Objects made with other flags, by another compiler or against another nginx are not reused.
FLAGS := $(CXX) $(CPPFLAGS) $(CXXFLAGS) $(shell $(CXX) -dumpfullversion -dumpversion) \
         $(shell dpkg-query -W -f='$${Package}=$${Version} ' nginx-dev libgtest-dev libgmock-dev 2>/dev/null)

$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' > $@

$(BUILD)/obj/%.o: %.cpp $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/libcore.a: $(call objects,$(CORE_SRC))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/libsidecar.a: $(call objects,$(SIDECAR_SRC))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/dataactiond: $(BUILD)/obj/sidecar/main.o $(BUILD)/libsidecar.a $(BUILD)/libcore.a
	$(call say,LINK,$@)
	$(Q)$(CXX) $(LDFLAGS) $^ $(ALLOCATOR) $(SIDECAR_LIBS) -o $@

$(BUILD)/dataactionctl: $(BUILD)/obj/sidecar/ctl/main.o $(call objects,$(CTL_SRC)) $(BUILD)/libsidecar.a $(BUILD)/libcore.a
	$(call say,LINK,$@)
	$(Q)$(CXX) $(LDFLAGS) $^ $(SIDECAR_LIBS) -o $@

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# --- the module, against the nginx-dev of the nginx that will load it -----------------------------

$(BUILD)/nginx/Makefile: config config.make tools/configure_module $(BUILD)/flags
	$(call say,CONF,$@)
	$(Q)DATAACTION_CFLAGS='-Wextra $(OPT) -fno-omit-frame-pointer $(INSTRUMENT)' DATAACTION_LDFLAGS='$(INSTRUMENT)' \
	    tools/configure_module $(NGINX_DEV) $(@D)

# nginx's makefile does not know all that the link depends on: the library is always linked anew.
$(BUILD)/ngx_http_dataaction_module.so: $(MODULE_SRC) $(BUILD)/nginx/Makefile
	$(call say,NGX,$@)
	$(Q)rm -f $(BUILD)/nginx/$(@F)
	$(Q)$(MAKE) $(if $(V),,-s) --no-print-directory -C $(NGINX_DEV) -f $(abspath $(BUILD))/nginx/Makefile modules
	$(Q)cp $(BUILD)/nginx/$(@F) $@.new && mv $@.new $@  # an nginx may run on the old one

check-nginx:  ## builds and smoke-tests against an nginx source tree: NGINX_SRC=DIR
	@tools/install_packages build check
	@tools/check_nginx "$(NGINX_SRC)"

# --- where Debian's nginx expects things ----------------------------------------------------------

# STRIP=true keeps the symbols.
STRIP ?= strip

INSTALL_PROGRAM := install -D -m 755 --strip --strip-program=$(STRIP)
INSTALL_MODULE  := install -D -m 644 --strip --strip-program=$(STRIP)
INSTALL_DATA    := install -D -m 644

SNIPPETS  := dataaction_http.conf dataaction_locations.conf dataaction_error.conf
CONTRACTS := $(notdir $(wildcard conf.d/contracts/*.json))
DATA_DIR  := /usr/share/ngx-dataaction
DOCS      := README.md CHANGELOG.md $(wildcard docs/*.md)
DOC_DIR   := /usr/share/doc/ngx-dataaction

# Where each shell looks for the completion of dataactionctl.
COMPLETIONS     := bash zsh fish
COMPLETION_bash := /usr/share/bash-completion/completions/dataactionctl
COMPLETION_zsh  := /usr/share/zsh/vendor-completions/_dataactionctl
COMPLETION_fish := /usr/share/fish/vendor_completions.d/dataactionctl.fish

$(BUILD)/completion/%: $(BUILD)/dataactionctl
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)$< completion $* > $@

install: all $(addprefix $(BUILD)/completion/,$(COMPLETIONS))  ## puts everything where Debian's nginx looks for it; knows DESTDIR
	$(INSTALL_MODULE) $(BUILD)/ngx_http_dataaction_module.so $(DESTDIR)/usr/lib/nginx/modules/ngx_http_dataaction_module.so
	$(INSTALL_DATA) conf.d/mod-http-dataaction.conf $(DESTDIR)/usr/share/nginx/modules-available/mod-http-dataaction.conf
	$(INSTALL_PROGRAM) $(BUILD)/dataactiond $(DESTDIR)/usr/sbin/dataactiond
	$(INSTALL_PROGRAM) $(BUILD)/dataactionctl $(DESTDIR)/usr/bin/dataactionctl
	$(INSTALL_DATA) conf.d/dataactiond.service $(DESTDIR)/lib/systemd/system/dataactiond.service
	for snippet in $(SNIPPETS); do \
	    $(INSTALL_DATA) conf.d/$$snippet $(DESTDIR)/etc/nginx/snippets/$$snippet || exit 1; done
	for contract in $(CONTRACTS); do \
	    $(INSTALL_DATA) conf.d/contracts/$$contract $(DESTDIR)$(DATA_DIR)/contracts/$$contract || exit 1; done
	for page in $(DOCS); do $(INSTALL_DATA) $$page $(DESTDIR)$(DOC_DIR)/$$page || exit 1; done
	$(INSTALL_DATA) docs/dataactionctl.1 $(DESTDIR)/usr/share/man/man1/dataactionctl.1
	$(foreach name,$(COMPLETIONS),$(INSTALL_DATA) $(BUILD)/completion/$(name) $(DESTDIR)$(COMPLETION_$(name)) &&) true
	test -e $(DESTDIR)/etc/nginx/dataaction.conf || \
	    $(INSTALL_DATA) conf.d/dataaction.conf $(DESTDIR)/etc/nginx/dataaction.conf

uninstall:  ## takes it away again, all but /etc/nginx/dataaction.conf
	rm -f $(DESTDIR)/usr/lib/nginx/modules/ngx_http_dataaction_module.so \
	    $(DESTDIR)/usr/share/nginx/modules-available/mod-http-dataaction.conf \
	    $(DESTDIR)/usr/sbin/dataactiond $(DESTDIR)/usr/bin/dataactionctl \
	    $(DESTDIR)/lib/systemd/system/dataactiond.service \
	    $(addprefix $(DESTDIR)/etc/nginx/snippets/,$(SNIPPETS)) \
	    $(DESTDIR)/usr/share/man/man1/dataactionctl.1 \
	    $(foreach name,$(COMPLETIONS),$(DESTDIR)$(COMPLETION_$(name)))
	rm -rf $(DESTDIR)$(DATA_DIR) $(DESTDIR)$(DOC_DIR)

deb:  ## Debian packages, in BUILD/deb
	@tools/install_packages build deb
	rm -rf $(BUILD)/deb && mkdir -p $(BUILD)/deb/source
	git ls-files -z | tar --create --null --files-from=- | tar --extract --directory=$(BUILD)/deb/source
	cd $(BUILD)/deb/source && env -u MAKEFLAGS -u MAKELEVEL dpkg-buildpackage --no-sign --build=binary --jobs=$(shell nproc)

include tests/tests.mk

clean:  ## removes what was built
	rm -rf $(BUILD)

help:  ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*##  *\(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | sort | \
	    awk -F '\t' '{ printf "make %-12s %s\n", $$1, $$2 }'
