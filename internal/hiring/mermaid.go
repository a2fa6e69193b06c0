package hiring

import (
	"fmt"
	"strings"
	"unicode"
)

// Mermaid draws a process as a flow chart: a box a step, with its kind, minutes, number of
// meetings and people. Steps that may not take place are dashed. Text of the page cannot break
// out of its box: marks that mean something to Mermaid, Markdown or HTML are taken away.
func Mermaid(p *Process) string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	drawSteps(&b, p, "s", "  ")
	return b.String()
}

// MermaidAll draws several processes as one chart, each in a frame of its own.
func MermaidAll(list []*Process) string {
	if len(list) == 1 {
		return Mermaid(list[0])
	}
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	for i, p := range list {
		name := "Hiring process"
		if p.Scope != "" {
			name += " for " + chartText(p.Scope)
		}
		fmt.Fprintf(&b, "  subgraph p%d[\"%s\"]\n", i+1, name)
		drawSteps(&b, p, fmt.Sprintf("p%ds", i+1), "    ")
		b.WriteString("  end\n")
	}
	return b.String()
}

// drawSteps draws boxes and arrows. Names of boxes begin with id, lines with indent.
func drawSteps(b *strings.Builder, p *Process, id, indent string) {
	for i, s := range p.Steps {
		fmt.Fprintf(b, "%s%s%d[\"%s\"]\n", indent, id, i+1, strings.Join(stepLabel(i+1, s), "<br>"))
	}
	for i := 1; i < len(p.Steps); i++ {
		arrow := "-->"
		if p.Steps[i].Optional {
			arrow = "-.->"
		}
		fmt.Fprintf(b, "%s%s%d %s %s%d\n", indent, id, i, arrow, id, i+1)
	}
	for i, s := range p.Steps {
		if s.Optional {
			fmt.Fprintf(b, "%sstyle %s%d stroke-dasharray: 4\n", indent, id, i+1)
		}
	}
}

// stepLabel are the lines of a step's box.
func stepLabel(number int, s Step) []string {
	head := fmt.Sprintf("%d. %s", number, s.Kind.Name())
	if s.Count != nil && s.Count.Max > 1 {
		head += " × " + boundsText(*s.Count)
	}
	lines := []string{head}
	if s.Duration != nil {
		lines = append(lines, boundsText(*s.Duration)+" min")
	}
	if len(s.With) > 0 {
		lines = append(lines, "with "+chartText(strings.Join(s.With, ", ")))
	}
	if s.Optional {
		lines = append(lines, "may not take place")
	}
	return lines
}

// Name is the kind as people say it: "Screening call", "Reference check".
func (k StepKind) Name() string {
	words := strings.ReplaceAll(string(k), "_", " ")
	switch k {
	case "":
		return "Step"
	case StepScreening:
		words += " call"
	case StepPanel:
		words += " interview"
	default:
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

func boundsText(b Bounds) string {
	if b.Min == b.Max {
		return fmt.Sprint(b.Min)
	}
	if b.Min == 0 {
		return fmt.Sprintf("up to %d", b.Max)
	}
	return fmt.Sprintf("%d–%d", b.Min, b.Max)
}

// chartText keeps letters, digits and harmless marks, at most 80 characters.
func chartText(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.Join(strings.Fields(s), " ") {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune(" ,.-/'", r):
			b.WriteRune(r)
		case r == '&':
			b.WriteByte('+')
		default:
			continue
		}
		if n++; n == 80 {
			b.WriteRune('…')
			break
		}
	}
	return b.String()
}
