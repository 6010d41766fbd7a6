// One JSON token after any white space; `y`, so that it matches at `lastIndex` or not at all.
const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/uy;
const SPACE = /[ \t\n\r]*/y;

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'end of file';

/**
 * Where `text` stops being JSON, as an offset in UTF-16 units; `text.length` when it merely ends too early, undefined
 * when it is JSON. Only for texts that `JSON.parse` has refused: V8 tells the place for some mistakes only, and its
 * message quotes the text, which may hold a signed URL.
 */
export function findJsonError(text: string): number | undefined {
  const open: string[] = [];
  let expected: Expected | undefined = 'value';
  for (let at = 0; ; ) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    const next: Expected | undefined =
      expected && token ? afterToken(expected, token[1] ?? (token[2] ? '"' : 'literal'), open) : undefined;
    if (!token || !next) return startOfToken(text, at, expected === 'end of file');
    expected = next;
    at = TOKEN.lastIndex;
  }
}

function startOfToken(text: string, at: number, mayEnd: boolean): number | undefined {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  return mayEnd && SPACE.lastIndex === text.length ? undefined : SPACE.lastIndex;
}

/** What may follow `token`, or undefined when `token` itself is not what was expected. */
function afterToken(expected: Expected, token: string, open: string[]): Expected | undefined {
  switch (expected) {
    case 'value':
    case 'value or ]':
      if (token === ']' && expected === 'value or ]') return closed(open);
      return afterValueStart(token, open);
    case 'key':
    case 'key or }':
      if (token === '}' && expected === 'key or }') return closed(open);
      return token === '"' ? ':' : undefined;
    case ':':
      return token === ':' ? 'value' : undefined;
    case ', or end':
      if (token === ',') return open.at(-1) === '{' ? 'key' : 'value';
      return token === (open.at(-1) === '{' ? '}' : ']') ? closed(open) : undefined;
    case 'end of file':
      return undefined;
  }
}

function afterValueStart(token: string, open: string[]): Expected | undefined {
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'key or }' : 'value or ]';
  }
  return token === '"' || token === 'literal' ? afterValue(open) : undefined;
}

function closed(open: string[]): Expected {
  open.pop();
  return afterValue(open);
}

function afterValue(open: string[]): Expected {
  return open.length === 0 ? 'end of file' : ', or end';
}

/** `line 3, column 14`, both from 1, as editors count. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`;
}
