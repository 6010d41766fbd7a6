/**
 * Node's SQLite. Not by an import: in a Node without it that would fail, with a message of Node's, before
 * `supported-node.server.ts` can say which Node is needed.
 */
export function sqlite(): typeof import('node:sqlite') {
  return process.getBuiltinModule('node:sqlite');
}
