package rolepage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSentencesOfFiles reads the sentences of testdata/steps, each labelled by the definition of
// hiring steps: "sentence => kind minutes xmeetings [who]".
func TestSentencesOfFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/steps/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sentences: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(data)) {
				line = strings.TrimSpace(line)
				if line == "" || strings.HasPrefix(line, "#") {
					continue
				}
				words, want, ok := strings.Cut(line, " => ")
				if !ok {
					t.Fatalf("%s: no label: %s", file, line)
				}
				p := section("* " + words)
				if got := toldAll(p); got != want {
					t.Errorf("%s\n got %s\nwant %s", words, got, want)
				}
				checkSteps(t, words, p)
			}
		})
	}
}

// TestTitlesInSentences puts titles of every build into sentences of every build: a title must be
// read alike wherever it stands, whatever commas, conjunctions and prepositions it has itself.
func TestTitlesInSentences(t *testing.T) {
	titles := strings.Split("Director of Sales|VP, Product|Sr. Manager, Sales Development|Engineering Manager|member of the Data team|CEO|TAM|"+
		"Manager, Field Marketing, Americas|Director of Data & Analytics|VP of Sales and Marketing|Chief of Staff to the CEO|Product Manager for the Plan stage|"+
		"Director of Engineering, Growth|regional sales leader|E-Group member|peer on the team|leader in Sales|hiring manager|VP Cash Management|"+
		"Senior Director, Data and Analytics|Learning & Development Partner|someone from Legal|Director, People Business Partner|VP, Corporate Controller|executive", "|")
	for _, frame := range []struct{ words, want string }{
		{"Candidates will be invited to a 30 minute interview with X", "interview 30m x1 [X]"},
		{"Meet with the X for 30 minutes", "interview 30m x1 [X]"},
		{"Candidates will meet our X, who will ask about your experience", "interview x1 [X]"},
		{"Candidates will interview with the X to discuss the role", "interview x1 [X]"},
		{"A 45 minute interview conducted by a X over video", "interview 45m x1 [X]"},
		{"45 minute interview (X)", "interview 45m x1 [X]"},
		{"Second interview - X", "interview x1 [X]"},
		{"Finally, our X may choose to conduct a final interview", "interview? x1 [X]"},
		{"Interview with X and Y", "panel x1 [X; Y]"},
		{"Interview with a X or a Y", "interview x1 [X; Y]"},
		{"Interview with either the X or the Y", "interview x1 [X; Y]"},
		{"Interview with the X and/or Y", "interview x1 [X; Y]"},
		{"A 30 minute interview with the X and a 30 minute interview with the Y", "interview 30m x2 [X; Y]"},
		{"Interview with the X followed by a panel interview with Y", "interview x2 [X; Y]"},
		{"Interviews with the X, Y, and Z", "interview x3 [X; Y; Z]"},
		{"Interview with our X, Y or Z", "interview x1 [X; Y; Z]"},
		{"Panel interview with a X, a Y and two Engineers", "panel x1 [X; Y; Engineers]"},
		{"Interviews with two Account Executives and the X", "interview x3 [Account Executives; X]"},
	} {
		for i, x := range titles {
			for _, step := range []int{1, 4, 9} {
				fill := strings.NewReplacer("X", x, "Y", titles[(i+step)%len(titles)], "Z", titles[(i+2*step)%len(titles)])
				words, want := fill.Replace(frame.words), fill.Replace(frame.want)
				if got := toldAll(section("* " + words)); got != want {
					t.Errorf("%s\n got %s\nwant %s", words, got, want)
				}
			}
		}
	}
}
