import ipaddr from 'ipaddr.js';

/**
 * Ranges that no host has on the public Internet, and from which resolvers of VPN and proxy clients (Clash, sing-box,
 * Surge) answer every name with an address of their own making: behind it stands the host that was asked for.
 */
const STAND_INS = ['198.18.0.0/15', 'fc00::/18'] as const;
type StandIn = (typeof STAND_INS)[number];

/** Where an address leads: the public Internet, a resolver's stand-in for a name, or a blocked range. */
export type AddressKind = 'public' | 'blocked' | StandIn;

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

/** IPv6 that leads to an IPv4 address inside it: where that stands, in bytes, and whether its bits are turned over. */
const CARRIERS = [
  // NAT64 with the well-known prefix (RFC 6052), and with the first of those for local use (RFC 8215).
  { block: '64:ff9b::/96', inside: [{ at: 12 }] },
  { block: '64:ff9b:1::/96', inside: [{ at: 12 }] },
  // 6to4 (RFC 3056).
  { block: '2002::/16', inside: [{ at: 2 }] },
  // Teredo (RFC 4380): its server and its client.
  { block: '2001::/32', inside: [{ at: 4 }, { at: 12, isInverted: true }] },
].map(({ block, inside }) => ({ block: ipaddr.IPv6.parseCIDR(block), inside: inside as Inside[] }));

interface Inside {
  at: number;
  isInverted?: boolean;
}

/**
 * Everything with a special meaning is blocked: loopback, private, link-local and shared ranges (100.64/10 holds Alibaba's
 * metadata service). An address that holds an IPv4 address (mapped, NAT64, 6to4, Teredo) is what that one is. ipaddr.js
 * calls all of the unassigned IPv6 space unicast, hence the last test.
 */
export function addressKind(address: string): AddressKind {
  if (!ipaddr.isValid(address)) return 'blocked';
  const parsed = ipaddr.process(address);
  const carried = parsed instanceof ipaddr.IPv6 ? ipv4Inside(parsed) : [];
  if (carried.length > 0) return carried.map(kindOf).find((kind) => kind !== 'public') ?? 'public';
  return kindOf(parsed);
}

function kindOf(address: ipaddr.IPv4 | ipaddr.IPv6): AddressKind {
  const standIn = STAND_INS.find((block) => isIn(address, block));
  if (standIn) return standIn;
  if (address.range() !== 'unicast') return 'blocked';
  const isPublic =
    address instanceof ipaddr.IPv6 ? address.match(IPV6_GLOBAL) : !CLOUD_SERVICES.has(address.toString());
  return isPublic ? 'public' : 'blocked';
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, block: string): boolean {
  const [base, bits] = ipaddr.parseCIDR(block);
  return base.kind() === address.kind() && address.match(base, bits);
}

function ipv4Inside(address: ipaddr.IPv6): ipaddr.IPv4[] {
  const bytes = address.toByteArray();
  const carrier = CARRIERS.find(({ block }) => address.match(block));
  return (carrier?.inside ?? []).map(({ at, isInverted }) => {
    const four = bytes.slice(at, at + 4);
    return new ipaddr.IPv4(isInverted ? four.map((byte) => byte ^ 0xff) : four);
  });
}
