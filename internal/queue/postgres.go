package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/rs/zerolog"
)

var postgresSays = strings.NewReplacer("now_ms()", "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)")

// Numbers of PostgreSQL's advisory locks: whoever migrates, and whoever dispatches, does so alone.
const (
	migrationLock = "7165321001"
	dispatchLock  = "7165321002"
)

// byIndex makes the server use indexes. Every statement here has one that fits, and the
// server's idea of how many rows there are is wrong just when it matters: after a burst.
var byIndex = map[string]string{"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "jit": "off"}

const (
	// poolSize is for the committer, the dispatcher, the lease, River's own, and whoever
	// looks at the status; pool_max_conns in the address overrides it.
	poolSize       = 12
	connectTimeout = 10 * time.Second
	// quietPoll is how often workers look that are told of jobs by the server, in case they were not.
	quietPoll = 500 * time.Millisecond
)

// nameTypes tells the driver the types of values that River and we give it. It needs them only where the server is
// not asked, by default_query_exec_mode in the address. The driver's own table of every type there is is
// left out of the program (Makefile).
func nameTypes(types *pgtype.Map) {
	nameType[bool](types, "bool")
	nameType[int16](types, "int2")
	nameType[int32](types, "int4")
	nameType[int64](types, "int8")
	nameType[int](types, "int8")
	nameType[string](types, "text")
	nameType[[]byte](types, "bytea")
	nameType[json.RawMessage](types, "json")
	nameType[time.Time](types, "timestamptz")
}

func nameType[T any](types *pgtype.Map, name string) {
	for _, one := range []any{*new(T), new(T)} {
		types.RegisterDefaultPgType(one, name)
	}
	for _, many := range []any{[]T(nil), []*T(nil)} {
		types.RegisterDefaultPgType(many, "_"+name)
	}
}

// openPostgres connects and brings the tables up to date, while no other process does.
func openPostgres(ctx context.Context, databaseURL string, beside bool, log zerolog.Logger) (*database, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		// The error may hold the address, and so the password.
		return nil, errors.New("database: the address can't be read; set postgres://user:password@host:5432/name, with what is special in the password written as %XX")
	}
	if !strings.Contains(databaseURL, "pool_max_conns") {
		config.MaxConns = poolSize
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "roleplan"
	}
	maps.Copy(config.ConnConfig.RuntimeParams, byIndex)
	config.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		nameTypes(conn.TypeMap())
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	d := &database{
		DB:        stdlib.OpenDBFromPool(pool),
		say:       postgresSays,
		migration: "migration/postgres",
		turn:      "SELECT pg_advisory_xact_lock(" + dispatchLock + ")",
		newRunner: func(config *river.Config) (runner, error) {
			config.FetchPollInterval = quietPoll
			return river.NewClient(riverpgxv5.New(pool), config)
		},
		release: func() error { pool.Close(); return nil },
	}
	prepare := d.checkMigrated
	if !beside {
		prepare = func(ctx context.Context) error { return d.preparePostgres(ctx, pool, log) }
	}
	if err := prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the database: %w", err), d.close())
	}
	return d, nil
}

func (d *database) preparePostgres(ctx context.Context, pool *pgxpool.Pool, log zerolog.Logger) (err error) {
	conn, err := d.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return locked(ctx, conn, func() error {
		migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: riverLog(log)})
		if err != nil {
			return fmt.Errorf("read River's migrations: %w", err)
		}
		if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
			return fmt.Errorf("bring River's tables up to date: %w", err)
		}
		return d.migrate(ctx)
	})
}

// locked holds the lock of migrations while do runs. The lock ends with the connection.
func locked(ctx context.Context, conn *sql.Conn, do func() error) error {
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock("+migrationLock+")"); err != nil {
		return fmt.Errorf("wait for whoever else migrates: %w", err)
	}
	err := do()
	_, unlock := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock("+migrationLock+")")
	return errors.Join(err, unlock)
}
