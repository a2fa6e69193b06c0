# The commands of the project. CI calls the same ones.

GO      ?= go
LINT    := .tools/golangci-lint
LINT_V  := v2.15.0
GORELEASER_V := v2.15.1
FUZZ    ?= 30s
BINARY  ?= bin/roleplan
VULNDB  ?= https://vuln.go.dev
# What `roleplan version` says: the tag in the pipeline of a tag, and what git knows when this is empty.
VERSION ?= $(CI_COMMIT_TAG)

# What nobody here uses and the linker can't drop: the validator's tag that calls methods by name, which keeps all
# methods of all types, PostgreSQL's driver's table of all types (internal/queue names those that it needs), and HTTP/2
# (internal/gitlab, defaultTransport; our listeners have no TLS). Tests are built as the program is.
TAGS := validator_novalidatefn,nopgxregisterdefaulttypes,nethttpomithttp2

# The race detector needs a C compiler; without one the tests run without it, and say so.
ifneq ($(shell command -v $(or $(CC),cc) 2>/dev/null),)
RACE := -race
endif

.PHONY: help demo test cover lint vulnerabilities fuzz golden anchors screenshots build completions packages clean

help: ## show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 13

demo: build ## play the whole loop on this machine, then stay up to be looked at
	./bin/roleplan demo $(DEMO)

# Packages that read and check text start no goroutine, and their tables of real pages would take ten
# times as long under the race detector; internal/check runs them in parallel, and is tested with it.
# sync/review and sync/opening play long histories: all of them without it, some with it (-short).
PURE := ci|internal/(hiring|migrate|misspelling|rolepage|rule|safe|textdiff)

test: ## run all tests
	@$(if $(RACE),,echo "no C compiler found: the tests run WITHOUT the race detector" >&2)
	$(GO) vet -tags $(TAGS) ./...
	$(GO) test -tags $(TAGS) -timeout 20m $$($(GO) list ./... | grep -E '/($(PURE)|sync/(review|opening))$$')
	$(GO) test -tags $(TAGS) $(RACE) -short -timeout 20m $$($(GO) list ./... | grep -vE '/($(PURE))$$')

cover: ## run all tests once more for their coverage, and write coverage.out and GitLab's coverage.xml
	$(GO) test -tags $(TAGS) -short -timeout 20m -coverpkg=./... -coverprofile=coverage.out ./...
	$(GO) run github.com/boumenot/gocover-cobertura@v1.4.0 < coverage.out > coverage.xml
	$(GO) tool cover -func=coverage.out | tail -n 1

lint: $(LINT) ## run the linters
	$(LINT) run ./...
	$(LINT) fmt --diff ./...

$(LINT):
	GOBIN=$(CURDIR)/.tools $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_V)

vulnerabilities: ## look for known vulnerabilities in what the program calls; asks VULNDB (https://vuln.go.dev)
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 -db $(VULNDB) -tags $(TAGS) ./...

# The same database as a Go module, for machines that reach a module proxy and nothing else:
# make .tools/vulndb vulnerabilities VULNDB=file://$PWD/.tools/vulndb
.tools/vulndb:
	$(GO) run golang.org/x/vulndb/cmd/indexdb@latest -out $@ \
		-vulns "$$($(GO) mod download -json golang.org/x/vulndb@latest | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')/data/osv"

fuzz: ## run every fuzz target for FUZZ (30s)
	@set -e; grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u | while read -r dir; do \
		for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$dir/*_test.go | sed 's/^func //'); do \
			echo "$$dir $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZ) $$dir; done; done

golden: ## write the golden files anew; read the difference before you commit it
	$(GO) test ./ci ./internal/app ./internal/check ./internal/migrate ./internal/note ./internal/rule ./sync/opening ./sync/plan ./sync/report -update

anchors: .tools/reviewdog .tools/node_modules/.bin/danger ## let danger-js and reviewdog answer on the stand-in, and count calls
	$(GO) run ./internal/standin/anchors

.tools/reviewdog:
	mkdir -p .tools && dir=$$(mktemp -d) && cd $$dir && $(GO) mod init tools && $(GO) get -tool github.com/reviewdog/reviewdog/cmd/reviewdog@v0.21.0 && \
		GOBIN=$(CURDIR)/.tools $(GO) install github.com/reviewdog/reviewdog/cmd/reviewdog && rm -r $$dir

.tools/node_modules/.bin/danger:
	npm install --prefix .tools --no-save --ignore-scripts danger@14.0.7

screenshots: ## take the pictures of the docs anew, with chromium (and fonts-noto-color-emoji); look at them
	$(GO) test ./internal/app -run '^TestScreenshots$$' -count=1 -screenshots
	ROLEPLAN_SCREENSHOTS=$(CURDIR)/docs/images $(GO) test ./internal/tryit ./sync/report -run '^Test(In)?Browser$$' -count=1

# What keeps the program small (docs/benchmarks.md), besides the tags: functions lie close together; and where the
# time goes to the network, the database or a person, they are called and not copied to each place that calls them.
COLD := crypto/ecdsa crypto/elliptic crypto/rsa crypto/tls crypto/x509 encoding/xml image log/slog mime net/mail text/template \
	maragu.dev/gomponents github.com/jackc github.com/riverqueue gitlab.com/gitlab-org github.com/vektah github.com/hashicorp \
	github.com/spf13 github.com/go-viper github.com/pelletier go.yaml.in/yaml/v3 github.com/go-playground github.com/gabriel-vasile \
	github.com/leodido github.com/tidwall github.com/VictoriaMetrics github.com/go-analyze github.com/golang/freetype go.opentelemetry.io/auto \
	go.opentelemetry.io/otel/sdk golang.org/x/net golang.org/x/text \
	$(addprefix gitlab.com/roleplan/roleplan/,ci internal/app internal/config internal/gitlab internal/migrate internal/note internal/openings internal/repoconf \
	internal/setup internal/standin internal/status internal/team internal/tracing internal/tryit sync)

GO_FLAGS   := -trimpath -tags=$(TAGS) $(COLD:%=-gcflags=%/...=-l)
LINK_FLAGS := -s -w -funcalign=8

build: ## build bin/roleplan, or BINARY, of VERSION; GOOS and GOARCH build for other machines
	@CGO_ENABLED=0 $(GO) build $(GO_FLAGS) \
		-ldflags '$(LINK_FLAGS)$(VERSION:%= -X gitlab.com/roleplan/roleplan/internal/app.Version=%)' -o $(BINARY) ./cmd/roleplan

completions: build ## write scripts that complete commands in a shell to the folder completions
	mkdir -p completions
	for shell in bash fish zsh; do ./bin/roleplan completion $$shell > completions/roleplan.$$shell || exit 1; done
	./bin/roleplan completion powershell > completions/roleplan.ps1

packages: export GO_FLAGS := $(GO_FLAGS)
packages: export LINK_FLAGS := $(LINK_FLAGS)
packages: ## build what a release has, into dist; RELEASE_FLAGS=--snapshot builds it of a commit without a tag
	$(GO) run github.com/goreleaser/goreleaser/v2@$(GORELEASER_V) release --clean --skip=publish,announce $(RELEASE_FLAGS)

clean: ## remove what the other targets made
	rm -rf bin completions dist .tools
