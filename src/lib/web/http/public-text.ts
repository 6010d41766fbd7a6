import { redactText } from '#lib/base/redact.ts';
import { machineFolders } from './machine-folders.server.ts';

// An absolute path of this machine: at least two segments, not the path of a URL and not a fraction or a date.
const UNIX_PATH = /(?<![\w.:/~-])\/(?:[^\s/'"`<>()]+\/)+([^\s/'"`<>():;,]*)/g;
const WINDOWS_PATH = /\b[A-Za-z]:\\(?:[^\s\\'"`<>()]+\\)*([^\s\\'"`<>():;,]*)/g;

/** A message as strangers may read it: no signed query, no key, and of a path only the last part. */
export function publicText(text: string): string {
  return shortenPaths(redactText(text), machineFolders());
}

/** @param folders of this machine, whose names may hold blanks, at which a path in a text would seem to end */
export function shortenPaths(text: string, folders: readonly string[]): string {
  return withoutFolders(text, folders).replace(UNIX_PATH, lastPart).replace(WINDOWS_PATH, lastPart);
}

/** Leaves of each folder as much as makes the rest of the path be seen as one. */
function withoutFolders(text: string, folders: readonly string[]): string {
  const longestFirst = [...folders].sort((one, other) => other.length - one.length);
  return longestFirst.reduce((left, folder) => left.replace(mentionOf(folder), shortFolder), text);
}

function mentionOf(folder: string): RegExp {
  return new RegExp(
    `(?<![\\w.:/~-])${RegExp.escape(folder)}(?:([/\\\\])(?=[^\\s'"\`<>()])|[/\\\\]?(?![\\w/\\\\-]))`,
    'g',
  );
}

function shortFolder(_path: string, separator?: string): string {
  if (separator === undefined) return '…';
  return separator === '/' ? '/…/' : 'C:\\…\\';
}

function lastPart(_path: string, name: string): string {
  return name === '' ? '…' : `…/${name}`;
}
