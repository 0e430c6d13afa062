# Targets: all (default) test generate bench lint ci clean

GO          ?= go
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2
BENCH       ?= .

export CGO_ENABLED ?= 0

.PHONY: all test generate bench lint ci clean

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

lint:
	test -z "$$(gofmt -l .)"
	$(GO) vet ./...
	$(GO) vet -tags purego ./...
	$(GO) run $(STATICCHECK) ./...

ci:
	bash .ci/run

clean:
	rm -rf bin
