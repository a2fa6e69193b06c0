# An image for pipelines: a shell and git beside the binary, because CI jobs need both.
FROM alpine:3.22
RUN apk add --no-cache git ca-certificates && adduser -D -u 10001 roleplan
COPY bin/roleplan /usr/local/bin/roleplan
USER 10001
CMD ["roleplan", "--help"]
