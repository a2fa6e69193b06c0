// Anchors lets other reviewers of merge requests, danger-js and reviewdog, answer on the stand-in
// GitLab what roleplan answers, and counts everybody's calls to the API.
//
// Nobody here wrote these clients: where the stand-in is wrong about GitLab, they trip over it. So
// a call that fails, or an end other than the one that is expected, is an error.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
)

func main() {
	danger := flag.String("danger", ".tools/node_modules/.bin/danger", "the program of danger-js")
	reviewdog := flag.String("reviewdog", ".tools/reviewdog", "the program of reviewdog")
	verbose := flag.Bool("v", false, "print every call, and what the programs say")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *danger, *reviewdog, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "anchors:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to be stopped
	}
}

// steps are what happens to the merge request.
var steps = []string{"first run", "nothing changed", "half fixed"}

// run plays the story once for every client and prints the table.
func run(ctx context.Context, danger, reviewdog string, verbose bool) error {
	fmt.Println("| client | first run | nothing changed | half fixed | left at the end |")
	fmt.Println("| --- | ---: | ---: | ---: | --- |")
	for _, c := range []client{
		{name: "roleplan, note and threads", run: roleplan(false), want: end{threads: 5, right: 5, notes: 1}},
		{name: "the same, started anew each time", run: roleplan(true), want: end{threads: 5, right: 5, notes: 1}},
		{name: "reviewdog, threads", run: withReviewdog(reviewdog), want: end{threads: 10, right: 5}},
		{name: "danger-js, one note", run: withDanger(danger, false), want: end{notes: 1}},
		{name: "danger-js, threads", run: withDanger(danger, true), want: end{threads: 5}},
	} {
		row, err := play(ctx, c, verbose)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		fmt.Println(row)
	}
	return nil
}

// play plays the story for a client and gives its row.
func play(ctx context.Context, c client, verbose bool) (string, error) {
	w, err := newWorld(ctx)
	if err != nil {
		return "", err
	}
	defer w.close()
	row := []string{c.name}
	for i, step := range steps {
		if i == 2 {
			w.mend()
		}
		w.forget()
		said, err := c.run(ctx, w)
		if verbose || err != nil {
			fmt.Fprintf(os.Stderr, "\n%s, %s:\n%s%s\n", c.name, step, w.said(), said)
		}
		if err != nil {
			return "", fmt.Errorf("%s: %w", step, err)
		}
		if failed := w.failed(); len(failed) > 0 {
			return "", fmt.Errorf("%s: the stand-in refused %q", step, failed)
		}
		row = append(row, strconv.Itoa(w.calls()))
	}
	if have := w.end(); have != c.want {
		return "", fmt.Errorf("the end is %s; expected %s", have, c.want)
	}
	return "| " + strings.Join(append(row, c.want.String()), " | ") + " |", nil
}
