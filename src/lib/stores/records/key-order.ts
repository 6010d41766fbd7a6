/**
 * Compares two keys by their code points, which is the order of their bytes in UTF-8: the one order that every store has.
 * `<` compares UTF-16 units and disagrees where an emoji meets a letter above U+E000.
 */
export function compareKeys(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  // The difference may lie in the second half of a pair; behind half a pair that is none, it lies where it was found.
  const isBehindHalf = at > 0 && isHighSurrogate(one.charCodeAt(at - 1));
  return (isBehindHalf && comparePoints(one, other, at - 1)) || comparePoints(one, other, at);
}

function comparePoints(one: string, other: string, at: number): number {
  return (one.codePointAt(at) ?? -1) - (other.codePointAt(at) ?? -1);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
