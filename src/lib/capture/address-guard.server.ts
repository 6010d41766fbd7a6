import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ReelError } from '#lib/base/errors.ts';

/** All addresses of a name. Replaced in tests; the default asks the system. */
export type ResolveName = (hostname: string) => Promise<LookupAddress[]>;

const IPV6_GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Addresses of clouds' own services that look public by their range: within that cloud they answer every virtual machine,
 * some of them with credentials.
 */
const CLOUD_SERVICES: ReadonlySet<string> = new Set([
  // Azure: WireServer (goal state, certificates) and name server, the same in every region.
  '168.63.129.16',
  // Equinix Metal, formerly Packet: metadata.packet.net, with the user data of the machine.
  '192.80.8.124',
]);

/**
 * True when the address belongs to the public Internet. Everything with a special meaning is not: loopback, private,
 * link-local and shared ranges (100.64/10 holds Alibaba's metadata service), and the tunnels that embed an IPv4 address
 * (mapped, NAT64, 6to4, Teredo). ipaddr.js calls all of the unassigned IPv6 space unicast, hence the second test.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv4') return !CLOUD_SERVICES.has(parsed.toString());
  return parsed.match(IPV6_GLOBAL);
}

/**
 * Refuses a literal address. Needed beside the lookup guard: Node does not call `lookup` for a literal. Odd spellings
 * (`127.1`, `0x7f.1`, `2130706433`) have become plain addresses when `new URL` read them.
 * @throws ReelError `blocked-address`
 */
export function assertPublicHost(hostname: string): void {
  if (isIP(hostname) !== 0 && !isPublicAddress(hostname)) throw blocked(hostname);
}

/**
 * A `lookup` for `net.connect` that refuses a name when any of its addresses is not public. The check runs on the very
 * addresses that are connected to, so a name that answers differently the second time (DNS rebinding) gains nothing.
 */
export function guardedLookup(resolve: ResolveName = resolveBySystem, allowPrivate = false): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const bad = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
        const first = addresses[0];
        if (bad) return callback(blocked(`${hostname} (${bad.address})`), []);
        if (!first) return callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), []);
        return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

function resolveBySystem(hostname: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}

function blocked(what: string): ReelError {
  const advice = 'Set allowPrivateNetwork only for a server of your own, as in tests and with the sandbox.';
  return new ReelError('blocked-address', `${what} is not an address on the public Internet. ${advice}`, {
    stage: 'downloading',
  });
}
