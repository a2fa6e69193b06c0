//go:build unix

package app

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A pgProxy stands between one process and PostgreSQL, and counts what is written. What PostgreSQL
// is asked for ends with a Sync message, or is a simple Query; "before" is before the first byte of it
// has reached the server, "after" when the server has done it and the process knows nothing of it.
type pgProxy struct {
	url  string // of the database, through the proxy
	trap *trap
	kill func()
}

func newProxy(t testing.TB, address string, trap *trap, kill func()) *pgProxy {
	t.Helper()
	config, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	u := url.URL{Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Host: l.Addr().String(), Path: "/" + config.Database, RawQuery: "sslmode=disable"}
	p := &pgProxy{url: u.String(), trap: trap, kill: kill}
	network, server := pgconn.NetworkAddress(config.Host, config.Port)
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			up, err := net.Dial(network, server)
			if err != nil {
				_ = client.Close()
				continue
			}
			go p.connection(client, up)
		}
	}()
	return p
}

// A pgConn is one connection through a proxy.
type pgConn struct {
	*pgProxy
	client, server net.Conn
	statements     map[string]string // by name: what they write, "" for nothing
	writes         string            // what this transaction has written

	mu   sync.Mutex
	dies bool // with the next answer that is whole
}

func (p *pgProxy) connection(client, server net.Conn) {
	defer client.Close()
	defer server.Close()
	c := &pgConn{pgProxy: p, client: client, server: server, statements: map[string]string{}}
	go func() {
		_ = c.answers() // it ends with the connection
		_ = client.Close()
	}()
	_ = c.questions() // likewise
}

// message reads one message: its type, and all of it.
func message(r *bufio.Reader) (kind byte, text []byte, err error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(r, head); err != nil {
		return 0, nil, err
	}
	text = append(head, make([]byte, binary.BigEndian.Uint32(head[1:])-4)...)
	_, err = io.ReadFull(r, text[5:])
	return head[0], text, err
}

func (c *pgConn) questions() error {
	r := bufio.NewReader(c.client)
	// The first message has no type.
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return err
	}
	first := append(head, make([]byte, binary.BigEndian.Uint32(head)-4)...)
	if _, err := io.ReadFull(r, first[4:]); err != nil {
		return err
	}
	if _, err := c.server.Write(first); err != nil {
		return err
	}
	var held []byte
	writes := ""
	for {
		kind, text, err := message(r)
		if err != nil {
			return err
		}
		held = append(held, text...)
		switch kind {
		case 'P': // Parse: name, statement
			name, rest, _ := strings.Cut(string(text[5:]), "\x00")
			sql, _, _ := strings.Cut(rest, "\x00")
			c.statements[name] = written(sql)
			continue
		case 'B': // Bind: portal, name
			_, rest, _ := strings.Cut(string(text[5:]), "\x00")
			name, _, _ := strings.Cut(rest, "\x00")
			writes = c.statements[name]
			continue
		case 'Q':
			writes = written(strings.TrimRight(string(text[5:]), "\x00"))
		case 'S', 'H', 'X', 'c', 'd', 'f':
		default:
			continue
		}
		if c.passes(writes) {
			c.kill()
			return nil
		}
		if _, err := c.server.Write(held); err != nil {
			return err
		}
		held, writes = nil, ""
	}
}

// passes tells whether the process dies before PostgreSQL is asked.
func (c *pgConn) passes(writes string) bool {
	kind := atStatement
	switch writes {
	case "":
		return false
	case "BEGIN", "ROLLBACK":
		c.writes = ""
		return false
	case "COMMIT":
		if c.writes == "" {
			return false
		}
		kind, writes, c.writes = atCommit, "COMMIT of "+c.writes, ""
	default:
		c.writes = writes
	}
	before, after := c.trap.pass(kind, writes)
	if after {
		c.mu.Lock()
		c.dies = true
		c.mu.Unlock()
	}
	return before
}

func (c *pgConn) answers() error {
	r := bufio.NewReader(c.server)
	for {
		kind, text, err := message(r)
		if err != nil {
			return err
		}
		c.mu.Lock()
		dies := c.dies
		c.mu.Unlock()
		if dies {
			if kind == 'Z' { // ready for the next
				c.kill()
				return nil
			}
			continue
		}
		if _, err := c.client.Write(text); err != nil {
			return err
		}
	}
}

var (
	sqlComment = regexp.MustCompile(`(?s)/\*.*?\*/|--[^\n]*`)
	sqlWrite   = regexp.MustCompile(`(?is)\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?([\w."]+)`)
	sqlLocking = regexp.MustCompile(`(?is)\bFOR\s+(NO\s+KEY\s+)?UPDATE\b`)
)

// written names what a statement writes: "INSERT INTO subject", "COMMIT"; "" for nothing.
func written(sql string) string {
	sql = sqlLocking.ReplaceAllString(sqlComment.ReplaceAllString(sql, " "), " ")
	word, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(sql)), " ")
	word = strings.TrimRight(word, ";")
	switch word {
	case "BEGIN", "COMMIT", "ROLLBACK":
		return word
	case "CREATE", "ALTER", "DROP":
		return word
	}
	if m := sqlWrite.FindStringSubmatch(strings.ReplaceAll(sql, "DO UPDATE", "")); m != nil {
		return strings.ToUpper(strings.Join(strings.Fields(m[1]), " ")) + " " + strings.Trim(m[2], `"`)
	}
	return ""
}
