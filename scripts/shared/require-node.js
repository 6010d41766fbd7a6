// Loaded before every command (`node --import`, and again as its first import for those who start a script by hand), and
// plain JavaScript, so that an old Node says one sentence instead of failing somewhere inside a library.
import module from 'node:module';
import process from 'node:process';

const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  process.stderr.write(
    `This needs Node ${NEEDED} or later, and it was started with Node ${process.versions.node}. ` +
      'Run "npm ci" once, then start it with "npm run …": npm uses the Node that comes with the project.\n',
  );
  process.exit(3);
}

// Most of the time to start is compiling libraries. Preloaded, this halves it from the second run on.
module.enableCompileCache();
