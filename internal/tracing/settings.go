package tracing

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	prefix         = "OTEL_EXPORTER_OTLP_"
	localCollector = "http://localhost:4318" // that of the specification
	defaultTimeout = 10 * time.Second
)

// settings say where spans go.
type settings struct {
	endpoint string // the full URL
	header   http.Header
	timeout  time.Duration // for one request
	gzip     bool
	tls      *tls.Config // nil for the usual one
}

// variables reads OpenTelemetry's variables. Those of the signal, with TRACES_, go first.
type variables func(string) string

// exporter returns a variable, and the name that it was found by.
func (get variables) exporter(name string) (value, found string) {
	for _, found := range []string{prefix + "TRACES_" + name, prefix + name} {
		if value := get(found); value != "" {
			return value, found
		}
	}
	return "", prefix + name
}

// settings are nil when no traces are wanted.
func (get variables) settings() (*settings, error) {
	endpoint, name := get.exporter("ENDPOINT")
	exporter := get("OTEL_TRACES_EXPORTER")
	switch {
	case strings.EqualFold(get("OTEL_SDK_DISABLED"), "true"), exporter == "none", exporter == "" && endpoint == "":
		return nil, nil
	case exporter != "" && exporter != "otlp":
		return nil, fmt.Errorf("OTEL_TRACES_EXPORTER: %q is not known; expected otlp or none", exporter)
	}
	if protocol, name := get.exporter("PROTOCOL"); protocol != "" && protocol != "http/json" {
		return nil, fmt.Errorf("%s: %q is not known; expected http/json, which collectors take where they take http/protobuf", name, protocol)
	}
	s := &settings{timeout: defaultTimeout}
	var err error
	if s.endpoint, err = address(endpoint, name); err != nil {
		return nil, err
	}
	if s.header, err = headers(get.exporter("HEADERS")); err != nil {
		return nil, err
	}
	if value, name := get.exporter("TIMEOUT"); value != "" {
		ms, err := strconv.Atoi(value)
		if err != nil || ms <= 0 {
			return nil, fmt.Errorf("%s: %q is no number of milliseconds", name, value)
		}
		s.timeout = time.Duration(ms) * time.Millisecond
	}
	switch value, name := get.exporter("COMPRESSION"); value {
	case "", "none":
	case "gzip":
		s.gzip = true
	default:
		return nil, fmt.Errorf("%s: %q is not known; expected gzip or none", name, value)
	}
	s.tls, err = get.certificates()
	return s, err
}

// address is where spans go. That of the signal is used as it is; the general one is a base.
func address(endpoint, name string) (string, error) {
	if endpoint == "" {
		endpoint = localCollector
	}
	u, err := url.Parse(endpoint)
	// The URL may hold a password, so it is not repeated.
	if err != nil || !slices.Contains([]string{"http", "https"}, u.Scheme) || u.Host == "" {
		return "", fmt.Errorf("%s: is no URL; expected one like https://collector.example.com:4318", name)
	}
	if !strings.Contains(name, "TRACES_") {
		u = u.JoinPath("v1/traces")
	}
	return u.String(), nil
}

// headers reads "key=value,key=value", with what is special written as %XX.
func headers(list, name string) (http.Header, error) {
	h := http.Header{}
	for pair := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		key, value, ok := strings.Cut(pair, "=")
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if key = strings.TrimSpace(key); !ok || key == "" || err != nil || strings.ContainsAny(key+value, "\r\n") {
			return nil, fmt.Errorf("%s: is not understood; expected key=value pairs with commas between", name)
		}
		h.Set(key, value)
	}
	return h, nil
}

// certificates are nil for those of the machine.
func (get variables) certificates() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	authority, name := get.exporter("CERTIFICATE")
	if authority != "" {
		pem, err := os.ReadFile(authority) //nolint:gosec // the operator names the file
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: %q holds no certificate", name, authority)
		}
	}
	certificate, name := get.exporter("CLIENT_CERTIFICATE")
	key, _ := get.exporter("CLIENT_KEY")
	if certificate != "" || key != "" {
		pair, err := tls.LoadX509KeyPair(certificate, key)
		if err != nil {
			return nil, fmt.Errorf("%s and its CLIENT_KEY: %w", name, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	if config.RootCAs == nil && config.Certificates == nil {
		return nil, nil
	}
	return config, nil
}
