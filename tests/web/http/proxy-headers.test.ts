import { expect, it } from 'vitest';
import { isProxyHeader, PROXY_HEADERS } from '#lib/web/http/proxy-headers.ts';

it.each([
  ...['Forwarded', 'Forwarded-For', 'Via', 'CDN-Loop', 'Early-Data', 'X-Forward-For', 'X-Forwarded', 'X-Forwarded-For'],
  ...['X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Forwarded-Server'],
  ...['X-Forwarded-Anything', 'X-Original-Forwarded-For', 'X-Original-For', 'X-Original-Host', 'X-Original-URL'],
  ...[
    'X-Real-IP',
    'X-RealIP',
    'X-Client-IP',
    'Client-IP',
    'X-ClientIP',
    'X-Remote-IP',
    'X-Remote-Addr',
    'X-Cluster-Client-IP',
  ],
  ...['X-ProxyUser-Ip', 'True-Client-IP', 'Proxy-Client-IP', 'WL-Proxy-Client-IP', 'Proxy-Connection', 'X-Proxy-Id'],
  ...[
    'X-Scheme',
    'X-URL-Scheme',
    'Front-End-Https',
    'X-SSL-Cipher',
    'X-Rewrite-URL',
    'X-Request-Start',
    'X-NginX-Proxy',
  ],
  ...['X-Client-Addr', 'X-Source-Address', 'Client-Address', 'X-SSL', 'X-Client-Scheme', 'X-Client-Proto'],
  ...['X-Accel-Mapping', 'X-Sendfile-Type', 'Ali-Swift-Stat-Host', 'EagleEye-TraceId', 'SLB-ID', 'X-Kong-Request-Id'],
  ...[
    'X-Consumer-Username',
    'X-CDN',
    'X-CDN-Src-IP',
    'X-LB-Id',
    'X-GeoIP-Country',
    'X-Country-Code',
    'X-Pinggy-Tunnel',
  ],
  ...['CF-Connecting-IP', 'CF-Connecting-IPv6', 'CF-Ray', 'CF-IPCountry', 'CF-Visitor', 'CF-Worker', 'CF-Pseudo-IPv4'],
  ...[
    'Fastly-Client-IP',
    'Fastly-FF',
    'Fastly-SSL',
    'X-Varnish',
    'X-Timer',
    'Fly-Client-IP',
    'Fly-Region',
    'X-Akamai-Edgescape',
  ],
  ...[
    'X-Amzn-Trace-Id',
    'X-Amz-Cf-Id',
    'CloudFront-Viewer-Address',
    'X-Azure-ClientIP',
    'X-Azure-SocketIP',
    'X-Azure-Ref',
  ],
  ...['X-ARR-LOG-ID', 'X-FD-HealthProbe', 'X-Appengine-User-Ip', 'X-AppEngine-Country', 'X-Cloud-Trace-Context'],
  ...['X-Goog-IAP-JWT-Assertion', 'X-Envoy-External-Address', 'X-Envoy-Expected-Rq-Timeout-Ms', 'Incap-Client-IP'],
  ...[
    'X-Sucuri-ClientIP',
    'Tailscale-User-Login',
    'Tailscale-Headers-Info',
    'Ngrok-Trace-Id',
    'Ngrok-Skip-Browser-Warning',
  ],
  ...['X-Tunnel-Id', 'X-Vercel-Id', 'X-NF-Client-Connection-IP', 'Rndr-Id', 'X-Auth-Request-User', 'Remote-User'],
])('shows that a request was passed on: %s', (name) => {
  expect([isProxyHeader(name), isProxyHeader(name.toLowerCase())]).toEqual([true, true]);
});

it.each(Object.entries(PROXY_HEADERS))('the table of %s is used, and holds no name twice', (_who, names) => {
  for (const name of names) expect(isProxyHeader(name.replaceAll('*', 'x'))).toBe(true);
  expect(new Set(Object.values(PROXY_HEADERS).flat()).size).toBe(Object.values(PROXY_HEADERS).flat().length);
});

it.each([
  ...[
    'Host',
    'User-Agent',
    'Accept',
    'Accept-Encoding',
    'Accept-Language',
    'Connection',
    'Keep-Alive',
    'Cookie',
    'DNT',
  ],
  ...[
    'Origin',
    'Referer',
    'Priority',
    'Range',
    'If-Range',
    'If-None-Match',
    'If-Modified-Since',
    'Cache-Control',
    'Pragma',
  ],
  ...[
    'Authorization',
    'Content-Type',
    'Content-Length',
    'Content-Encoding',
    'Transfer-Encoding',
    'TE',
    'Expect',
    'Upgrade',
  ],
  ...[
    'Sec-Fetch-Site',
    'Sec-Fetch-Mode',
    'Sec-CH-UA',
    'Sec-CH-UA-Platform',
    'Sec-CH-Prefers-Color-Scheme',
    'Sec-GPC',
    'Sec-Purpose',
    'Save-Data',
    'DPR',
  ],
  ...[
    'Upgrade-Insecure-Requests',
    'Last-Event-ID',
    'X-Requested-With',
    'X-SvelteKit-Action',
    'X-Request-Id',
    'traceparent',
  ],
  ...['Access-Control-Request-Method', 'Service-Worker', 'Device-Memory', 'Downlink', 'RTT', 'ECT', 'Viewport-Width'],
])('is also sent by a browser, or by a program on this machine: %s', (name) => {
  expect(isProxyHeader(name)).toBe(false);
});
