// The first import of every script, so that an old Node says one sentence instead of failing somewhere inside a library.
// Versions too old to strip types cannot even read this file; npm run always brings the right one.
import { enableCompileCache } from 'node:module';

const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  process.stderr.write(
    `This needs Node ${NEEDED} or later, and it was started with Node ${process.versions.node}. ` +
      `Run "npm ci" once, then start it with "npm run …": npm uses the Node that comes with the project.\n`,
  );
  process.exit(3);
}

// Most of the time to start is compiling libraries: the second run is twice as fast.
enableCompileCache();
