//go:build unix

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is how long a server may take to be made and to start.
const patience = 2 * time.Minute

// server is the one of this process; start makes it.
var (
	server  *private
	start   = sync.OnceValues(begin)
	numbers struct {
		sync.Mutex
		last int
	}
)

// errNone says that this machine has no PostgreSQL.
var errNone = errors.New("no initdb and postgres in PATH or /usr/lib/postgresql/*/bin, and no ROLEPLAN_TEST_POSTGRES_URL: NOT TESTED on PostgreSQL")

// Run runs the tests of a package and ends the server that they have started.
func Run(m *testing.M) int {
	code := m.Run()
	if server != nil {
		if err := server.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
		}
	}
	return code
}

// URL makes an empty database that is dropped after the test, and returns its address.
func URL(t testing.TB) string {
	t.Helper()
	base, err := start()
	if errors.Is(err, errNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	numbers.Lock()
	numbers.last++
	name := fmt.Sprintf("roleplan_test_%d_%d", os.Getpid(), numbers.last)
	numbers.Unlock()
	execute(t, base, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, base, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal("the test server's address can't be read")
	}
	u.Path = "/" + name
	return u.String()
}

// Tool is the path of one of PostgreSQL's programs, such as pg_dump: that which came with the server.
func Tool(t testing.TB, name string) string {
	t.Helper()
	_, postgres, err := binaries()
	if err == nil {
		if tool := filepath.Join(filepath.Dir(postgres), name); exists(tool) {
			return tool
		}
	}
	tool, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no %s beside the server or in PATH: NOT TESTED", name)
	}
	return tool
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// Sync makes the server write to disk before it answers, as servers do; tests do without.
func Sync(t testing.TB) {
	t.Helper()
	if server == nil {
		return // a server that was given is as it is
	}
	execute(t, server.url(), "ALTER SYSTEM SET fsync = on")
	execute(t, server.url(), "SELECT pg_reload_conf()")
}

func execute(t testing.TB, address, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(ctx, statement)
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		t.Fatal(err)
	}
}

// begin returns the address of the server to make databases on.
func begin() (string, error) {
	if given := os.Getenv("ROLEPLAN_TEST_POSTGRES_URL"); given != "" {
		return given, nil
	}
	initdb, postgres, err := binaries()
	if err != nil {
		return "", err
	}
	s, err := newPrivate(initdb, postgres)
	if err != nil {
		return "", fmt.Errorf("start a private PostgreSQL: %w", err)
	}
	server = s
	return s.url(), nil
}

func binaries() (initdb, postgres string, err error) {
	initdb, err1 := exec.LookPath("initdb")
	postgres, err2 := exec.LookPath("postgres")
	if err1 == nil && err2 == nil {
		return initdb, postgres, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		return "", "", errNone
	}
	newest := found[len(found)-1]
	return filepath.Join(filepath.Dir(newest), "initdb"), newest, nil
}

// private is a server in a folder of its own.
type private struct {
	dir  string
	cmd  *exec.Cmd
	done chan error
	log  *os.File
}

func newPrivate(initdb, postgres string) (s *private, err error) {
	s = &private{done: make(chan error, 1)}
	if s.dir, err = os.MkdirTemp("", "roleplan-pg-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(s.dir))
		}
	}()
	attr := &syscall.SysProcAttr{}
	if os.Getuid() == 0 { // as root it would not start
		if attr.Credential, err = unprivileged(); err != nil {
			return nil, err
		}
		if err := os.Chown(s.dir, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
			return nil, err
		}
	}
	endWithUs(attr)
	data := filepath.Join(s.dir, "data")
	made := exec.Command( //nolint:gosec,noctx // the machine's own binaries, for as long as the tests run
		initdb, "-D", data, "-U", "roleplan", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	made.Dir, made.SysProcAttr = s.dir, attr
	if out, err := made.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if s.log, err = os.Create(filepath.Join(s.dir, "log")); err != nil {
		return nil, err
	}
	s.cmd = exec.Command( //nolint:gosec,noctx // likewise
		postgres, "-D", data, "-k", s.dir, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "max_connections=400", "-c", "shared_buffers=64MB", "-c", "log_min_messages=error")
	s.cmd.Dir, s.cmd.SysProcAttr, s.cmd.Stderr, s.cmd.Stdout = s.dir, attr, s.log, s.log
	started := make(chan error)
	go func() {
		// The signal that ends the server with us comes when the thread ends that started it.
		runtime.LockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			s.done <- s.cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return s, s.await()
}

func (s *private) url() string {
	u := url.URL{Scheme: "postgres", User: url.User("roleplan"), Path: "/postgres", RawQuery: url.Values{"host": {s.dir}}.Encode()}
	return u.String()
}

// await waits until the server answers.
func (s *private) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.url())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case err := <-s.done:
			text, _ := os.ReadFile(s.log.Name()) // what there is of it
			return fmt.Errorf("it has ended: %w: %s", err, text)
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *private) stop() error {
	err := s.cmd.Process.Signal(syscall.SIGQUIT) // at once: nothing is to be kept
	<-s.done                                     //nolint:errcheck // it was told to end, and says so
	return errors.Join(err, s.log.Close(), os.RemoveAll(s.dir))
}

// unprivileged is who runs the server when we are root.
func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody")
}
