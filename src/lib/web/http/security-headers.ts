// Pages have their own policy, with nonces; everything else needs no permissions.
const POLICY_WITHOUT_PAGE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
// src/error.html: SvelteKit sets no policy on this fallback page.
const POLICY_OF_ERROR_PAGE = `${POLICY_WITHOUT_PAGE}; style-src 'self'`;

/** For any response that is not a page. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY_WITHOUT_PAGE,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not no-referrer: that would turn the Origin of our own forms into "null".
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** Keeps other sites from framing, sniffing or embedding our responses. */
export function addSecurityHeaders(headers: Headers): void {
  const { 'content-security-policy': _policy, ...others } = SECURITY_HEADERS;
  for (const [name, value] of Object.entries(others)) headers.set(name, value);
  if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-cache');
  if (headers.has('content-security-policy')) return;
  const isPage = headers.get('content-type')?.startsWith('text/html');
  headers.set('content-security-policy', isPage ? POLICY_OF_ERROR_PAGE : POLICY_WITHOUT_PAGE);
}
