/**
 * Headers that a proxy, load balancer, CDN or tunnel adds to the requests it forwards, by source; `*` matches anything.
 * No browser sends any of them to a server directly.
 */
export const PROXY_HEADERS: Readonly<Record<string, readonly string[]>> = {
  'the standards': ['forwarded', 'via', 'cdn-loop', 'early-data', 'max-forwards'],
  // Each product has its own name for the visitor's address: X-Real-IP, True-Client-IP, X-ProxyUser-Ip, X-Azure-ClientIP.
  "the visitor's address": [
    '*forward*',
    '*-ip',
    '*-ipv4',
    '*-ipv6',
    '*clientip',
    '*remoteip',
    '*realip',
    '*userip',
    '*-addr',
    '*-address',
  ],
  'the proxy itself': ['*proxy*', '*-via', '*-tunnel-*', '*gateway*', '*-ingress-*'],
  'the original request': [
    ...['x-scheme', 'x-url-scheme', 'x-original-*', 'x-rewrite-url', 'front-end-https', 'x-ssl-*', 'ssl-client-*'],
    ...['x-https', 'x-host', 'x-port', 'x-server-name', 'x-client-cert', 'x-client-verify', 'x-client-dn'],
    ...['x-ssl', 'x-secure', 'x-proto', 'x-*-scheme', 'x-*-proto', 'x-accel-*', 'x-sendfile-type'],
  ],
  timing: ['x-request-start', 'x-queue-start', 'connect-time', 'total-route-time', 'x-timer'],
  'authentication proxies': [
    ...['x-auth-request-*', 'remote-*', 'x-remote-*', 'x-authentik-*', 'x-pomerium-*', 'x-webauth-*', 'x-goog-*'],
  ],
  'the Alibaba Cloud': ['ali-*', 'eagleeye-*', 'slb-*', 'x-alb-*', 'x-slb-*'],
  Akamai: ['akamai-*', 'x-akamai-*', 'x-edgescape', 'x-edge-*'],
  AWS: ['x-amzn-*', 'x-amz-cf-*', 'cloudfront-*'],
  'Azure and IIS': ['x-azure-*', 'x-arr-*', 'x-appgw-*', 'x-fd-*', 'x-waws-*', 'x-site-deployment-id', 'x-ms-*'],
  Cloudflare: ['cf-*'],
  'Envoy and Istio': ['x-envoy-*', 'x-istio-*'],
  Fastly: ['fastly-*', 'x-fastly-*'],
  Fly: ['fly-*'],
  'Google Cloud': ['x-appengine-*', 'x-cloud-*', 'x-gfe-*'],
  'HAProxy, Varnish, Squid and Traefik': ['x-haproxy-*', 'x-varnish*', 'x-squid-*', 'x-traefik-*', 'x-bluecoat-*'],
  'API gateways': ['x-kong-*', 'x-consumer-*', 'x-tyk-*', 'x-apisix-*', 'x-caddy-*', 'x-litespeed-*', 'x-backend-*'],
  'other networks': ['x-cdn*', 'x-lb-*', 'x-geoip-*', 'x-geo-*', 'x-country-code', 'x-openshift-*', 'x-rancher-*'],
  'app hosts': ['x-vercel-*', 'x-nf-*', 'x-railway-*', 'rndr-id', 'x-render-*', 'x-replit-*', 'x-heroku-*'],
  'Imperva and Sucuri': ['incap-*', 'x-incap-*', 'x-sucuri-*'],
  'Tailscale, ngrok and other tunnels': [
    'tailscale-*',
    'ngrok-*',
    'x-ngrok-*',
    'x-tunnel-*',
    'x-localtunnel-*',
    'x-zrok-*',
    'x-pinggy-*',
  ],
};

const PATTERN = new RegExp(
  `^(?:${Object.values(PROXY_HEADERS)
    .flat()
    .map((name) => name.replaceAll('*', '.*'))
    .join('|')})$`,
  'i',
);

/** Whether a header of this name shows that the request was forwarded. */
export function isProxyHeader(name: string): boolean {
  return PATTERN.test(name);
}
