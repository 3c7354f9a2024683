# SPDX-License-Identifier: GPL-2.0
#
# make			the module for the running kernel, and the tool
# make KVER=6.1.0-56-amd64	the same for another installed kernel
# make KDIR=/path/to/build	the same for any configured kernel tree
# make install		both, honouring DESTDIR and PREFIX
# make install-dkms	the module's source, for DKMS to build it
# make traffic		the load tools synbomb and synreply, in build/userspace
# make package		Debian packages, in build/packages
# sudo make demo	see it work, in a throw-away virtual machine
# sudo make check	unit tests, then the scenarios on Debian's 6.1 and 6.12
# sudo make check-debug	the scenarios under the sanitizers, in virtual time
# sudo make soak MINUTES=N	the long stresses, for so many minutes
# sudo make coverage	what of the module the scenarios run: selftests/coverage.md
# make check-unit	the unit tests alone
# make fuzz SECONDS=60	what reads packets, files, messages under libFuzzer, each so long
# make bench-timing	the timing, in virtual time: selftests/bench/timing.md
# sudo make bench	what it costs and carries: selftests/bench/cost.md, idle.md, endtoend.md
# make generate		what is generated from uapi/syncopate.yaml

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
PREFIX ?= /usr/local
UNITDIR ?= $(PREFIX)/lib/systemd/system

# Passed on to kbuild, W=1 and C=1 for instance.
kbuild = $(foreach v,ARCH CROSS_COMPILE CC W C CF,\
	$(if $(filter command line environment,$(origin $v)),$v=$($v)))

all: module tool

module:
	scripts/build $(KDIR) $(kbuild)

tool:
	$(MAKE) -C userspace

traffic:
	$(MAKE) -C userspace/traffic

check-unit:
	scripts/check-unit

fuzz:
	$(MAKE) -C kmod -f Makefile.test fuzz
	$(MAKE) -C userspace fuzz

install: all install-tool
	scripts/install-module "$(KDIR)" "$(DESTDIR)"

# The administrator's own configuration stays.
install-tool: tool
	$(MAKE) -C userspace install
	install -d "$(DESTDIR)$(UNITDIR)" "$(DESTDIR)/etc"
	sed 's,@PREFIX@,$(PREFIX),' scripts/packaging/syncopate.service.in \
		> "$(DESTDIR)$(UNITDIR)/syncopate.service"
	chmod 644 "$(DESTDIR)$(UNITDIR)/syncopate.service"
	test -e "$(DESTDIR)/etc/syncopate.conf" || \
		install -m 644 scripts/packaging/syncopate.conf "$(DESTDIR)/etc/"

install-dkms:
	scripts/install-dkms "$(DESTDIR)"

package:
	scripts/package

generate:
	scripts/generate

demo:
	scripts/demo

check:
	scripts/check

check-debug:
	scripts/check-debug

coverage:
	scripts/coverage

soak:
	scripts/soak $(MINUTES)

bench:
	scripts/bench

bench-timing:
	scripts/bench-timing

clean:
	rm -rf build

.PHONY: all module tool traffic check-unit fuzz install install-tool install-dkms package \
	generate demo check check-debug coverage soak bench bench-timing clean
