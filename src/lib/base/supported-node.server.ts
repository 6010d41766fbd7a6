// The first import of every door of the library.
import { ReelError } from './errors.ts';

/** `engines` of package.json: since then SQLite comes without a flag, and the HTTP client runs. */
export const OLDEST_NODE = '22.19.0';

/** @throws ReelError `config` for a Node that is too old */
export function assertSupportedNode(version: string): void {
  if (isAtLeast(version, OLDEST_NODE)) return;
  throw new ReelError(
    'config',
    `Reelkeep needs Node ${OLDEST_NODE} or later, and this is Node ${version}. Update Node.`,
    {
      stage: 'configuring',
    },
  );
}

function isAtLeast(version: string, oldest: string): boolean {
  return version.localeCompare(oldest, 'en', { numeric: true }) >= 0;
}

assertSupportedNode(process.versions.node);
