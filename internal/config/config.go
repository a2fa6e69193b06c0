// Package config reads the settings of the service and of the commands that call GitLab:
// by flag, environment variable or file, in that order of strength. It is the only package
// that knows viper.
//
// What a project wishes of roleplan is another matter and stands in the project's own
// .roleplan.yml; see package repoconf.
package config

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/spf13/viper"

	"gitlab.com/roleplan/roleplan/internal/ratelimit"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

// A Secret is a text that no log, error or dump shows.
type Secret string

func (s Secret) String() string {
	if s == "" {
		return "(not set)"
	}
	return "(set)"
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the secret from JSON and from loggers.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal is the secret itself.
func (s Secret) Reveal() string { return string(s) }

// Settings are all settings. Keys are those of a settings file.
type Settings struct {
	GitLabURL           string        `mapstructure:"gitlab_url" validate:"http_url"`
	GitLabToken         Secret        `mapstructure:"gitlab_token"`
	Projects            []string      `mapstructure:"projects"`
	WebhookSecret       []Secret      `mapstructure:"webhook_secret"`
	WebhookSigningToken []Secret      `mapstructure:"webhook_signing_token"`
	Listen              string        `mapstructure:"listen" validate:"address"`
	AdminListen         string        `mapstructure:"admin_listen" validate:"address"`
	DatabaseURL         Secret        `mapstructure:"database_url" validate:"required"`
	Workers             int           `mapstructure:"workers" validate:"min=1,max=256"`
	RateLimits          []string      `mapstructure:"rate_limits" validate:"limits"`
	SweepInterval       time.Duration `mapstructure:"sweep_interval" validate:"min=0"`
	DryRun              bool          `mapstructure:"dry_run"`
	LogLevel            string        `mapstructure:"log_level" validate:"oneof=debug info warn error"`
	LogFormat           string        `mapstructure:"log_format" validate:"oneof=json text"`
}

// A Setting describes one setting.
type Setting struct {
	Key     string // in a settings file: "gitlab_url"
	Default string
	Help    string
	list    bool // comma-separated
	secret  bool
	isBool  bool
}

// Flag is the setting's flag without dashes: "gitlab-url".
func (s Setting) Flag() string { return strings.ReplaceAll(s.Key, "_", "-") }

// Env is the setting's environment variable: "ROLEPLAN_GITLAB_URL".
func (s Setting) Env() string { return "ROLEPLAN_" + strings.ToUpper(s.Key) }

// Bool reports whether the setting is true or false.
func (s Setting) Bool() bool { return s.isBool }

// All are the settings in the order of the documentation.
var All = []Setting{
	{Key: "gitlab_url", Default: "https://gitlab.com", Help: "base URL of GitLab; the only host that is ever called"},
	{Key: "gitlab_token", Help: "token with scope api; better given by its environment variable, since others on the machine can read flags", secret: true},
	{Key: "projects", Help: "ids or full paths of the projects served, comma-separated", list: true},
	{Key: "webhook_secret", Help: "secret token of the webhook; several, comma-separated, while rotating", list: true, secret: true},
	{Key: "webhook_signing_token", Help: "signing token of the webhook (whsec_...); several, comma-separated, while rotating", list: true, secret: true},
	{Key: "listen", Default: ":8080", Help: "address of the webhook listener"},
	{Key: "admin_listen", Default: "127.0.0.1:8081", Help: "address of the status page, the page to try things on, metrics and health checks; these have no password"},
	{Key: "database_url", Default: "sqlite:roleplan.db", Help: "sqlite:FILE, or the postgres:// address of a database, for several replicas", secret: true},
	{Key: "workers", Default: "8", Help: "jobs at once, of each replica"},
	{Key: "rate_limits", Help: "requests a minute that GitLab allows, where it is not what GitLab documents: api=2000,notes=60,issues=200; 0 for no limit", list: true},
	{Key: "sweep_interval", Default: "15m", Help: "time between two looks for what a lost webhook missed; 0 switches them off"},
	{Key: "dry_run", Default: "false", Help: "read all, write nothing, log what would be written", isBool: true},
	{Key: "log_level", Default: "info", Help: "debug, info, warn or error"},
	{Key: "log_format", Default: "json", Help: "json or text"},
}

// Find is the setting with a key.
func Find(key string) Setting {
	i := slices.IndexFunc(All, func(s Setting) bool { return s.Key == key })
	if i < 0 {
		panic("no setting " + key)
	}
	return All[i]
}

// Sources are where settings come from.
type Sources struct {
	File   string                      // a YAML, TOML or JSON file; "" for none
	Getenv func(string) string         // an empty value counts as not set
	Flag   func(string) (string, bool) // the value of a flag that was given
}

// Load reads and validates the settings. All mistakes are told at once, each with the name
// of the flag, variable or key of the file that it came by.
func Load(from Sources) (Settings, error) {
	v := viper.NewWithOptions(viper.KeyDelimiter("\x00"))
	origin := map[string]string{}
	for _, s := range All {
		v.SetDefault(s.Key, s.Default)
		origin[s.Key] = s.Env()
	}
	var mistakes []error
	if from.File != "" {
		found, err := readFile(v, from.File, origin)
		if err != nil {
			return Settings{}, err
		}
		mistakes = append(mistakes, found...)
	}
	for _, s := range All {
		if value := from.Getenv(s.Env()); value != "" {
			v.Set(s.Key, value)
			origin[s.Key] = s.Env()
		}
		if value, given := from.Flag(s.Flag()); given {
			v.Set(s.Key, value)
			origin[s.Key] = "--" + s.Flag()
		}
	}
	set, more := decode(v, origin)
	mistakes = append(mistakes, more...)
	if err := errors.Join(mistakes...); err != nil {
		return Settings{}, err
	}
	return set, nil
}

// readFile merges a settings file and notes where each key stands in it.
func readFile(v *viper.Viper, file string, origin map[string]string) ([]error, error) {
	src, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	kind := strings.TrimPrefix(filepath.Ext(file), ".")
	if !slices.Contains([]string{"yml", "yaml", "toml", "json"}, kind) {
		return nil, fmt.Errorf("read settings %q: the file name has to end in .yml, .yaml, .toml or .json", file)
	}
	if kind == "yml" || kind == "yaml" {
		var at *strictyaml.Error
		if _, err := strictyaml.Mapping(src); errors.As(err, &at) {
			at.File = file // viper's own error knows no line
			return nil, fmt.Errorf("read settings: %w", at)
		}
	}
	v.SetConfigFile(file)
	if err := v.ReadInConfig(); err != nil {
		// The libraries' own words repeat values, and a value may be a secret.
		return nil, fmt.Errorf("read settings %q: this is no valid %s; look for a bracket or quote that is missing or too many, and for values of an odd type", file, strings.ToUpper(kind))
	}
	var mistakes []error
	for _, key := range v.AllKeys() {
		if !v.InConfig(key) {
			continue
		}
		at := fmt.Sprintf("%s:%d: %s", file, lineOf(string(src), key), key)
		if !slices.ContainsFunc(All, func(s Setting) bool { return s.Key == key }) {
			mistakes = append(mistakes, fmt.Errorf("%s: is no setting; expected one of %s", at, strings.Join(keys(), ", ")))
		}
		origin[key] = at
	}
	return mistakes, nil
}

// lineOf is the line of a key, 1 when it is not found.
func lineOf(src, key string) int {
	n := 0
	for line := range strings.Lines(src) {
		n++
		if strings.HasPrefix(strings.TrimLeft(strings.ToLower(line), " \t\"'{"), key) {
			return n
		}
	}
	return 1
}

func keys() []string {
	names := make([]string, len(All))
	for i, s := range All {
		names[i] = s.Key
	}
	return names
}

// decode turns the merged values into Settings and validates them.
func decode(v *viper.Viper, origin map[string]string) (Settings, []error) {
	var set Settings
	var mistakes []error
	for _, s := range All {
		one := viper.New()
		value, ok := v.Get(s.Key), true
		if s.list {
			value, ok = split(value)
		}
		one.Set(s.Key, value)
		if err := one.Unmarshal(&set); err != nil || !ok {
			mistakes = append(mistakes, fmt.Errorf("%s: %s is not understood; expected %s", origin[s.Key], shown(s, v.Get(s.Key)), expected(s)))
		}
	}
	if len(mistakes) > 0 {
		return set, mistakes
	}
	var found validator.ValidationErrors
	check := validator.New(validator.WithRequiredStructEnabled())
	for tag, is := range map[string]validator.Func{"address": isAddress, "limits": areLimits} {
		if err := check.RegisterValidation(tag, is); err != nil {
			return set, []error{fmt.Errorf("set up the check of settings: %w", err)}
		}
	}
	if err := check.Struct(set); errors.As(err, &found) {
		for _, f := range found {
			s := settingOf(f.StructField())
			mistakes = append(mistakes, fmt.Errorf("%s: %s is not allowed; expected %s", origin[s.Key], shown(s, v.Get(s.Key)), expected(s)))
		}
	}
	return set, mistakes
}

// isAddress reports whether a listener can have the address. Port 0 takes a free one.
func isAddress(f validator.FieldLevel) bool {
	_, port, err := net.SplitHostPort(f.Field().String())
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// areLimits reports whether rate limits can be read.
func areLimits(f validator.FieldLevel) bool {
	list, ok := reflect.TypeAssert[[]string](f.Field())
	_, err := ratelimit.Parse(list, nil)
	return ok && err == nil
}

// split reads a list, written as one or comma-separated. It is no list when there is more in it than
// texts and numbers.
func split(value any) (list []string, ok bool) {
	parts, isList := value.([]any)
	if !isList {
		for p := range strings.SplitSeq(fmt.Sprint(value), ",") {
			parts = append(parts, p)
		}
	}
	for _, p := range parts {
		switch p.(type) {
		case []any, map[string]any, map[any]any, nil:
			return nil, false
		}
		if text := strings.TrimSpace(fmt.Sprint(p)); text != "" {
			list = append(list, text)
		}
	}
	return list, true
}

// shown is a value as an error may repeat it.
func shown(s Setting, value any) string {
	text := fmt.Sprint(value)
	if s.secret || s.Key == "gitlab_url" && strings.Contains(text, "@") { // a password stands before an @
		return "the value"
	}
	return strconv.Quote(text)
}

// expected says what is right for a setting.
func expected(s Setting) string {
	switch s.Key {
	case "gitlab_url":
		return "a URL like https://gitlab.example.com"
	case "listen", "admin_listen":
		return "an address like 127.0.0.1:8080 or :8080"
	case "rate_limits":
		return "requests a minute like api=2000,notes=60,issues=200, each at least 5, or 0 for no limit"
	case "workers":
		return "a whole number from 1 to 256"
	case "sweep_interval":
		return "a time like 15m or 1h, or 0"
	case "dry_run":
		return "true or false"
	case "log_level":
		return "debug, info, warn or error"
	case "log_format":
		return "json or text"
	case "database_url":
		return "a file like sqlite:roleplan.db, or postgres://user:password@host/name"
	}
	return s.Help
}

// settingOf is the setting of a struct field.
func settingOf(field string) Setting {
	for _, s := range All {
		if strings.EqualFold(strings.ReplaceAll(s.Key, "_", ""), field) {
			return s
		}
	}
	panic("no setting for field " + field)
}
