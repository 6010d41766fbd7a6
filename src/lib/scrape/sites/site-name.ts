/** Labels that a country puts between its own and a name: `bbc.co.uk`. */
const SECOND_LEVEL = /^(co|com|org|net|gov|edu|ac|or|ne|go)$/;
/** Another name of the same site. */
const ALSO: Readonly<Record<string, string>> = { 'youtu.be': 'youtube.com', 'youtube-nocookie.com': 'youtube.com' };

/**
 * The site that an address belongs to, as it limits its visitors: `m.youtube.com` and `youtu.be` are one. An IP address is
 * told from another by its port as well.
 * @throws TypeError for what is no URL
 */
export function siteOf(url: string): string {
  const { hostname, host } = new URL(url);
  if (hostname.startsWith('[') || /^[\d.]+$/.test(hostname)) return host;
  const labels = hostname.replace(/\.$/, '').split('.');
  const isDeep = labels.length > 2 && SECOND_LEVEL.test(labels.at(-2) ?? '') && (labels.at(-1) ?? '').length === 2;
  const name = labels.slice(isDeep ? -3 : -2).join('.');
  return ALSO[name] ?? name;
}
