// Loaded before every command (`node --import`, and again as its first import for scripts started by hand). Plain
// JavaScript, so that an old Node prints one sentence instead of failing somewhere inside a library.
import module from 'node:module';
import process from 'node:process';

const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  process.stderr.write(
    `This needs Node ${NEEDED} or later, but was started with Node ${process.versions.node}. ` +
      'Run "npm ci" once, then use "npm run …": npm uses the Node that comes with the project.\n',
  );
  process.exit(3);
}

// Most of the start-up time is compiling libraries. The cache halves it from the second run on.
module.enableCompileCache();
