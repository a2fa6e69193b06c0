package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"gitlab.com/roleplan/roleplan/internal/config"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

func deployed(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("../../deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// TestMetricsInDashboardAndAlarms: every metric that they name is served after a run, and every
// alarm has a chapter in the runbook.
func TestMetricsInDashboardAndAlarms(t *testing.T) {
	t.Parallel()
	d, client := newLoop(t)
	s, _ := startService(t, &keyRecorder{began: make(chan reconcile.Key, 10)}, func(o *serviceOptions) {
		o.GitLab, o.Projects, o.Standing = client, []string{d.project.Path}, opening.New(client).Standing
	})
	s.lookAtHooks(t.Context())
	s.countOpenings(t.Context())
	watchCalls(s.opts.Metrics, nil)(t.Context(), gitlab.Call{Method: "GET", Kind: "issues", Status: 200, Remaining: 100})
	_, page := get(t, s.adminURL()+"/metrics")
	alarms := deployed(t, "prometheus/roleplan.rules.yml")
	for _, file := range []string{deployed(t, "grafana/roleplan.json"), alarms} {
		names := regexp.MustCompile(`\broleplan_[a-z_]+`).FindAllString(file, -1)
		if len(names) < 5 {
			t.Errorf("only %d metrics are named", len(names))
		}
		for _, name := range names {
			if !strings.Contains(page, "\n"+name+"{") && !strings.Contains(page, "\n"+name+" ") {
				t.Errorf("metric %q is not served", name)
			}
		}
	}
	runbook, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(alarms, -1) {
		if !strings.Contains(string(runbook), "### "+m[1]+"\n") {
			t.Errorf("the runbook has no chapter on %s", m[1])
		}
	}
	var board struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal([]byte(deployed(t, "grafana/roleplan.json")), &board); err != nil || len(board.Panels) == 0 {
		t.Errorf("dashboard: %d panels, %v", len(board.Panels), err)
	}
}

// TestDeployFiles: they parse, their settings exist, and their probes ask for what is served.
func TestDeployFiles(t *testing.T) {
	t.Parallel()
	manifests := deployed(t, "kubernetes/roleplan.yaml") + "\n---\n" + deployed(t, "kubernetes/replicas.yaml")
	for _, src := range []string{manifests, deployed(t, "kubernetes/postgresql.yaml"), deployed(t, "prometheus/roleplan.rules.yml"), deployed(t, "../.goreleaser.yaml"), deployed(t, "../.gitlab-ci.yml")} {
		decoder := yaml.NewDecoder(strings.NewReader(src))
		for n := 0; ; n++ {
			var doc map[string]any
			if err := decoder.Decode(&doc); err != nil {
				if n == 0 || !errors.Is(err, io.EOF) {
					t.Errorf("document %d: %v", n, err)
				}
				break
			}
		}
	}
	for _, name := range []string{"kubernetes/roleplan.yaml", "kubernetes/replicas.yaml", "kubernetes/postgresql.yaml", "systemd/roleplan.service", "Dockerfile"} {
		for _, env := range regexp.MustCompile(`\bROLEPLAN_[A-Z_]+`).FindAllString(deployed(t, name), -1) {
			if !slices.ContainsFunc(config.All, func(s config.Setting) bool { return s.Env() == env }) {
				t.Errorf("%s: %s is no setting", name, env)
			}
		}
	}
	s, _ := startService(t, &keyRecorder{began: make(chan reconcile.Key, 1)}, nil)
	probes := regexp.MustCompile(`path: (/\w+), port: admin`).FindAllStringSubmatch(manifests, -1)
	if len(probes) != 5 {
		t.Errorf("%d probes, want 5", len(probes))
	}
	for _, probe := range probes {
		if code, _ := get(t, s.adminURL()+probe[1]); code != 200 {
			t.Errorf("the probe of %s is answered %d", probe[1], code)
		}
	}
}

// A manifest is what the checks below read of a Kubernetes object.
type manifest struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		Replicas     int
		MinAvailable int `yaml:"minAvailable"`
		Selector     struct {
			MatchLabels map[string]string `yaml:"matchLabels"`
		}
		PodSelector struct {
			MatchLabels map[string]string `yaml:"matchLabels"`
		} `yaml:"podSelector"`
		PolicyTypes []string `yaml:"policyTypes"`
		Template    struct {
			Metadata struct{ Labels map[string]string }
			Spec     struct {
				Grace           int   `yaml:"terminationGracePeriodSeconds"`
				Automount       *bool `yaml:"automountServiceAccountToken"`
				SecurityContext struct {
					RunAsNonRoot   bool                  `yaml:"runAsNonRoot"`
					FSGroup        int                   `yaml:"fsGroup"`
					SeccompProfile struct{ Type string } `yaml:"seccompProfile"`
				} `yaml:"securityContext"`
				Affinity map[string]any
				Volumes  []struct {
					Name   string
					Secret *struct {
						SecretName  string `yaml:"secretName"`
						DefaultMode string `yaml:"defaultMode"`
					}
				}
				Containers []struct {
					Image          string
					Args           []string
					StartupProbe   map[string]any   `yaml:"startupProbe"`
					LivenessProbe  map[string]any   `yaml:"livenessProbe"`
					ReadinessProbe map[string]any   `yaml:"readinessProbe"`
					EnvFrom        []map[string]any `yaml:"envFrom"`
					Env            []struct{ Name, Value string }
					VolumeMounts   []struct {
						Name      string
						MountPath string `yaml:"mountPath"`
						ReadOnly  bool   `yaml:"readOnly"`
					} `yaml:"volumeMounts"`
					Resources       map[string]map[string]string
					SecurityContext struct {
						AllowPrivilegeEscalation *bool `yaml:"allowPrivilegeEscalation"`
						ReadOnlyRootFilesystem   bool  `yaml:"readOnlyRootFilesystem"`
						Capabilities             struct{ Drop []string }
					} `yaml:"securityContext"`
				}
			}
		}
	}
}

// readsSecret tells whether the secret of the manifest's name lies in a folder that a container's arguments or variables
// lead into, where it alone may read it.
func (m manifest) readsSecret() bool {
	for _, v := range m.Spec.Template.Spec.Volumes {
		if v.Secret == nil || v.Secret.SecretName != m.Metadata.Name || v.Secret.DefaultMode != "0440" {
			continue
		}
		for _, c := range m.Spec.Template.Spec.Containers {
			told := c.Args
			for _, e := range c.Env {
				told = append(told, e.Value)
			}
			for _, mount := range c.VolumeMounts {
				inside := func(path string) bool { return strings.HasPrefix(path, mount.MountPath+"/") }
				if mount.Name == v.Name && mount.ReadOnly && slices.ContainsFunc(told, inside) {
					return true
				}
			}
		}
	}
	return false
}

// TestKubernetes: every pod runs without rights, on a root that it can't write, with probes, limits and
// its secrets in files that the group alone may read, and a network policy; three replicas are kept apart, and two stay up.
func TestKubernetes(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"roleplan.yaml", "replicas.yaml", "postgresql.yaml"} {
		all := map[string]manifest{}
		decoder := yaml.NewDecoder(strings.NewReader(deployed(t, "kubernetes/"+file)))
		for {
			var m manifest
			if err := decoder.Decode(&m); err != nil {
				if !errors.Is(err, io.EOF) {
					t.Fatalf("%s: %v", file, err)
				}
				break
			}
			all[m.Kind] = m
		}
		pods, isSet := all["StatefulSet"]
		if !isSet {
			pods = all["Deployment"]
		}
		spec, labels := pods.Spec.Template.Spec, pods.Spec.Template.Metadata.Labels
		policy := all["NetworkPolicy"]
		for what, ok := range map[string]bool{
			"selector":       maps.Equal(pods.Spec.Selector.MatchLabels, labels) && len(labels) > 0,
			"network policy": maps.Equal(policy.Spec.PodSelector.MatchLabels, labels) && slices.Contains(policy.Spec.PolicyTypes, "Ingress"),
			"no API token":   spec.Automount != nil && !*spec.Automount,
			"not root":       spec.SecurityContext.RunAsNonRoot && spec.SecurityContext.SeccompProfile.Type == "RuntimeDefault",
			"time to stop":   spec.Grace >= 45,
			"one container":  len(spec.Containers) == 1,
		} {
			if !ok {
				t.Errorf("%s: %s", file, what)
			}
		}
		for _, c := range spec.Containers {
			s := c.SecurityContext
			inVariables := slices.ContainsFunc(c.EnvFrom, func(from map[string]any) bool { return from["secretRef"] != nil })
			for what, ok := range map[string]bool{
				"probes":         c.LivenessProbe != nil && c.ReadinessProbe != nil,
				"secret":         pods.readsSecret() && !inVariables && spec.SecurityContext.FSGroup > 0,
				"memory limit":   c.Resources["limits"]["memory"] != "" && c.Resources["requests"]["cpu"] != "",
				"read-only root": s.ReadOnlyRootFilesystem,
				"no more rights": s.AllowPrivilegeEscalation != nil && !*s.AllowPrivilegeEscalation && slices.Equal(s.Capabilities.Drop, []string{"ALL"}),
			} {
				if !ok {
					t.Errorf("%s, %s: %s", file, c.Image, what)
				}
			}
		}
		if file != "replicas.yaml" {
			continue
		}
		budget := all["PodDisruptionBudget"]
		if pods.Spec.Replicas != 3 || budget.Spec.MinAvailable != 2 || !maps.Equal(budget.Spec.Selector.MatchLabels, labels) || spec.Affinity["podAntiAffinity"] == nil || spec.Containers[0].StartupProbe == nil {
			t.Errorf("%s: %d replicas, budget %+v, affinity %v", file, pods.Spec.Replicas, budget.Spec, spec.Affinity)
		}
	}
}

// TestSystemdUnit lets systemd read the unit, and judge what it may do.
func TestSystemdUnit(t *testing.T) {
	t.Parallel()
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("NO SYSTEMD: the unit is not verified; install systemd")
	}
	const unit = "../../deploy/systemd/roleplan.service"
	out, _ := exec.CommandContext(t.Context(), analyze, "verify", unit).CombinedOutput()
	for line := range bytes.Lines(out) {
		// The binary is not installed where tests run.
		if !bytes.Contains(line, []byte("roleplan is not executable")) && bytes.Contains(line, []byte("roleplan.service")) {
			t.Errorf("systemd says %s", line)
		}
	}
	// In tenths: what systemd calls OK ends at 4.
	if out, err := exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--threshold=15", unit).CombinedOutput(); err != nil {
		t.Errorf("the unit may do too much: %v\n%s", err, out)
	}
}
