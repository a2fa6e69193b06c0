package app

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dockerInPipeline is Docker as far as the pipeline's jobs call it: it notes its calls, and tells digests as Docker
// and buildx do.
const dockerInPipeline = `#!/bin/sh
echo "$*" >> "$(dirname "$0")/docker.log"
case "$1 $2" in
"login -u") cat > /dev/null ;; # the password, which ends the job if nobody reads it
"inspect --format") echo "IMAGE_DIGEST=registry.example.com/acme/roleplan@sha256:aaaa" ;;
"buildx build")
	while [ "$1" != --metadata-file ]; do shift; done
	cat > "$2" <<-END
	{
	  "buildx.build.ref": "service/service0/vwxyz",
	  "containerimage.descriptor": {
	    "mediaType": "application/vnd.oci.image.index.v1+json",
	    "digest": "sha256:bbbb",
	    "size": 1609
	  },
	  "containerimage.digest": "sha256:bbbb",
	  "image.name": "registry.example.com/acme/roleplan/serve:0123"
	}
	END
esac
`

// TestReleasePipeline lets a runner do the jobs of a tag that make images and the release's notes, with a Docker that
// only notes what it is told.
func TestReleasePipeline(t *testing.T) {
	t.Parallel()
	c := newOwn(t, ".gitlab-ci.yml", "templates", "go.sum", "Makefile")
	pipeline, err := os.ReadFile(filepath.Join(c.dir, ".gitlab-ci.yml"))
	if err != nil {
		t.Fatal(err)
	}
	// The runner would start the Docker service with a Docker of its own.
	without := regexp.MustCompile(`(?m)^  services: .*\n`).ReplaceAllString(string(pipeline), "")
	writeFiles(t, c.dir, map[string]string{
		".gitlab-ci.yml":           without,
		"bin/roleplan-linux-amd64": "what the job binary has built",
		"CHANGELOG.md":             "# Changelog\n\n## Unreleased\n\n* Later.\n\n## [1.2.3] - 2027-01-31\n\n* What is new.\n\n## [1.2.2] - 2027-01-01\n\n* Before.\n",
	})
	sha := commit(t, c.dir, "roleplan")
	gitRun(t, c.dir, "update-ref", "refs/remotes/origin/main", sha)
	gitRun(t, c.dir, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
	if err := os.WriteFile(filepath.Join(c.bin, "docker"), []byte(dockerInPipeline), 0o755); err != nil {
		t.Fatal(err)
	}
	tag := map[string]string{
		"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "", "CI_COMMIT_TAG": "1.2.3",
		"CI_REGISTRY": "registry.example.com", "CI_REGISTRY_IMAGE": "registry.example.com/acme/roleplan", "CI_REGISTRY_USER": "ci", "CI_REGISTRY_PASSWORD": "a-password",
	}
	// Without the digests there is no release.
	wantJob(t, c.run(t, tag, "release"), "release", "FAIL")
	for _, job := range []string{"container", "container-serve", "container-version", "container-latest", "release"} {
		wantJob(t, c.run(t, tag, job), job, "PASS")
	}

	log, err := os.ReadFile(filepath.Join(c.bin, "docker.log"))
	if err != nil {
		t.Fatal(err)
	}
	calls := strings.Split(string(log), "\n")
	for _, want := range []string{
		"build -t registry.example.com/acme/roleplan:" + sha + " .",
		"push registry.example.com/acme/roleplan:" + sha,
		"buildx create --use service",
		"buildx build --platform linux/amd64,linux/arm64 --sbom=true --build-arg VERSION=1.2.3 --metadata-file serve.json -f deploy/Dockerfile -t registry.example.com/acme/roleplan/serve:" + sha + " --push .",
		"buildx imagetools create -t registry.example.com/acme/roleplan:1.2.3 registry.example.com/acme/roleplan:" + sha,
		"buildx imagetools create -t registry.example.com/acme/roleplan/serve:1.2.3 registry.example.com/acme/roleplan/serve:" + sha,
		"buildx imagetools create -t registry.example.com/acme/roleplan:latest registry.example.com/acme/roleplan:" + sha,
		"buildx imagetools create -t registry.example.com/acme/roleplan/serve:latest registry.example.com/acme/roleplan/serve:" + sha,
	} {
		if !slices.Contains(calls, want) {
			t.Errorf("Docker was not told %q, but\n%s", want, log)
		}
	}
	if strings.Contains(string(log), "a-password") {
		t.Errorf("the password is among the arguments:\n%s", log)
	}
	var notes string
	err = filepath.WalkDir(filepath.Join(c.dir, ".gitlab-ci-local"), func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Name() == "notes.md" {
			var src []byte
			src, err = os.ReadFile(path)
			notes = string(src)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "\n* What is new.\n\n\nImages for pipelines and of the service, to pin them:\n\n" +
		"    registry.example.com/acme/roleplan@sha256:aaaa\n    registry.example.com/acme/roleplan/serve@sha256:bbbb\n\n" +
		"Binaries, bills of materials and checksums:\nhttps://gitlab.com/roleplan/roleplan/-/packages\n"
	if notes != want {
		t.Errorf("the notes are\n%q, want\n%q", notes, want)
	}
}
