#!/usr/bin/env node
// `npx reelkeep <command>`, in an app that has the package.
import '../shared/require-node.js';

// Imports are resolved before anything runs, and most of them fail in an old Node.
await import('./run-command.ts');
