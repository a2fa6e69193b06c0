package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/rs/zerolog"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// sqliteSays is how SQLite says what the statements say for PostgreSQL.
var sqliteSays = strings.NewReplacer(
	"$", "?",
	"json_array_elements(", "json_each(",
	"now_ms()", "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)",
)

// filePath takes the path out of "sqlite:roleplan.db".
func filePath(databaseURL string) (string, error) {
	path := strings.TrimPrefix(strings.TrimPrefix(databaseURL, "sqlite:"), "//")
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return "", errors.New("database: name a file, sqlite:FILE, such as sqlite:roleplan.db")
	}
	return path, nil
}

// openSQLite opens the file and brings its tables up to date. A file that another process
// works with is an error, unless it is opened beside that one.
func openSQLite(ctx context.Context, databaseURL string, beside bool, log zerolog.Logger) (*database, error) {
	path, err := filePath(databaseURL)
	if err != nil {
		return nil, err
	}
	d := &database{say: sqliteSays, migration: "migration/sqlite", alone: true}
	if beside {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("open database: %w; the service makes it when it starts", err)
		}
	} else {
		lock, err := lockFile(ctx, path)
		if err != nil {
			return nil, err
		}
		d.release = lock.release
	}
	d.DB, err = openFile(path,
		"journal_mode(WAL)",
		"synchronous(FULL)", // an answered delivery survives a power cut
		"foreign_keys(ON)",
	)
	if err != nil {
		if d.release != nil {
			err = errors.Join(err, d.release())
		}
		return nil, err
	}
	d.newRunner = func(config *river.Config) (runner, error) {
		config.PollOnly = true // the driver knows no notifications; it wakes the workers of this process
		return river.NewClient(inSteps{riversqlite.New(d.DB)}, config)
	}
	prepare := d.checkMigrated
	if !beside {
		prepare = func(ctx context.Context) error { return d.prepareFile(ctx, log) }
	}
	if err := prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare database %q: %w", path, err), d.close())
	}
	return d, nil
}

func openFile(path string, pragmas ...string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database %q: %w", path, err)
	}
	if _, err := os.Stat(filepath.Dir(abs)); err != nil {
		return nil, fmt.Errorf("open database %q: make its folder first: %w", path, err)
	}
	params := url.Values{"_pragma": append([]string{"busy_timeout(5000)"}, pragmas...), "_txlock": {"immediate"}}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: params.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, fmt.Errorf("open database %q: %w", path, err)
	}
	// SQLite has one writer. River's driver asks for one connection, and with one nobody
	// ever waits for a lock held by ourselves.
	db.SetMaxOpenConns(1)
	return db, nil
}

func (d *database) prepareFile(ctx context.Context, log zerolog.Logger) error {
	var verdict string
	if err := d.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("check the file: %w; if it is damaged, move it away: the sweep finds on GitLab what it held", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("the file is damaged (%s); move it away: the sweep finds on GitLab what it held", verdict)
	}
	migrator, err := rivermigrate.New(riversqlite.New(d.DB), &rivermigrate.Config{Logger: riverLog(log)})
	if err != nil {
		return fmt.Errorf("read River's migrations: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("bring River's tables up to date: %w", err)
	}
	return d.migrate(ctx)
}

// A fileLock is what keeps a second process from the file.
type fileLock struct {
	db   *sql.DB
	conn *sql.Conn
}

// lockFile takes the lock beside the database: an empty SQLite file whose exclusive lock is
// held, because SQLite's locks work on every system and end with the process, kill -9
// included, while the database itself stays readable for other programs.
func lockFile(ctx context.Context, path string) (*fileLock, error) {
	db, err := openFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %q: %w", path+".lock", err), db.Close())
	}
	// A process that is on its way out may need a moment; busy_timeout would wait longer.
	for _, sql := range []string{"PRAGMA busy_timeout = 1000", "BEGIN EXCLUSIVE"} {
		if _, err := conn.ExecContext(ctx, sql); err != nil {
			return nil, errors.Join(
				fmt.Errorf("lock database %q: %w; if another roleplan works with it, stop that one or name another file", path, err),
				conn.Close(), db.Close())
		}
	}
	return &fileLock{db: db, conn: conn}, nil
}

func (l *fileLock) release() error {
	if err := errors.Join(l.conn.Close(), l.db.Close()); err != nil {
		return fmt.Errorf("release the lock: %w", err)
	}
	return nil
}
