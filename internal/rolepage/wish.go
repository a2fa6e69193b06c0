package rolepage

import "strings"

// isWish reports whether a text, or a label of a list, names what would be nice to have, which nobody has to bring.
func isWish(label string) bool {
	label, _, _ = strings.Cut(strings.TrimLeft(label, " *_"), "\n")
	if label == "" || strings.IndexByte("nbpdor", lowByte(label[0])) < 0 {
		return false // as most, at a glance
	}
	label = strings.TrimSpace(strings.ReplaceAll(label, "-", " "))
	if strings.Count(label, " ") >= mostLabel {
		return false
	}
	words := strings.Fields(strings.ToLower(withoutEmphasis(label)))
	if len(words) == 0 {
		return false
	}
	switch first := trimMarks(words[0]); first {
	case "nice":
		return len(words) > 2 && trimMarks(words[1]) == "to"
	case "bonus":
		return true
	default:
		return wishes.of(first) && (len(words) == 1 || asked.of(trimMarks(words[1])))
	}
}

var (
	wishes = set("preferred desired desirable recommended optional")
	asked  = set("requirements qualifications skills experience attributes")
)

// longestWish is how long an entry may be that is nothing but a wish.
const longestWish = 400

// wishing are words of which every wish has one.
var wishing = newCues("prefer", " plus", "recommend", "desir", "bonus", "nice", "ideal", "helpful", "advantage", " asset", "beneficial", "welcome", "(optional)", "it helps")

// wished reports whether an entry only says what would be nice to have: "SaaS experience preferred", "Bonus points:
// dbt". One that asks for something besides is none.
func wished(text string) bool {
	if len(text) > longestWish || !mayWish(text) || !wishing.in(text) {
		return false
	}
	low := strings.ToLower(strings.Join(strings.Fields(withoutEmphasis(text)), " "))
	if strings.Contains(low, " must") || strings.Contains(low, "minimum") || strings.Contains(strings.ReplaceAll(low, "not required", ""), "require") {
		return false
	}
	if wishBegins(low) {
		return true
	}
	found := false
	for sentence := range strings.SplitSeq(strings.TrimRight(strings.ReplaceAll(low, "; ", ". "), "."), ". ") {
		switch {
		case wishEnds(sentence):
			found = true
		case !found || !strings.HasPrefix(sentence, "we "): // "SQL is a plus; we have experts, but it helps"
			return false
		}
	}
	return found
}

// mayWish tells at a glance that most texts are no wishes, by their first letters and last words.
func mayWish(text string) bool {
	if text == "" || strings.IndexByte("bnpiBNPI*_", text[0]) >= 0 || text[len(text)-1] == ')' || strings.IndexByte(text, ';') >= 0 || strings.Contains(text, ", as we ") {
		return text != ""
	}
	text, _, _ = strings.Cut(text, ":")
	end := len(text)
	for end > 0 && strings.IndexByte(". *_", text[end-1]) >= 0 {
		end--
	}
	last := text[strings.LastIndexByte(text[:end], ' ')+1 : end]
	if len(last) < len("plus") || strings.IndexByte("dpranbaihemwDPRANBAIHEMW", last[0]) < 0 {
		return false
	}
	last = strings.ToLower(last)
	return isWishWord(last) || lastOfWish.of(last)
}

// lastOfWish are other words with which wishes end: "nice to have", "but not essential".
var lastOfWish = set("have required essential necessary mandatory")

// isWishWord allows for slips in the word that is written most.
func isWishWord(word string) bool { return wishWords.of(word) || likeWord(word, "preferred") }

// wishBegins reports whether a text begins as wishes do: "Highly desirable: Go", "Preferred experience in sales".
func wishBegins(text string) bool {
	for _, lead := range [...]string{"bonus points", "bonus:", "nice to have", "nice-to-have", "a plus:", "preferred ", "prefer ", "it helps "} {
		if strings.HasPrefix(text, lead) {
			return true
		}
	}
	label, _, ok := strings.Cut(text, ":")
	return ok && strings.Count(label, " ") <= 1 && wishEnds("this is "+label)
}

// wishEnds reports whether a sentence ends as wishes do, and speaks of nothing that it does not wish for: "Go or Rust
// are a plus", and not "Patience, Go a plus".
func wishEnds(sentence string) bool {
	sentence, _, _ = strings.Cut(sentence, ":") // "Experience with these is a plus: dbt, SQL"
	sentence, _, _ = strings.Cut(sentence, ", as we ")
	sentence, _ = brackets(bracketed.Replace(sentence))
	sentence, _, _ = strings.Cut(strings.TrimRight(sentence, ". "), " but not ") // "a plus, but not essential"
	sentence = strings.TrimRight(sentence, ",. ")
	wish := strings.Replace(sentence, "nice to have", "desirable", 1)
	said, first := 0, "" // how many words say that it is a wish, and their first
	for {
		at := strings.LastIndexByte(wish, ' ') + 1
		if last := wish[at:]; last == "" || !isWishWord(last) && (said == 0 || !beforeWish.of(last)) {
			break
		}
		wish, first = strings.TrimRight(wish[:at], " "), wish[at:]
		said++
	}
	if wish == "" || said == 0 || said == 1 && !wishes.of(first) && !likeWord(first, "preferred") || strings.Contains(wish, " - ") || strings.Contains(wish, " – ") {
		return false
	}
	if strings.HasSuffix(wish, ",") { // "Rye, wheat, etc., preferred"
		return true
	}
	if first, rest, ok := strings.Cut(wish, ", "); ok && adjectives.of(first) { // "Prior, significant experience"
		wish = rest
	}
	comma := strings.LastIndex(wish, ", ")
	if comma < 0 {
		return true
	}
	last := wish[comma+len(", "):] // that it is of a list shows in "and" or "or"
	return strings.HasPrefix(last, "and") || strings.HasPrefix(last, "or ") || strings.Contains(last, " or ")
}

var (
	bracketed  = strings.NewReplacer("(preferred)", "preferred", "(nice to have)", "nice to have", "(optional)", "desirable", "(a plus)", "a plus")
	wishWords  = set("welcome preferred desirable desired recommended plus bonus asset advantage ideal helpful beneficial advantageous")
	adjectives = set("specific prior previous significant strong demonstrated proven relevant extensive additional direct solid")
	beforeWish = set("a an the is are be would will also highly strongly very big huge strong great added definite")
)
