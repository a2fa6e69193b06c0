package note

import "gitlab.com/roleplan/roleplan/internal/safe"

// headline is the mark, the verdict in one line that needs no knowledge of the trade, and
// the commit it speaks of.
func headline(s Summary, d difference, st state) safe.Markdown {
	return safe.Concat(st.mark(s), safe.Sprintf("### %s", verdict(s, d)), subline(s, d))
}

func verdict(s Summary, d difference) safe.Value {
	fresh := count(d.fresh)
	switch {
	case s.NothingLeft:
		return safe.Word("⚪ This merge request no longer changes a role page, an opening or roleplan's settings")
	case s.State == "merged":
		return mergedVerdict(s)
	case len(s.Problems) > 0 && fresh.errors+fresh.warnings == 0:
		return safe.Word("🟡 Nothing new to mend on the pages, but the openings or the settings need mending")
	case fresh.errors > 0:
		return safe.Phrase("🔴 New here: %s to mend before merging", fresh.words())
	case fresh.warnings > 0:
		return safe.Phrase("🟡 New here: %s worth a look before merging", fresh.words())
	case fresh.infos > 0:
		return safe.Phrase("🟢 Nothing that must be mended; new here: %s", fresh.words())
	case unread(s.Pages) > 0:
		return safe.Phrase("🟡 %s could not be checked", safe.Count(unread(s.Pages), "role page", "role pages"))
	case s.Cut, len(d.faults) > 0:
		return safe.Word("🟡 Nothing new to mend on the role pages that could be checked")
	case len(d.fixed) > 0:
		return safe.Phrase("🟢 Nothing new to mend, and %s fixed", safe.Count(len(d.fixed), "older remark", "older remarks"))
	case len(d.standing) > 0:
		return safe.Phrase("🟢 Nothing new to mend; %s there before", safe.Count(len(d.standing), "remark was", "remarks were"))
	}
	if n := deleted(s.Pages); n > 0 && n == len(s.Pages) {
		return safe.Phrase("🟢 Nothing to mend; %s deleted", safe.Count(n, "role page is", "role pages are"))
	}
	return safe.Word("🟢 All is well")
}

func mergedVerdict(s Summary) safe.Value {
	switch {
	case s.Plan == nil && s.OtherBranch:
		return safe.Word("✅ Merged into another branch than the default one, which moves no hiring plan")
	case s.Plan == nil:
		return safe.Word("✅ Merged")
	case s.Plan.Pending || s.Plan.Trouble != "":
		return safe.Word("⏳ Merged; the hiring plans are being brought in line")
	}
	return safe.Word("✅ Merged, and the hiring plans are in line")
}

// subline names the commit, what was read, and where the remarks stand.
func subline(s Summary, d difference) safe.Markdown {
	commit := safe.Code(short(s.Head))
	n := checked(s.Pages)
	if n == 0 {
		return safe.Sprintf("Looked at commit %s.", commit)
	}
	parts := []safe.Value{safe.Phrase("For commit %s", commit), safe.Phrase("%s read", safe.Count(n, "role page", "role pages"))}
	if len(d.fixed) > 0 && len(d.fresh) > 0 {
		parts = append(parts, safe.Phrase("%s fixed", safe.Count(len(d.fixed), "older remark", "older remarks")))
	}
	sentences := []safe.Value{safe.Phrase("%s.", safe.Join(", ", parts...))}
	switch n := s.Threads.Standing; {
	case n == 1:
		sentences = append(sentences, safe.Word("1 remark stands in a thread on its line."))
	case n > 1:
		sentences = append(sentences, safe.Phrase("%s remarks stand in threads on their lines.", safe.Num(n)))
	}
	switch {
	case !s.Draft || s.State == "merged":
	case s.Threads.Waiting:
		sentences = append(sentences, safe.Word("This is a draft; threads on its lines wait until it is ready."))
	default:
		sentences = append(sentences, safe.Word("This is a draft; the answer is the same as for a ready one."))
	}
	return safe.Sprintf("%s", safe.Join(" ", sentences...))
}

// words tells a tally: "1 new error and 2 new warnings".
func (t tally) words() safe.Value {
	var parts []safe.Value
	if t.errors > 0 {
		parts = append(parts, safe.Count(t.errors, "error", "errors"))
	}
	if t.warnings > 0 {
		parts = append(parts, safe.Count(t.warnings, "warning", "warnings"))
	}
	if t.infos > 0 {
		parts = append(parts, safe.Count(t.infos, "hint", "hints"))
	}
	switch len(parts) {
	case 0:
		return safe.Word("none")
	case 3:
		return safe.Phrase("%s, %s and %s", parts...)
	}
	return safe.Join(" and ", parts...)
}
