package rolepage

import (
	"strings"
	"testing"
)

// TestWished tells entries that only wish for something from those that ask for something as well.
func TestWished(t *testing.T) {
	for want, entries := range map[bool]string{
		true: `
			SaaS experience preferred
			Bakers' certificates are strongly preferred.
			Experience with ovens is a plus
			Experience with ovens would be a huge plus, but not required
			Bakers' college or other schools recommended
			Rye, wheat or other kinds of flour desirable
			Rye, wheat, and/or spelt a plus.
			Experience with sweet bread preferred (i.e., buns, rolls)
			A certificate (rolls, buns) (preferred)
			Experience with these is a plus: rye, wheat
			A certificate is a plus; we train people, but it helps
			A bachelor's degree preferred; a master's degree strongly preferred.
			Nice to have: experience with ovens
			**Bonus points:** Able to read recipes
			Highly desirable: wheat. You can tell it from rye.
			Preferred experience with ovens
			Experience as a miller is ideal
			Experience with rye is helpful, but not essential
			Knowledge of ovens preferrred
			Experience with kinds of bread like rye, wheat, etc., preferred.
			Prior, significant experience with ovens a plus.
			Prefer experience with rye and wheat (or other flour).
			Knowledge of flour will be an added advantage
			Familiarity with flour is preferred, as we bake bread`,
		false: `
			Experience with ovens
			Experience in baking, preferably at night
			Patience, experience with ovens a plus
			A degree required; a master's degree preferred
			A degree preferred. High school diploma required
			Baking in one or more ways - sourdough a plus
			Experience with ovens (wood preferred)
			Highly desirable: rye. It is important that you must bake wheat as well.
			Minimum five years of baking, of night baking preferred
			Recommend flour to customers
			Bring bread to the desired state
			Plan bonuses
			Write down which oven is recommended and why
			Desire to learn
			Plus
			preferred`,
	} {
		for entry := range strings.Lines(entries) {
			if entry = strings.TrimSpace(entry); entry != "" && wished(entry) != want {
				t.Errorf("wished(%q) is %v", entry, !want)
			}
		}
	}
}
