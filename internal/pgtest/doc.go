// Package pgtest gives tests a PostgreSQL of their own: a private server made from the
// machine's binaries, reached through a socket in a folder of its own, or the server that
// ROLEPLAN_TEST_POSTGRES_URL names. Where neither is to be had the test is skipped.
package pgtest
