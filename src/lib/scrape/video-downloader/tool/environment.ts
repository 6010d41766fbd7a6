import { OFFLINE_NODE_OPTIONS } from './offline-node.server.ts';

/**
 * What yt-dlp gets besides where programs are: texts in UTF-8, messages in English, which is how they are sorted, and no
 * network for the Node that runs scripts of pages.
 */
export function childEnvironment(given: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(given).filter(([name]) => ALLOWED.has(name));
  const texts = { LC_ALL: 'C.UTF-8', PYTHONUTF8: '1', PYTHONIOENCODING: 'utf-8' };
  return { ...Object.fromEntries(kept), ...texts, NODE_OPTIONS: OFFLINE_NODE_OPTIONS };
}

/**
 * No variable of a proxy, which would lead past ours, and none that holds a secret. HOME is where Python and version managers
 * find what is installed; the certificates are those of the machine.
 */
export const ALLOWED: ReadonlySet<string> = new Set([
  ...['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE', 'PATHEXT'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR'],
]);
