package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// sources makes Sources of maps; keys are variables and flags.
func sources(env, flags map[string]string) Sources {
	return Sources{
		Getenv: func(k string) string { return env[k] },
		Flag:   func(k string) (string, bool) { v, ok := flags[k]; return v, ok },
	}
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestDefaults(t *testing.T) {
	got, err := Load(sources(nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := Settings{
		GitLabURL: "https://gitlab.com", Listen: ":8080", AdminListen: "127.0.0.1:8081", DatabaseURL: "sqlite:roleplan.db",
		Workers: 8, SweepInterval: 15 * time.Minute, LogLevel: "info", LogFormat: "json",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestStrength(t *testing.T) {
	from := sources(map[string]string{"ROLEPLAN_WORKERS": "2", "ROLEPLAN_LISTEN": "127.0.0.1:2"}, map[string]string{"workers": "3"})
	from.File = write(t, "s.yml", "workers: 1\nlisten: 127.0.0.1:1\nadmin_listen: 127.0.0.1:9\n")
	got, err := Load(from)
	if err != nil {
		t.Fatal(err)
	}
	if got.Workers != 3 || got.Listen != "127.0.0.1:2" || got.AdminListen != "127.0.0.1:9" {
		t.Errorf("workers %d, listen %s, admin %s", got.Workers, got.Listen, got.AdminListen)
	}
}

func TestListsAndFiles(t *testing.T) {
	for name, text := range map[string]string{
		"s.yml":  "projects: [acme/handbook, 42]\nwebhook_secret: [old, new]\nsweep_interval: 0\ndry_run: true\n",
		"s.toml": "projects = [\"acme/handbook\", \"42\"]\nwebhook_secret = \"old, new\"\nsweep_interval = \"0s\"\ndry_run = true\n",
		"s.json": `{"projects": "acme/handbook,42", "webhook_secret": ["old", "new"], "sweep_interval": "0", "dry_run": true}`,
	} {
		from := sources(nil, nil)
		from.File = write(t, name, text)
		got, err := Load(from)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if strings.Join(got.Projects, " ") != "acme/handbook 42" || len(got.WebhookSecret) != 2 || got.WebhookSecret[1].Reveal() != "new" || got.SweepInterval != 0 || !got.DryRun {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestMistakes(t *testing.T) {
	for name, tt := range map[string]struct {
		env, flags map[string]string
		file       string
		want       []string
	}{
		"variable":     {env: map[string]string{"ROLEPLAN_WORKERS": "many"}, want: []string{`ROLEPLAN_WORKERS: "many" is not understood; expected a whole number from 1 to 256`}},
		"flag":         {flags: map[string]string{"log-level": "loud"}, want: []string{`--log-level: "loud" is not allowed; expected debug, info, warn or error`}},
		"too small":    {flags: map[string]string{"workers": "0"}, want: []string{`--workers: "0" is not allowed; expected a whole number from 1 to 256`}},
		"negative":     {env: map[string]string{"ROLEPLAN_SWEEP_INTERVAL": "-1s"}, want: []string{`ROLEPLAN_SWEEP_INTERVAL: "-1s" is not allowed; expected a time like 15m or 1h, or 0`}},
		"no URL":       {env: map[string]string{"ROLEPLAN_GITLAB_URL": "gitlab"}, want: []string{`ROLEPLAN_GITLAB_URL: "gitlab" is not allowed; expected a URL like https://gitlab.example.com`}},
		"no limits":    {env: map[string]string{"ROLEPLAN_RATE_LIMITS": "notes=60,api=3"}, want: []string{`ROLEPLAN_RATE_LIMITS: "notes=60,api=3" is not allowed; expected requests a minute like api=2000`}},
		"no address":   {env: map[string]string{"ROLEPLAN_LISTEN": "8080"}, want: []string{`ROLEPLAN_LISTEN: "8080" is not allowed; expected an address like 127.0.0.1:8080 or :8080`}},
		"file":         {file: "# mine\nlog_format: xml\n", want: []string{`s.yml:2: log_format: "xml" is not allowed; expected json or text`}},
		"unknown key":  {file: "workers: 1\nworkrs: 2\n", want: []string{`s.yml:2: workrs: is no setting; expected one of gitlab_url, gitlab_token,`}},
		"several":      {env: map[string]string{"ROLEPLAN_WORKERS": "x", "ROLEPLAN_DRY_RUN": "perhaps"}, want: []string{"ROLEPLAN_WORKERS", `ROLEPLAN_DRY_RUN: "perhaps" is not understood; expected true or false`}},
		"broken file":  {file: "a: b: c\n", want: []string{"s.yml:1:5: is no YAML"}},
		"token hidden": {file: "gitlab_token: [glpat-hidden]\n", want: []string{"s.yml:1: gitlab_token: the value is not understood"}},
	} {
		t.Run(name, func(t *testing.T) {
			from := sources(tt.env, tt.flags)
			if tt.file != "" {
				from.File = write(t, "s.yml", tt.file)
			}
			_, err := Load(from)
			for _, want := range tt.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v\nlacks %s", err, want)
				}
			}
			if strings.Contains(fmt.Sprint(err), "glpat-hidden") {
				t.Errorf("the error shows the token: %v", err)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	from := sources(nil, nil)
	from.File = filepath.Join(t.TempDir(), "none.yml")
	if _, err := Load(from); err == nil || !strings.Contains(err.Error(), "none.yml") {
		t.Errorf("error %v", err)
	}
	from.File = write(t, "s.ini", "a=b")
	if _, err := Load(from); err == nil || !strings.Contains(err.Error(), "has to end in") {
		t.Errorf("error %v", err)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	set, err := Load(sources(map[string]string{"ROLEPLAN_GITLAB_TOKEN": "glpat-hidden", "ROLEPLAN_WEBHOOK_SECRET": "glpat-hidden,b"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	dump, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(dump), fmt.Sprintf("%v %+v %#v %s", set, set, set, set.GitLabToken)} {
		if strings.Contains(text, "hidden") {
			t.Errorf("printed: %s", text)
		}
	}
	if set.GitLabToken.Reveal() != "glpat-hidden" {
		t.Error("the token itself is lost")
	}
}

// TestEverySetting checks that table and struct name the same settings.
func TestEverySetting(t *testing.T) {
	fields := reflect.TypeFor[Settings]()
	if fields.NumField() != len(All) {
		t.Errorf("%d fields, %d settings", fields.NumField(), len(All))
	}
	for i := range fields.NumField() {
		if key := fields.Field(i).Tag.Get("mapstructure"); All[i].Key != key || All[i].Help == "" {
			t.Errorf("field %d is %q, setting %+v", i, key, All[i])
		}
	}
}
