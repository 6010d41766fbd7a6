declare global {
  // ECMAScript's "JSON.parse source text access", which TypeScript does not know yet.
  interface JSON {
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
    /** An object that `JSON.stringify` writes as this text. */
    rawJSON(text: string): object;
  }
}

/** Where a number of so many digits may stand; digits within a hash or a word do not count, or every file had some. */
const LONG_INTEGER = /[\s:[,]-?\d{16,}[\s,\]}]/;

/**
 * `JSON.parse`, but that an integer which no JavaScript number can hold is kept as it was written: another program's
 * field must not change because a record beside it did. Such a one is an object here; every other value is as usual.
 */
export function parseExactly(text: string): unknown {
  return LONG_INTEGER.test(text) ? JSON.parse(text, asWritten) : JSON.parse(text);
}

function asWritten(_key: string, value: unknown, { source = '' }: { source?: string }): unknown {
  // What is written again as it was loses nothing: 1e19 is a number of ours.
  const isRounded = typeof value === 'number' && /^-?\d{16,}$/.test(source) && String(value) !== source;
  return isRounded ? JSON.rawJSON(source) : value;
}
