#!/bin/sh
# Builds src/lib/capture/check/crc64.c into crc64-wasm.ts beside it. Needs clang and lld (Debian: apt install clang lld).
set -eu
cd "$(dirname "$0")/../../src/lib/capture/check"
wasm=$(mktemp)
trap 'rm -f "$wasm"' EXIT
clang --target=wasm32 -O3 -msimd128 -mbulk-memory -nostdlib -fvisibility=hidden -Wall -Wextra \
  -Wl,--no-entry,--export-dynamic,--strip-all,-z,stack-size=4096 -o "$wasm" crc64.c
{
  echo "/** crc64.c, built by scripts/make/crc64-wasm.sh. */"
  echo "export const CRC64_WASM_BASE64 ="
  echo "  '$(base64 -w 0 "$wasm")';"
} >crc64-wasm.ts
