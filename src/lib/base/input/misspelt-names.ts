import { closest, distance } from 'fastest-levenshtein';

export interface MisspeltName {
  name: string;
  /** The known name that was probably intended. */
  nearest: string;
}

/** In a shorter name, two different letters make a different word. */
const SHORTEST_FOR_TWO_LETTERS = 8;
// Format characters (a byte order mark, zero-width and direction signs), spaces of every kind, controls.
const INVISIBLE = /[\p{Cf}\p{Cc}\p{Z}]/gu;

/**
 * Names that look like known ones but are not: a setting under such a name would silently have no effect.
 * @param known the valid names
 * @param families prefixes reserved for known names: `WANX_` finds every unknown `WANX_…`
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

/**
 * The one that has all words of the name, else by as much of each as the name has: one that was shortened is nearer than
 * another one of the same length.
 */
function nearestTo(name: string, known: readonly string[]): string {
  const words = name.split('_');
  const longer = known.find((one) => words.every((word) => one.split('_').includes(word)));
  if (longer !== undefined) return longer;
  const heads = known.map((one) => one.slice(0, name.length + 1));
  return known[heads.indexOf(closest(name, heads))] ?? name;
}

/** Upper case, without invisible characters, and with the only sign that joins words here. */
function plain(name: string): string {
  return name.normalize('NFKC').replace(INVISIBLE, '').replace(/[-.]/g, '_').toUpperCase();
}

function isOfFamily(name: string, families: readonly string[]): boolean {
  return families.some((family) => plain(name).startsWith(family));
}

function isLike(name: string, known: string): boolean {
  if (plain(name) === plain(known) || isSwapped(plain(name), known)) return true;
  if (known.length < SHORTEST_FOR_TWO_LETTERS || Math.abs(name.length - known.length) > 2) return false;
  return distance(plain(name), known) <= 2;
}

/** Whether two neighbours have changed places, which is no other word in short names either. */
function isSwapped(name: string, known: string): boolean {
  const at = [...known].findIndex((letter, index) => letter !== name[index]);
  const swapped = known.slice(0, at) + known.slice(at + 1, at + 2) + known.slice(at, at + 1) + known.slice(at + 2);
  return at >= 0 && swapped === name;
}
