package app

import (
	"encoding/pem"
	"fmt"
	"io/fs"
	"log"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestServiceImage makes the root of the service's image from what deploy/Dockerfile puts there, and runs its
// command in it as a container does: as its user, in its folder, with nothing else that can be read and nothing but
// /data that can be written. Settings lie in a file, as on Kubernetes, and GitLab's certificate is signed by whom
// the image's list of authorities names.
func TestServiceImage(t *testing.T) {
	t.Parallel()
	d, _ := newLoop(t)
	behind, err := url.Parse(d.gitlab.URL())
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(behind)
	proxy.ErrorLog = log.New(t.Output(), "", 0) // calls that the end cuts short
	front := httptest.NewTLSServer(proxy)
	defer front.Close()

	_, image, _ := strings.Cut(deployed(t, "Dockerfile"), "\nFROM scratch\n")
	root := t.TempDir()
	for path, src := range map[string]string{
		instruction(t, image, `COPY --from=build /etc/ssl/certs/ca-certificates.crt (.*)`) + "ca-certificates.crt": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw})),
		"etc/roleplan/settings.yml": fmt.Sprintf("gitlab_url: %s\ngitlab_token: %s\nwebhook_secret: a-secret\nprojects: [%s]\nlisten: 127.0.0.1:0\nadmin_listen: 127.0.0.1:0\n", front.URL, botToken, d.project.Path),
		instruction(t, image, `COPY --from=build --chown=10001:10001 /out/data (/data)`) + "/.keep": "",
	} {
		writeFiles(t, root, map[string]string{path: src})
	}
	program := instruction(t, image, `ENTRYPOINT \["(/\w+)"\]`)
	if at := instruction(t, image, `COPY --from=build /out/roleplan (.*)`); at != program {
		t.Fatalf("the program is at %s, and %s is run", at, program)
	}
	build := exec.CommandContext(t.Context(), "make", "-C", "../..", "build", "VERSION=1.2.3", "BINARY="+filepath.Join(root, program))
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// The user is the owner of everything, and may write in /data alone.
	user := strings.Split(instruction(t, image, `USER (\d+:\d+)`), ":")
	uid, _ := strconv.Atoi(user[0])
	gid, _ := strconv.Atoi(user[1])
	before := below(t, root)
	chmodFolders := func(mode fs.FileMode) {
		for path := range before {
			if strings.HasSuffix(path, "/") && path != "data/" {
				if err := os.Chmod(filepath.Join(root, path), mode); err != nil {
					t.Error(err)
				}
			}
		}
	}
	chmodFolders(0o555)
	t.Cleanup(func() { chmodFolders(0o755) })
	container := func(args ...string) (*exec.Cmd, *syncBuffer) {
		c := exec.Command(program, args...)
		c.Dir = instruction(t, image, `WORKDIR (.*)`)
		c.Env = []string{"TZ=Europe/Berlin"} // which the image does not know
		c.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: gid, HostID: os.Getgid(), Size: 1}},
			Credential:  &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: true},
			Chroot:      root,
		}
		said := new(syncBuffer)
		c.Stdout, c.Stderr = said, said
		return c, said
	}
	c, said := container("version")
	if err := c.Run(); err != nil || !strings.HasPrefix(said.String(), "roleplan 1.2.3 ") {
		if strings.Contains(fmt.Sprint(err), "operation not permitted") {
			t.Skipf("NO NAMESPACES: the image's root is not run; this machine lets nobody make a user namespace: %v", err)
		}
		t.Fatalf("%v: %s", err, said)
	}

	c, said = container(instruction(t, image, `CMD \["(\w+)"\]`), "--settings", "/etc/roleplan/settings.yml")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	admin := regexp.MustCompile(`"admin":"(\S+?)"`)
	for began := time.Now(); !strings.Contains(said.String(), "token belongs to user"); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > stageTimeout {
			t.Errorf("GitLab was not reached:\n%s", said)
			break
		}
	}
	if at := admin.FindStringSubmatch(said.String()); at == nil {
		t.Errorf("it does not listen:\n%s", said)
	} else if code, body := get(t, at[1]+"/readyz"); code != 200 {
		t.Errorf("/readyz: %d %s", code, body)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	if _, err := os.Stat(filepath.Join(root, "data/roleplan.db")); err != nil {
		t.Errorf("the database: %v", err)
	}
	for path := range below(t, root) {
		if !before[path] && !strings.HasPrefix(path, "data/") {
			t.Errorf("%s was written", path)
		}
	}
}

// instruction finds an instruction of a Dockerfile, and the part of it in brackets.
func instruction(t *testing.T, dockerfile, pattern string) string {
	t.Helper()
	found := regexp.MustCompile("(?m)^" + pattern + "$").FindStringSubmatch(dockerfile)
	if found == nil {
		t.Fatalf("the Dockerfile has no %s", pattern)
	}
	return found[1]
}

// below are the paths of all files and folders in a folder; those of folders end in a slash.
func below(t *testing.T, dir string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			path += "/"
		}
		all[path] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
