# Targets: all (default) test generate bench peers lint ci release clean

GO          ?= go
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2
BENCH       ?= .
PEERS       ?=

# Releases: see docs/releasing.md. The version in the programs is what git says of the commit.
VERSION     ?= $(shell git describe --tags --always --dirty)
PLATFORMS   ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 freebsd/amd64 windows/amd64

export CGO_ENABLED ?= 0

.PHONY: all test generate bench peers lint ci release clean

all:
	$(GO) build ./...
	$(GO) build -o bin/train ./cmd/train
	$(GO) build -o bin/peerbench ./internal/peerbench

test:
	$(GO) test ./...

# Rewrites every .s file and its stubs; leaves no diff unless gen changed.
generate:
	$(GO) generate ./...

# Compare two runs with benchstat: make bench > old; …; make bench > new.
bench:
	$(GO) test -run '^$$' -bench '$(BENCH)' -count 6 ./mat ./qp

# Runs other libraries and ours in turns: make peers PEERS='-g blas -m gemm' > out.tsv.
peers:
	@internal/peerbench/peers/run.sh $(PEERS)

lint:
	test -z "$$(gofmt -l .)"
	$(GO) vet ./...
	$(GO) vet -tags purego ./...
	$(GO) run $(STATICCHECK) ./...

ci:
	bash .ci/run

# A static binary of train for each platform, and their checksums. The same commit, version
# and Go release make the same bytes anywhere: no path, no date and no build cache gets in.
release:
	rm -rf bin/release
	for platform in $(PLATFORMS); do \
	    os=$${platform%/*} arch=$${platform#*/}; \
	    suffix=$$([ $$os != windows ] || echo .exe); \
	    GOOS=$$os GOARCH=$$arch CGO_ENABLED=0 GOFLAGS= \
	    $(GO) build -trimpath -buildvcs=true -gcflags=all=-dwarf=false -ldflags '-s -w -buildid=' \
	        -o bin/release/train-$(VERSION)-$$os-$$arch$$suffix ./cmd/train || exit 1; \
	done
	cd bin/release && sha256sum train-* > SHA256SUMS

clean:
	rm -rf bin
