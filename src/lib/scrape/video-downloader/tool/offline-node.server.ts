/**
 * Runs in Node before a script of a page does, and takes away what opens a connection, listens, or asks for a name. The
 * originals are kept nowhere; everything else of Node that reaches the network goes through these.
 */
const TAKES_AWAY = `
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import dgram from 'node:dgram';
import dns from 'node:dns';
const refuse = () => { throw new Error('reelkeep: scripts of pages have no network'); };
const takeAway = (owner, names) => names.forEach((name) => Object.defineProperty(owner, name, { value: refuse }));
const methods = (owner) => Object.getOwnPropertyNames(owner).filter((name) => typeof owner[name] === 'function');
takeAway(net.Socket.prototype, ['connect']);
takeAway(net, ['_createServerHandle']);
for (const owner of [net.Server.prototype, dgram, dns, dns.promises]) takeAway(owner, methods(owner));
syncBuiltinESMExports();
`;

/**
 * For `NODE_OPTIONS`. The permission model keeps files, programs, threads, addons and bindings from a script, but before Node
 * 25 not the network.
 */
export const OFFLINE_NODE_OPTIONS = `--permission --import=data:text/javascript,${encodeURIComponent(TAKES_AWAY)}`;

/** The program that runs scripts of pages: this one, unless it is Electron, which ignores such options. */
export function nodeForScripts({ electron }: NodeJS.ProcessVersions = process.versions): string | undefined {
  return electron === undefined ? process.execPath : undefined;
}
