package queue

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed migration/*.sql
var migrations embed.FS

// filePath takes the path out of "sqlite:roleplan.db", the form of ROLEPLAN_DATABASE_URL.
func filePath(databaseURL string) (string, error) {
	path, ok := strings.CutPrefix(databaseURL, "sqlite:")
	path = strings.TrimPrefix(path, "//")
	if !ok || path == "" || strings.HasPrefix(path, ":memory:") {
		// The address of another database may hold a password: only its scheme is shown.
		scheme, _, _ := strings.Cut(databaseURL, ":")
		return "", fmt.Errorf("database %q: this version stores in a SQLite file; set sqlite:FILE, such as sqlite:roleplan.db", scheme+":…")
	}
	return path, nil
}

// openDatabase opens the file and brings its tables up to date.
func openDatabase(ctx context.Context, path string, log *slog.Logger) (*sql.DB, error) {
	db, err := openFile(path,
		"journal_mode(WAL)",
		"synchronous(FULL)", // an answered delivery survives a power cut
		"foreign_keys(ON)",
	)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, db, log); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare database %q: %w", path, err), db.Close())
	}
	return db, nil
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

func prepare(ctx context.Context, db *sql.DB, log *slog.Logger) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("check the file: %w; if it is damaged, move it away: the sweep finds on GitLab what it held", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("the file is damaged (%s); move it away: the sweep finds on GitLab what it held", verdict)
	}
	migrator, err := rivermigrate.New(riversqlite.New(db), &rivermigrate.Config{Logger: log})
	if err != nil {
		return fmt.Errorf("read River's migrations: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("bring River's tables up to date: %w", err)
	}
	return migrate(ctx, db)
}

// migrate runs the files of the folder migration that the database has not seen, in the
// order of their names, each in a transaction of its own.
func migrate(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migration (name TEXT NOT NULL PRIMARY KEY, applied INTEGER NOT NULL)`)
	if err != nil {
		return fmt.Errorf("make the table of migrations: %w", err)
	}
	done, err := appliedMigrations(ctx, db)
	if err != nil {
		return err
	}
	entries, err := migrations.ReadDir("migration")
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	var known []string
	for _, entry := range entries {
		known = append(known, entry.Name())
	}
	for _, name := range done {
		if !slices.Contains(known, name) {
			return fmt.Errorf("a newer roleplan has changed this database (migration %q): run that version, or begin with a new file", name)
		}
	}
	for _, name := range known {
		if slices.Contains(done, name) {
			continue
		}
		if err := applyMigration(ctx, db, name); err != nil {
			return fmt.Errorf("migration %q: %w", name, err)
		}
	}
	return nil
}

func appliedMigrations(ctx context.Context, db *sql.DB) ([]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM migration ORDER BY name")
	if err != nil {
		return nil, fmt.Errorf("read the table of migrations: %w", err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("read the table of migrations: %w", err)
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func applyMigration(ctx context.Context, db *sql.DB, name string) error {
	text, err := migrations.ReadFile("migration/" + name)
	if err != nil {
		return err
	}
	return inTx(ctx, db, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, string(text)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO migration (name, applied) VALUES (?, ?)", name, time.Now().UnixMilli())
		return err
	})
}

// inTx runs do in a transaction that is committed unless do fails.
func inTx(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := do(tx); err != nil {
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			return errors.Join(err, fmt.Errorf("roll back: %w", rollback))
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
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
	return errors.Join(l.conn.Close(), l.db.Close())
}
