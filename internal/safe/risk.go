package safe

import "strings"

// risky reports whether a word could mean something to GitLab beyond its letters, in any
// place of a text: a mention, a reference, a link, a quick action, an emoji, mathematics,
// an insertion. It rather says yes too often: such a word is shown as code.
func risky(word string) bool {
	if strings.ContainsAny(word, "@#$^`[{}") {
		return true
	}
	lower := strings.ToLower(word)
	if strings.Contains(lower, "://") || strings.Contains(lower, "iteration:") {
		return true
	}
	for _, s := range [...]string{"www.", "mailto:", "xmpp:", "*iteration:"} {
		if strings.Contains(lower, s) || strings.HasSuffix(lower, s[:len(s)-1]) {
			return true // its full stop or colon may come from what follows
		}
	}
	return word[0] == '/' && len(word) > 1 && word[1] != ' ' ||
		hasSign(word) || hasEmoji(word) || hasCommit(word) || hasTrackerID(word)
}

// hasSign finds the signs that refer when a name or number follows: !1 ~label %milestone &1,
// and the +} of an insertion, whose opening brace is caught elsewhere.
func hasSign(word string) bool {
	for i := 0; i < len(word)-1; i++ {
		next := word[i+1]
		switch word[i] {
		case '!', '&':
			if isDigit(next) {
				return true
			}
		case '~', '%':
			if names(word[i+1:]) {
				return true
			}
		case '+', '-':
			if next == ']' {
				return true
			}
		}
	}
	return false
}

// names reports whether what follows a sign can be a name: it can when there is more than the
// punctuation at the end of a word.
func names(rest string) bool { return strings.Trim(rest, ".,;:?)") != "" }

// hasEmoji finds what begins a :name: of an emoji. The end may come from what follows.
func hasEmoji(word string) bool {
	for i := range len(word) - 1 {
		next := word[i+1]
		named := isAlnum(next) || next == '_' || next == '+' || next == '-'
		if word[i] == ':' && named && (i == 0 || !isAlnum(word[i-1])) {
			return true
		}
	}
	return false
}

// hasCommit finds what could be a commit: 7 to 40 hexadecimal digits that stand alone.
func hasCommit(word string) bool {
	for i := 0; i < len(word); {
		j, hex := i, true
		for ; j < len(word) && isAlnum(word[j]); j++ {
			hex = hex && isHex(word[j])
		}
		if hex && j-i >= 7 && j-i <= 64 {
			return true
		}
		i = j + 1
	}
	return false
}

// hasTrackerID finds ABC-123, which is a reference where a tracker outside GitLab is
// connected.
func hasTrackerID(word string) bool {
	for i := 1; i < len(word)-1; i++ {
		if word[i] != '-' || !isDigit(word[i+1]) {
			continue
		}
		start := i
		for start > 0 && (isUpper(word[start-1]) || isDigit(word[start-1]) || word[start-1] == '_') {
			start--
		}
		if start < i && isUpper(word[start]) {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isAlnum(c byte) bool { return isDigit(c) || isUpper(c) || c >= 'a' && c <= 'z' }
func isHex(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
