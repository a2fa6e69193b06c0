package app

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"

	"gitlab.com/roleplan/roleplan/internal/pgtest"
)

// TestMain ends the database server of the tests, and fails when a goroutine is left.
func TestMain(m *testing.M) { goleak.VerifyTestMain(withServer{m}) }

type withServer struct{ m *testing.M }

// Run runs the tests.
func (w withServer) Run() int {
	defer http.DefaultClient.CloseIdleConnections()
	return pgtest.Run(w.m)
}
