/** These concern one connection, not the message (RFC 9110 §7.6.1). */
const OF_ONE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Names and values by turns, as Node gives and takes them; repeated headers stay repeated. */
export function forwardableHeaders(rawHeaders: readonly string[]): string[] {
  return rawHeaders.flatMap((name, index) => {
    const value = rawHeaders[index + 1];
    if (index % 2 !== 0 || value === undefined || OF_ONE_CONNECTION.has(name.toLowerCase())) return [];
    return [name, value];
  });
}
