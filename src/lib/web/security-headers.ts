const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not no-referrer: that would turn the Origin of our own forms into "null".
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};
// Pages bring their own policy, with nonces; everything else needs nothing at all.
const POLICY_WITHOUT_PAGE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Adds what keeps other sites from framing, sniffing or embedding our answers. */
export function addSecurityHeaders(headers: Headers): void {
  for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
  if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-cache');
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', POLICY_WITHOUT_PAGE);
}
