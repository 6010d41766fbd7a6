import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { ReelError } from '#lib/base/errors.ts';
import type { ResolvedAddress, ResolveName } from '#lib/capture/options/resolve-name.ts';
import { type AddressKind, addressKind } from './address-kind.ts';

export interface AddressGuard {
  /** Allows every address. */
  allowPrivateNetwork: boolean;
  resolve?: ResolveName | undefined;
  /** Shows what this machine's resolver makes of public names; see `CaptureOptions`. */
  providerHost?: string | undefined;
}

/** True when the address belongs to the public Internet, by itself or through the IPv4 address inside it. */
export function isPublicAddress(address: string): boolean {
  return addressKind(address) === 'public';
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
 * A `lookup` for `net.connect` that gives only those addresses of a name that may be reached, and refuses it when there are
 * none. They are the very addresses that are connected to, so a name that answers differently the second time (DNS
 * rebinding) gains nothing.
 */
export function guardedLookup(guard: AddressGuard): LookupFunction {
  return (hostname, options, callback) => {
    reachableAddresses(hostname, guard).then(
      (addresses) => {
        const first = addresses[0];
        if (!first) return callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), []);
        return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

/**
 * The addresses of a name that may be reached; empty when it has none at all.
 * @throws ReelError `blocked-address` when it has only others; what the resolver fails with
 */
export async function reachableAddresses(hostname: string, guard: AddressGuard): Promise<ResolvedAddress[]> {
  const { resolve = resolveBySystem, allowPrivateNetwork } = guard;
  const addresses = await resolve(hostname);
  if (allowPrivateNetwork || addresses.length === 0) return addresses;
  const open = addresses.filter(({ address }) => isPublicAddress(address));
  if (open.length > 0) return open;
  const standIns = await knownStandIns(addresses, guard);
  if (standIns.length > 0) return standIns;
  throw blocked(`${hostname} (${addresses[0]?.address})`);
}

/** Those in a range from which the resolver answers for the provider's own host as well: it makes them up for every name. */
async function knownStandIns(addresses: ResolvedAddress[], guard: AddressGuard): Promise<ResolvedAddress[]> {
  const { resolve = resolveBySystem, providerHost } = guard;
  const candidates = addresses.filter(({ address }) => isStandIn(addressKind(address)));
  if (candidates.length === 0 || providerHost === undefined || isIP(providerHost) !== 0) return [];
  const ofProvider = await resolve(providerHost).catch(() => []);
  const kinds = new Set(ofProvider.map(({ address }) => addressKind(address)));
  return candidates.filter(({ address }) => kinds.has(addressKind(address)));
}

function isStandIn(kind: AddressKind): boolean {
  return kind !== 'public' && kind !== 'blocked';
}

function resolveBySystem(hostname: string): Promise<ResolvedAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}

function blocked(what: string): ReelError {
  const advice = 'Set allowPrivateNetwork only for your own servers, as in tests and with the sandbox.';
  return new ReelError('blocked-address', `${what} is not a public Internet address. ${advice}`, {
    stage: 'downloading',
  });
}
