/**
 * Headers that a proxy, load balancer, CDN or tunnel adds to what it passes on, by who is known to add them; `*` stands for
 * anything. No browser sends one of them to a server that it talks to itself.
 */
export const PROXY_HEADERS: Readonly<Record<string, readonly string[]>> = {
  'the standards': ['forwarded', 'via', 'cdn-loop', 'early-data', 'max-forwards'],
  // Each has a name of its own for the address of the visitor: X-Real-IP, True-Client-IP, X-ProxyUser-Ip, X-Azure-ClientIP.
  'whoever tells of the visitor': [
    '*forward*',
    '*-ip',
    '*-ipv4',
    '*-ipv6',
    '*clientip',
    '*remoteip',
    '*realip',
    '*userip',
  ],
  'whoever tells of itself': ['*proxy*', '*-via', '*-tunnel-*', '*gateway*', '*-ingress-*'],
  'whoever tells what was asked for': [
    ...['x-scheme', 'x-url-scheme', 'x-original-*', 'x-rewrite-url', 'front-end-https', 'x-ssl-*', 'ssl-client-*'],
    ...['x-https', 'x-host', 'x-port', 'x-server-name', 'x-client-cert', 'x-client-verify', 'x-client-dn'],
  ],
  'whoever measures': ['x-request-start', 'x-queue-start', 'connect-time', 'total-route-time', 'x-timer'],
  'whoever logs the visitor in': [
    ...['x-auth-request-*', 'remote-*', 'x-remote-*', 'x-authentik-*', 'x-pomerium-*', 'x-webauth-*', 'x-goog-*'],
  ],
  Akamai: ['akamai-*', 'x-akamai-*', 'x-edgescape', 'x-edge-*'],
  AWS: ['x-amzn-*', 'x-amz-cf-*', 'cloudfront-*'],
  'Azure and IIS': ['x-azure-*', 'x-arr-*', 'x-appgw-*', 'x-fd-*', 'x-waws-*', 'x-site-deployment-id', 'x-ms-*'],
  Cloudflare: ['cf-*'],
  'Envoy and Istio': ['x-envoy-*', 'x-istio-*'],
  Fastly: ['fastly-*', 'x-fastly-*'],
  Fly: ['fly-*'],
  'Google Cloud': ['x-appengine-*', 'x-cloud-*', 'x-gfe-*'],
  'HAProxy, Varnish, Squid and Traefik': ['x-haproxy-*', 'x-varnish*', 'x-squid-*', 'x-traefik-*', 'x-bluecoat-*'],
  'hosts of apps': ['x-vercel-*', 'x-nf-*', 'x-railway-*', 'rndr-id', 'x-render-*', 'x-replit-*', 'x-heroku-*'],
  'Imperva and Sucuri': ['incap-*', 'x-incap-*', 'x-sucuri-*'],
  'Tailscale, ngrok and other tunnels': ['tailscale-*', 'ngrok-*', 'x-ngrok-*', 'x-tunnel-*', 'x-localtunnel-*'],
};

const PATTERN = new RegExp(
  `^(?:${Object.values(PROXY_HEADERS)
    .flat()
    .map((name) => name.replaceAll('*', '.*'))
    .join('|')})$`,
  'i',
);

/** Whether a header of this name shows that the request was passed on. */
export function isProxyHeader(name: string): boolean {
  return PATTERN.test(name);
}
