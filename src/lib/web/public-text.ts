import { redactText } from '#lib/base/redact.ts';

// An absolute path of this machine: at least two segments, not the path of a URL and not a fraction or a date.
const UNIX_PATH = /(?<![\w.:/~-])\/(?:[^\s/'"`<>()]+\/)+([^\s/'"`<>():;,]*)/g;
const WINDOWS_PATH = /\b[A-Za-z]:\\(?:[^\s\\'"`<>()]+\\)*([^\s\\'"`<>():;,]*)/g;

/** A message as strangers may read it: no signed query, no key, and of a path only the last part. */
export function publicText(text: string): string {
  return redactText(text).replace(UNIX_PATH, lastPart).replace(WINDOWS_PATH, lastPart);
}

function lastPart(_path: string, name: string): string {
  return name === '' ? '…' : `…/${name}`;
}
