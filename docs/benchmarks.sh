#!/bin/bash
# Measures roleplan beside Vale and markdownlint-cli2 as docs/benchmarks.md shows it: whole processes, in
# turn on the same files, medians. Wants bin/roleplan, vale, markdownlint-cli2 (or its path in MARKDOWNLINT)
# and GNU time and bash; prints a line for each tool and set of files.
#
#	docs/benchmarks.sh [CORPUS [ROUNDS]]
set -euf
corpus=$(cd "${1:-../shared/corpus}" && pwd)
rounds=${2:-7}
roleplan=$PWD/bin/roleplan
lint=${MARKDOWNLINT:-markdownlint-cli2}
for tool in "$roleplan" vale "$lint" /usr/bin/time; do
	command -v "$tool" > /dev/null || { echo "$0: $tool is not here" >&2; exit 1; }
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/styles/Role"
for part in pages handbook-2023 handbook-2024; do cp -r "$corpus/$part" "$dir/$part"; done
cd "$dir"

cat > .vale.ini <<'INI'
StylesPath = styles
MinAlertLevel = suggestion
[formats]
erb = md
[*.md]
BasedOnStyles = Role
INI
# style NAME KIND MESSAGE, the rest of the rule on standard input
style() {
	{
		printf 'extends: %s\nmessage: "%s"\nlevel: warning\n' "$2" "$3"
		case $2 in existence | substitution | consistency | repetition) echo 'ignorecase: true' ;; esac
		cat
	} > "styles/Role/$1.yml"
}
style Vacancy existence "'%s' reads like a vacancy" <<'Y'
tokens: [you will, "you'll", you are, your role, your team, exciting opportunity, join our team, join us, apply now, we are hiring, "we're hiring", we are looking for, "we're looking for", is looking for, seeking a, ideal candidate, competitive salary]
Y
style Years existence "'%s' measures experience in years" <<'Y'
tokens: ['\d+\+? years?', '(?:one|two|three|four|five|ten) years']
Y
style Coded existence "'%s' is coded" <<'Y'
tokens: ['active\w*', 'aggress\w*', 'ambitio\w*', 'analy\w*', 'autonom\w*', 'challeng\w*', 'compet\w*', 'confident\w*', 'decis\w*', 'determin\w*', 'domina\w*', 'driven', 'independen\w*', 'individual\w*', 'lead\w*', 'logic\w*', 'objective\w*', 'superior\w*']
Y
style Places existence "'%s' ties the role to a place" <<'Y'
tokens: [EMEA, APAC, AMER, LATAM, based in, located in, must live in]
Y
style Placeholders existence "'%s' is a placeholder" <<'Y'
tokens: ['\{add[^}]*\}', TBD, TODO]
Y
style Pronouns substitution "write '%s' in place of '%s'" <<'Y'
swap: {he: they, she: they, him: them, his: their, her: their, himself: themselves, herself: themselves}
Y
style Misspelt substitution "write '%s' in place of '%s'" <<'Y'
swap: {recieve: receive, seperate: separate, occured: occurred, definately: definitely, responsibilites: responsibilities, managment: management, enviroment: environment, acheive: achieve, succesful: successful, accomodate: accommodate, maintainance: maintenance, knowlege: knowledge}
Y
style Misused substitution "write '%s' in place of '%s'" <<'Y'
swap: {whitelist: allowlist, blacklist: denylist, manpower: workforce, guys: everyone, salesman: salesperson, sanity check: quick check, master/slave: primary/replica}
Y
style Sentences occurrence "a sentence of more than 60 words" <<'Y'
scope: sentence
max: 60
token: '\b\w+\b'
Y
style Twice repetition "'%s' stands twice" <<'Y'
tokens: ['[^\s]+']
Y
style Forms consistency "two forms: '%s' and '%s'" <<'Y'
either: {e-mail: email, on-boarding: onboarding, analyse: analyze, organise: organize}
Y
style Short conditional "'%s' is not written out" <<'Y'
first: '\b([A-Z]{3,5})\b'
second: '(?:\b[A-Z][a-z]+ )+\(([A-Z]{3,5})\)'
Y
style Headings capitalization "'%s' should be in title case" <<'Y'
scope: heading
match: $title
Y

# once NAME COMMAND...: adds "seconds, CPU seconds" of a run to the figures of NAME, as the shell itself tells them
TIMEFORMAT='%3R %3U %3S'
once() {
	name=$1; shift
	{ time "$@" > report 2>&1; } 2> time || true
	awk '{printf "%.3f %.3f\n", $1, $2 + $3}' time >> "figures.$name"
}
# memory COMMAND...: the most that a run takes of it, in MiB
memory() {
	/usr/bin/time -o time -f %M "$@" > report 2>&1 || true
	tail -n 1 time | awk '{printf "%.0f", $1 / 1024}'
}
median() { cut -d ' ' -f "$2" "figures.$1" | sort -n | awk '{a[NR] = $1} END {printf "%s", a[int((NR + 1) / 2)]}'; }
# beside RIVAL COMMAND FOLDERS...: roleplan and another tool in turn, and how many times faster roleplan is
beside() {
	local rival=$1 command=$2; shift 2
	local own="$roleplan check --fail-on never $*"
	rm -f figures.*
	for _ in $(seq "$rounds"); do once roleplan $own; once "$rival" $command; done
	printf '%-13s %7s s %7s CPU s %7s MiB\n' roleplan "$(median roleplan 1)" "$(median roleplan 2)" "$(memory $own)"
	printf '%-13s %7s s %7s CPU s %7s MiB  %s times the seconds, %s times the CPU seconds\n' "$rival" "$(median "$rival" 1)" "$(median "$rival" 2)" "$(memory $command)" \
		"$(times 1)" "$(times 2)"
}
# times COLUMN: how many times the median of the rival is that of roleplan
times() { awk -v a="$(median roleplan "$1")" -v b="$(median "$rival" "$1")" 'BEGIN {printf "%.1f", b / a}'; }
echo "all pages, each tool in turn with roleplan"
folders="pages handbook-2023 handbook-2024"
beside vale "vale --no-exit --output=line $folders" $folders
beside markdownlint "$lint $(for f in $folders; do echo "$f/**/*.md $f/**/*.erb"; done)" $folders
# A single run is short: twenty in a row, to be divided by twenty.
echo "one page, twenty times"
page=handbook-2023/product/technical-program-manager.md
for tool in "$roleplan check --fail-on never $page" "vale --no-exit --output=line $page" "$lint $page" "$roleplan version"; do
	rm -f figures.one
	for _ in $(seq "$rounds"); do once one sh -c "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do $tool; done"; done
	printf '%7s s %7s CPU s %7s MiB  %s\n' "$(median one 1)" "$(median one 2)" "$(memory $tool)" "${tool##*/}"
done
