// Command roleplan keeps a company's role pages and its hiring work in step, inside GitLab.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"gitlab.com/roleplan/roleplan/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	a := &app.App{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv}
	code := a.Main(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
