//go:build unix

package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/rs/zerolog"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

// The crash matrix kills a service in a process of its own, put together as `roleplan serve` does it.

const victimEnv = "ROLEPLAN_TEST_VICTIM"

// victimSettings are what a victim is told, as JSON in its environment.
type victimSettings struct {
	GitLab, Token, Project, SigningToken, Database string
	Point                                          killPoint // in a database that is a file
	Sweeps                                         bool      // when it begins, and then whenever it gets sweepNow
}

// sweepNow stands for the passing of the time between two sweeps.
const sweepNow = syscall.SIGUSR1

func init() {
	text := os.Getenv(victimEnv)
	if text == "" {
		return
	}
	var set victimSettings
	err := json.Unmarshal([]byte(text), &set)
	if err == nil {
		err = set.serve()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serve tells on stdout where it listens, and then of each write to a database that is a file, and of
// the end of each sweep.
func (set victimSettings) serve() error {
	go func() { // nobody shall outlive the test
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	if strings.HasPrefix(set.Database, "sqlite:") {
		watchFile(newTrap(set.Point))
	}
	log := zerolog.New(os.Stderr).Level(zerolog.WarnLevel)
	client, err := gitlab.New(gitlab.Options{BaseURL: set.GitLab, Token: set.Token, Log: log})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := new(App).newService(ctx, serviceOptions{
		Listen: "127.0.0.1:0", AdminListen: "127.0.0.1:0", Database: set.Database, Workers: 4, Lease: matrixLease,
		Projects: []string{set.Project}, Secrets: []string{hookSecret}, SigningTokens: []string{set.SigningToken},
		GitLab: client, Limits: client.Limits(), Reconcilers: reconcilers(client), Standing: opening.New(client).Standing, Log: log,
	})
	if err != nil {
		return err
	}
	if set.Sweeps {
		again := make(chan os.Signal, 1)
		signal.Notify(again, sweepNow)
		go func() {
			for {
				s.sweep(ctx, 0)
				fmt.Println("swept")
				<-again
			}
		}()
	}
	fmt.Println("ready", s.webhookURL(), s.adminURL())
	return s.run(ctx)
}

// watchFile lets a trap kill this process at a write to SQLite: before a row is written, when rows
// of its transaction may have been already; before the commit; and after it, when the next statement
// is about to begin. There is one connection, so statements follow each other.
func watchFile(t *trap) {
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, dsn string) error {
		if strings.Contains(dsn, ".lock?") {
			return nil
		}
		var tables []string // written since the last commit
		dies := false
		pass := func(kind, what string) (after bool) {
			before, after := t.pass(kind, what)
			fmt.Println("write", what)
			if before {
				dieHere()
			}
			return after
		}
		hooks := conn.(sqlite.HookRegisterer)
		hooks.RegisterPreUpdateHook(func(d sqlite.SQLitePreUpdateData) {
			verb := map[int32]string{sqlite3.SQLITE_INSERT: "INSERT", sqlite3.SQLITE_UPDATE: "UPDATE", sqlite3.SQLITE_DELETE: "DELETE"}[d.Op]
			if !slices.Contains(tables, d.TableName) {
				tables = append(tables, d.TableName)
			}
			pass(atRow, verb+" "+d.TableName)
		})
		hooks.RegisterCommitHook(func() int32 {
			if len(tables) > 0 {
				slices.Sort(tables)
				dies = pass(atCommit, "COMMIT "+strings.Join(tables, ", "))
				tables = nil
			}
			return 0
		})
		hooks.RegisterRollbackHook(func() { tables = nil })
		return conn.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(func(sqlite.AuthorizerActionCode, string, string, string, string) sqlite.AuthorizerReturnCode {
			if dies {
				dieHere()
			}
			return sqlite.AuthorizerOK
		})
	})
}

// dieHere does not return.
func dieHere() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// A victim is such a process as the test sees it.
type victim struct {
	number int
	ended  chan struct{} // closed when it has

	mu         sync.Mutex
	process    *os.Process
	doomed     bool // it was killed before it began
	swept      bool // since it was asked for
	url, admin string
}

func newVictim(number int) *victim { return &victim{number: number, ended: make(chan struct{})} }

// run runs the process, and tells of what it writes to a database that is a file. It returns nil when
// the process was killed, and an error when it ended in another way.
func (v *victim) run(set victimSettings, writes func(what string)) error {
	defer close(v.ended)
	text, err := json.Marshal(set)
	if err != nil {
		return err
	}
	var said bytes.Buffer
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+string(text))
	cmd.Stderr = &said
	stdin, err := cmd.StdinPipe() // the system closes it when we end
	if err != nil {
		return err
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	v.mu.Lock()
	v.process = cmd.Process
	if v.doomed {
		_ = v.process.Kill() // it may have ended
	}
	v.mu.Unlock()
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		switch verb, rest, _ := strings.Cut(lines.Text(), " "); verb {
		case "ready":
			v.mu.Lock()
			v.url, v.admin, _ = strings.Cut(rest, " ")
			v.mu.Unlock()
		case "write":
			writes(rest)
		case "swept":
			v.mu.Lock()
			v.swept = true
			v.mu.Unlock()
		}
	}
	err = cmd.Wait()
	v.mu.Lock()
	v.url = ""
	v.mu.Unlock()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		return nil
	}
	return fmt.Errorf("it ended by itself: %w: %s", err, &said)
}

// addresses are where it takes webhooks and where it says how it does; "" while it is not up.
func (v *victim) addresses() (url, admin string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.url, v.admin
}

func (v *victim) hasSwept() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.swept
}

// sweep asks for a sweep.
func (v *victim) sweep() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.swept = false
	return v.process.Signal(sweepNow)
}

// kill ends the process, and returns when it has ended.
func (v *victim) kill() {
	v.mu.Lock()
	v.doomed = true
	if v.process != nil {
		_ = v.process.Kill() // it may have ended
	}
	v.mu.Unlock()
	<-v.ended
}
