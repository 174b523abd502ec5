#!/bin/sh
# Regenerates proto/generated from proto/*.proto. The output depends on nothing but the .proto files and the installed
# protobufjs-cli (pinned in package-lock.json), so a difference to what is committed means that somebody forgot to run this.
# Usage: proto/generate.sh [OUTPUT_DIRECTORY]
set -eu
cd "$(dirname "$0")/.."
out="${1:-proto/generated}"
mkdir -p "$out"
for name in sync pairing; do
  node_modules/.bin/pbjs -t static-module -w esm -d --no-verify --no-delimited --no-convert --no-service --no-typeurl \
    --force-number -r p2psync -o "$out/$name.js" "proto/$name.proto"
done
