import ipaddr from 'ipaddr.js';

/**
 * Whether a `NO_PROXY` list names the host: entries separated by commas or blanks, `*` for all. A name stands for itself
 * and its subdomains, with or without a leading dot or `*.`; an address for itself, a CIDR block for its addresses; an
 * entry may end in `:port`. curl and Go read it the same way.
 * @param host as in a URL, IPv6 with or without brackets
 */
export function isExempt(list: string, host: string, port: number): boolean {
  const wanted = plainHost(host);
  return list.split(/[\s,]+/).some((entry) => entry !== '' && matches(entry.toLowerCase(), wanted, port));
}

function matches(entry: string, host: string, port: number): boolean {
  const ported = /^(\[.*\]|[^:]+):(\d{1,5})$/.exec(entry);
  if (ported && Number(ported[2]) !== port) return false;
  const pattern = plainHost(ported?.[1] ?? entry);
  if (pattern === '*') return true;
  if (ipaddr.isValid(host)) return matchesAddress(pattern, host);
  const name = asciiName(pattern.replace(/^\*?\./, ''));
  return name !== '' && (host === name || host.endsWith(`.${name}`));
}

function matchesAddress(pattern: string, host: string): boolean {
  const address = ipaddr.process(host);
  if (ipaddr.isValidCIDR(pattern)) {
    const [base, bits] = ipaddr.parseCIDR(pattern);
    return base.kind() === address.kind() && address.match(base, bits);
  }
  return ipaddr.isValid(pattern) && ipaddr.process(pattern).toString() === address.toString();
}

function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\](?=$|\/)/, '$1')
    .replace(/\.$/, '');
}

/** As a URL holds it: `münchen.example` is `xn--mnchen-3ya.example` there. */
function asciiName(name: string): string {
  return URL.parse(`http://${name}/`)?.hostname ?? name;
}
