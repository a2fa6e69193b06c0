// Package ratelimit keeps requests to GitLab under its limits, before GitLab has to refuse them.
//
// Each kind of request has a token bucket. Where it is kept is a Store's affair: in the process,
// or in a database, where all replicas draw from one. A Limiter draws several tokens at a time
// when requests follow each other quickly, so that a token is seldom a query; what is not used
// within a second is let go.
//
// A limit is that of GitLab, in requests a minute. The bucket holds a fifth of it and gets three
// quarters of it a minute, so that in no minute more requests go out than the limit, however they
// are spread over it, and something is left for others with the same token.
//
// Tokens are given out in the order in which they were asked for, also those of times to come.
// So nobody is passed over, however many ask.
package ratelimit
