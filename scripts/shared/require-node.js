// Loaded before every command (`node --import`, and again as its first import for scripts started by hand). Plain
// JavaScript, so that an old Node prints one sentence instead of failing somewhere inside a library.
import module from 'node:module';
import process from 'node:process';

/** As `engines` of package.json says. */
const OLDEST_NODE = '22.19.0';

if (process.versions.node.localeCompare(OLDEST_NODE, 'en', { numeric: true }) < 0) {
  process.stderr.write(
    `Reelkeep needs Node ${OLDEST_NODE} or later, and this is Node ${process.versions.node}. Update Node. ` +
      'In the project of Reelkeep itself, run "npm ci" once and use "npm run …": npm uses the Node that comes with it.\n',
  );
  process.exit(3);
}

// Most of the start-up time is compiling libraries. The cache halves it from the second run on.
module.enableCompileCache();
