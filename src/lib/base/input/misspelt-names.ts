import { closest, distance } from 'fastest-levenshtein';

export interface MisspeltName {
  name: string;
  /** The known name that was probably meant. */
  nearest: string;
}

/** In a shorter name two other letters make another word. */
const SHORTEST_FOR_TWO_LETTERS = 8;
// Format characters (a byte order mark, zero-width and direction signs), spaces of every kind, controls.
const INVISIBLE = /[\p{Cf}\p{Cc}\p{Z}]/gu;

/**
 * Names that look like known ones and are not: a setting under such a name silently does not hold.
 * @param known the names that mean something
 * @param families beginnings of which no other name is in use: `WANX_` finds every unknown `WANX_…`
 */
export function misspeltNames(
  names: readonly string[],
  known: readonly string[],
  families: readonly string[],
): MisspeltName[] {
  const meant = new Set(known);
  return names
    .filter((name) => !meant.has(name) && (isOfFamily(name, families) || known.some((one) => isLike(name, one))))
    .map((name) => ({ name, nearest: nearestTo(plain(name), known) }));
}

/** By as much of each as the name has: one that was shortened is nearer than another one of the same length. */
function nearestTo(name: string, known: readonly string[]): string {
  const heads = known.map((one) => one.slice(0, name.length + 1));
  return known[heads.indexOf(closest(name, heads))] ?? name;
}

/** Without what nobody sees, in capitals. */
function plain(name: string): string {
  return name.normalize('NFKC').replace(INVISIBLE, '').toUpperCase();
}

function isOfFamily(name: string, families: readonly string[]): boolean {
  return families.some((family) => plain(name).startsWith(family));
}

function isLike(name: string, known: string): boolean {
  if (plain(name) === plain(known)) return true;
  if (known.length < SHORTEST_FOR_TWO_LETTERS || Math.abs(name.length - known.length) > 2) return false;
  return distance(plain(name), known) <= 2;
}
