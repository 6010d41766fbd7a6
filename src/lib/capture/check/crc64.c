// CRC-64/XZ (polynomial x^64 + 0x42f0e1eba9ea3693, reflected, all ones in and out) for WebAssembly, which has no
// carry-less multiplication. Built by scripts/make/crc64-wasm.sh into crc64-wasm.ts.
//
// A table costs one load per byte. This needs 10 loads of 16 bytes for 16 bytes: the sum of x^e over the exponents e
//   0 125 163 443 479 492 685 710 716 775
// is a multiple of the polynomial (found by a meet-in-the-middle search over sums of two powers; the tests compare with
// another implementation), so the sum of x^(128 e), its 128th power, is one, too. Hence a message keeps its checksum when a
// word of 128 bits is taken out and added (xor) to the words 59, 65 … 775 places after it: 775 - e.
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT __attribute__((visibility("default")))
enum { REACH = 775, FOLD = 4096 };
static const uint32_t DISTANCES[] = {59, 65, 90, 283, 296, 332, 612, 650, REACH};

// The words that were taken out last, then the new ones.
static v128_t words[REACH + FOLD + REACH];
#define NEW (words + REACH)
static uint64_t tables[8][256];
// What the first new word starts from.
static uint64_t seed;

EXPORT uint8_t *room(void) { return (uint8_t *)NEW; }

// How much `fold` takes.
EXPORT uint32_t fold_bytes(void) { return sizeof(words[0]) * FOLD; }

// Where new bytes go. So many that after a `fold` at least REACH words are left for `finish`, which needs them.
EXPORT uint32_t room_bytes(void) { return sizeof(words[0]) * (FOLD + REACH); }

EXPORT void init(void) {
  for (uint32_t index = 0; index < 256; index += 1) {
    uint64_t value = index;
    for (int bit = 0; bit < 8; bit += 1) value = (value >> 1) ^ (value & 1 ? 0xc96c5795d7870f42 : 0);
    tables[0][index] = value;
  }
  for (int table = 1; table < 8; table += 1)
    for (uint32_t index = 0; index < 256; index += 1) {
      uint64_t before = tables[table - 1][index];
      tables[table][index] = (before >> 8) ^ tables[0][before & 255];
    }
}

static uint64_t slice(uint64_t crc, const uint8_t *bytes, uint32_t length) {
  for (; length >= 8; length -= 8, bytes += 8) {
    crc ^= *(const uint64_t *)bytes;
    uint64_t next = 0;
    for (int at = 0; at < 8; at += 1) next ^= tables[7 - at][(crc >> (8 * at)) & 255];
    crc = next;
  }
  for (; length > 0; length -= 1, bytes += 1) crc = (crc >> 8) ^ tables[0][(crc ^ *bytes) & 255];
  return crc;
}

static void plant_seed(void) {
  NEW[0] = wasm_v128_xor(NEW[0], wasm_u64x2_make(seed, 0));
  seed = 0;
}

static void take_out(uint32_t count) {
  for (v128_t *word = NEW; word < NEW + count; word += 1) {
    v128_t sum = *word;
    for (int i = 0; i < 9; i += 1) sum = wasm_v128_xor(sum, word[-(int32_t)DISTANCES[i]]);
    *word = sum;
  }
}

// `crc` is that of the bytes before, without the last inversion.
EXPORT void begin(uint64_t crc) {
  __builtin_memset(words, 0, sizeof(words[0]) * REACH);
  seed = crc;
}

// Takes in as much as it says above; at least REACH words must follow.
EXPORT void fold(void) {
  plant_seed();
  take_out(FOLD);
  __builtin_memcpy(words, words + FOLD, sizeof(words[0]) * REACH);
}

// Takes in the last bytes and returns the checksum, without the last inversion.
EXPORT uint64_t finish(uint32_t length) {
  uint32_t count = length / sizeof(words[0]);
  if (count < REACH) return slice(seed, (const uint8_t *)NEW, length);
  plant_seed();
  // The last words have none after them to go to: they stay, with what the others added to them.
  uint32_t out = count - REACH;
  take_out(out);
  v128_t *rest = NEW + out;
  for (int i = 0; i < 9; i += 1)
    for (uint32_t at = 0; at < DISTANCES[i]; at += 1)
      rest[at] = wasm_v128_xor(rest[at], rest[(int32_t)at - (int32_t)DISTANCES[i]]);
  return slice(0, (const uint8_t *)rest, length - out * sizeof(words[0]));
}
