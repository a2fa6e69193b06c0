package hiring

// The states of an opening.
const (
	OpeningOpen      = "open"
	OpeningOnHold    = "on_hold"
	OpeningFilled    = "filled"
	OpeningCancelled = "cancelled"
)

// An Opening is one position to fill, as the openings file declares it.
type Opening struct {
	ID            string
	Page          string // path of the role page in the handbook's repository
	Level         string // heading text or slug; "" where the page has no levels
	Specialty     string
	Type          string // new_hire or backfill
	Count         int    // positions, at least 1; each gets a plan of its own
	Location      string
	HiringManager string // usernames
	Recruiter     string
	Interviewers  map[string][]string // step number or interviewer title to usernames
	TargetStart   string              // "2027-02-01"
	Priority      string              // high, medium or low
	Status        string

	File string // the file that declares it
	Pos  Pos    // where in it
}
