declare global {
  // ECMAScript's "JSON.parse source text access", which TypeScript does not know yet.
  interface JSON {
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
    /** An object that `JSON.stringify` writes as this text. */
    rawJSON(text: string): object;
  }
}

/** Finds candidates for long numbers; digits within a hash or a word are skipped, or every file would have some. */
const LONG_INTEGER = /[\s:[,]-?\d{16,}[\s,\]}]/;

/**
 * `JSON.parse`, except that an integer beyond the range of JavaScript numbers keeps its digits: another program's field must
 * not change because a record next to it did. Such a number becomes an object; every other value is as usual.
 */
export function parseExactly(text: string): unknown {
  return LONG_INTEGER.test(text) ? JSON.parse(text, asWritten) : JSON.parse(text);
}

function asWritten(_key: string, value: unknown, { source = '' }: { source?: string }): unknown {
  // A number that is written back unchanged loses nothing, such as 1e19.
  const isRounded = typeof value === 'number' && /^-?\d{16,}$/.test(source) && String(value) !== source;
  return isRounded ? JSON.rawJSON(source) : value;
}
