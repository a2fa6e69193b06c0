package queue

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/rs/zerolog"
)

//go:embed migration
var migrations embed.FS

// A database is where a queue stores. Statements are written once, for PostgreSQL; what
// SQLite says in another way is replaced.
type database struct {
	*sql.DB
	say       *strings.Replacer
	migration string // folder of its migrations
	alone     bool   // no other process works with it
	turn      string // statement that makes dispatchers take turns; "" when there is one
	newRunner func(*river.Config) (runner, error)
	release   func() error // after Close
}

// A runner is River's client, whose type depends on the database.
type runner interface {
	InsertMany(ctx context.Context, params []river.InsertManyParams) ([]*rivertype.JobInsertResult, error)
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
}

// openDatabase opens what ROLEPLAN_DATABASE_URL names. beside is for a process that only
// looks and asks while another works: it takes no lock and changes no table.
func openDatabase(ctx context.Context, databaseURL string, beside bool, log zerolog.Logger) (*database, error) {
	scheme, _, ok := strings.Cut(databaseURL, ":")
	switch scheme {
	case "postgres", "postgresql":
		return openPostgres(ctx, databaseURL, beside, log)
	case "sqlite":
		return openSQLite(ctx, databaseURL, beside, log)
	}
	if !ok {
		scheme = ""
	}
	// The address of a database may hold a password, or be one by mistake: only its scheme is shown.
	return nil, fmt.Errorf("database %q: set sqlite:FILE, such as sqlite:roleplan.db, or postgres://user:password@host/name", scheme+":…")
}

func (d *database) close() error {
	err := d.Close()
	if d.release != nil {
		err = errors.Join(err, d.release())
	}
	if err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// A querier is a database or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// exec runs a statement and tells how many rows it changed.
func (d *database) exec(ctx context.Context, on querier, statement string, args ...any) (int64, error) {
	res, err := on.ExecContext(ctx, d.say.Replace(statement), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// each calls row for each row that a statement returns.
func (d *database) each(ctx context.Context, on querier, row func(scan func(...any) error) error, statement string, args ...any) error {
	rows, err := on.QueryContext(ctx, d.say.Replace(statement), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one scans the only row that a statement returns; without a row it is sql.ErrNoRows.
func (d *database) one(ctx context.Context, on querier, into []any, statement string, args ...any) error {
	found := false
	err := d.each(ctx, on, func(scan func(...any) error) error {
		found = true
		return scan(into...)
	}, statement, args...)
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// inTx runs do in a transaction that is committed unless do fails.
func (d *database) inTx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := d.BeginTx(ctx, nil)
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

// migrate runs the files of the folder migration that the database has not seen, in the
// order of their names, each in a transaction of its own.
func (d *database) migrate(ctx context.Context) error {
	_, err := d.exec(ctx, d, `CREATE TABLE IF NOT EXISTS migration (name TEXT NOT NULL PRIMARY KEY, applied BIGINT NOT NULL)`)
	if err != nil {
		return fmt.Errorf("make the table of migrations: %w", err)
	}
	missing, err := d.missingMigrations(ctx)
	if err != nil {
		return err
	}
	for _, name := range missing {
		text, err := migrations.ReadFile(d.migration + "/" + name)
		if err != nil {
			return fmt.Errorf("read migration %q: %w", name, err)
		}
		err = d.inTx(ctx, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, string(text)); err != nil {
				return err
			}
			_, err := d.exec(ctx, tx, "INSERT INTO migration (name, applied) VALUES ($1, $2)", name, time.Now().UnixMilli())
			return err
		})
		if err != nil {
			return fmt.Errorf("migration %q: %w", name, err)
		}
	}
	return nil
}

// missingMigrations lists the migrations that the database has not seen. One that this
// program does not know is an error.
func (d *database) missingMigrations(ctx context.Context) ([]string, error) {
	entries, err := migrations.ReadDir(d.migration)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	var missing []string
	for _, entry := range entries {
		missing = append(missing, entry.Name())
	}
	err = d.each(ctx, d, func(scan func(...any) error) error {
		var name string
		if err := scan(&name); err != nil {
			return err
		}
		at := slices.Index(missing, name)
		if at < 0 {
			return fmt.Errorf("a newer roleplan has changed this database (migration %q): run that version, or begin with a new database", name)
		}
		missing = slices.Delete(missing, at, at+1)
		return nil
	}, "SELECT name FROM migration ORDER BY name")
	if err != nil {
		return nil, fmt.Errorf("read the table of migrations: %w", err)
	}
	return missing, nil
}

// checkMigrated is for a process beside the service: it changes no table.
func (d *database) checkMigrated(ctx context.Context) error {
	missing, err := d.missingMigrations(ctx)
	if err == nil && len(missing) > 0 {
		err = errors.New("an older roleplan made its tables")
	}
	if err != nil {
		return fmt.Errorf("%w; `roleplan serve` of this version makes the tables when it starts", err)
	}
	return nil
}
