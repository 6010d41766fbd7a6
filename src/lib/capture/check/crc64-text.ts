const LARGEST = 2n ** 64n - 1n;

/**
 * A CRC-64 as providers print it: unsigned decimal, up to 20 digits (past 2^53, hence BigInt), without leading zeros on
 * return. undefined for anything else: a header that cannot be read is treated as absent, not as a mismatch.
 */
export function parseCrc64(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d{1,20}$/.test(text.trim())) return undefined;
  const value = BigInt(text.trim());
  return value <= LARGEST ? value.toString() : undefined;
}
