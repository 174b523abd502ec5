#!/bin/sh
# Regenerates proto/generated from proto/*.proto. The output depends on nothing but the .proto files and the installed
# protobufjs-cli (pinned in package-lock.json), so a difference to what is committed means that somebody forgot to run this.
# Usage: proto/generate.sh           writes proto/generated
#        proto/generate.sh --check   writes nothing; fails and shows the difference if proto/generated is stale
#        proto/generate.sh DIR       writes DIR
set -eu
cd "$(dirname "$0")/.."

generate() {
  mkdir -p "$1"
  for name in sync pairing; do
    node_modules/.bin/pbjs -t static-module -w esm -d --no-verify --no-delimited --no-convert --no-service --no-typeurl \
      --force-number -r p2psync -o "$1/$name.js" "proto/$name.proto"
  done
}

if [ "${1:-}" = --check ]; then
  fresh="$(mktemp -d)"
  trap 'rm -rf "$fresh"' EXIT
  generate "$fresh"
  diff -r "$fresh" proto/generated >&2 || {
    echo 'proto/generated is stale: run proto/generate.sh' >&2
    exit 1
  }
else
  generate "${1:-proto/generated}"
fi
