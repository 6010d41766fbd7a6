import { ReelError } from '#lib/base/errors.ts';
import { isLoopback } from '#lib/base/network/loopback.ts';
import { REGIONS, type Region } from '#lib/wanx/models/regions.ts';

const WORKSPACE_ZONES: Record<Region, string> = {
  beijing: 'cn-beijing',
  singapore: 'ap-southeast-1',
  us: 'us-east-1',
  frankfurt: 'eu-central-1',
  tokyo: 'ap-northeast-1',
  hongkong: 'cn-hongkong',
};
/** The older shared hosts; the newer regions have only workspace hosts. */
const SHARED_HOSTS: Partial<Record<Region, string>> = {
  beijing: 'dashscope.aliyuncs.com',
  singapore: 'dashscope-intl.aliyuncs.com',
  us: 'dashscope-us.aliyuncs.com',
};

export interface EndpointOptions {
  /** Wins over `region`. With or without `/api/v1`. */
  baseUrl?: string | undefined;
  region?: Region | undefined;
  workspaceId?: string | undefined;
  /** Allows http to hosts other than this machine: a sandbox in a network of containers. */
  allowPlainHttp?: boolean | undefined;
}

/**
 * The base of every request path, ending in `/api/v1` without a slash. A region with a workspace gives the workspace's
 * host, without one the shared host of the region.
 * @throws ReelError `config`
 */
export function endpointOf(options: EndpointOptions, fallbackBaseUrl: string): string {
  const { baseUrl, region, workspaceId, allowPlainHttp } = options;
  const endpoint =
    baseUrl === undefined && region !== undefined
      ? regionUrl(region, workspaceId)
      : normalisedBaseUrl(baseUrl ?? fallbackBaseUrl, allowPlainHttp);
  if (isPlanHost(new URL(endpoint).hostname)) throw planOnly('The base URL');
  return endpoint;
}

/**
 * The key, unless it is one of a plan, which no host that makes videos takes.
 * @throws ReelError `config`
 */
export function refusePlanKey(apiKey: string): string {
  if (/^sk-sp-/i.test(apiKey)) throw planOnly('The DashScope API key (sk-sp-…)');
  return apiKey;
}

/** The region of one of the provider's own hosts; undefined for any other, such as a sandbox or a proxy. */
export function regionOf(baseUrl: string): Region | undefined {
  const host = URL.parse(baseUrl)?.hostname ?? '';
  if (isPlanHost(host)) return undefined;
  return REGIONS.find(
    (region) => host === SHARED_HOSTS[region] || host.endsWith(`.${WORKSPACE_ZONES[region]}.maas.aliyuncs.com`),
  );
}

/** The name of every stand-in on this machine. */
export const LOCAL_SANDBOX = 'local sandbox';

/** Where a task was made, as records keep it. Loopback addresses count as one: a restarted sandbox has another port and the same tasks. */
export function endpointName(baseUrl: string): string {
  const { hostname, origin } = new URL(baseUrl);
  return isLoopback(hostname) ? LOCAL_SANDBOX : origin;
}

/** Whether requests go to a stand-in on this machine, which charges nothing. */
export function isSandbox({ dashscopeBaseUrl }: { dashscopeBaseUrl: string }): boolean {
  return endpointName(dashscopeBaseUrl) === LOCAL_SANDBOX;
}

/** Hosts of the Token Plan and the Coding Plan. They look like workspace hosts, and serve no video model. */
function isPlanHost(host: string): boolean {
  return /^(token|coding)(-plan)?(-intl)?\.([a-z0-9-]+\.)*aliyuncs\.com$/.test(host);
}

function planOnly(what: string): ReelError {
  return misconfigured(
    `${what} belongs to a Token Plan or Coding Plan, which offer no video models. Use an API key of Model Studio with ` +
      'a base URL of its region, such as https://dashscope-intl.aliyuncs.com/api/v1.',
  );
}

function regionUrl(region: Region, workspaceId: string | undefined): string {
  if (!REGIONS.includes(region)) {
    throw misconfigured(`Unknown region "${region}". Allowed: ${REGIONS.join(', ')}.`);
  }
  if (workspaceId !== undefined) {
    // It becomes part of a host name: a dot or slash in it would send the key elsewhere.
    if (!/^[A-Za-z0-9-]{1,63}$/.test(workspaceId)) {
      throw misconfigured('The workspace id may contain only letters, digits and hyphens. Copy it from the console.');
    }
    return `https://${workspaceId}.${WORKSPACE_ZONES[region]}.maas.aliyuncs.com/api/v1`;
  }
  const host = SHARED_HOSTS[region];
  if (host === undefined) throw misconfigured(`Region ${region} has only workspace hosts: give a workspaceId as well.`);
  return `https://${host}/api/v1`;
}

function normalisedBaseUrl(text: string, allowPlainHttp = false): string {
  const url = URL.parse(text.trim());
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw misconfigured('The base URL must be an http(s) URL such as https://dashscope-intl.aliyuncs.com/api/v1.');
  }
  if (url.username || url.password || url.search || url.hash) {
    throw misconfigured('The base URL must not contain a user, a password, a query or a fragment.');
  }
  if (url.protocol === 'http:' && !allowPlainHttp && !isLoopback(url.hostname)) {
    throw misconfigured(`The base URL must use https: otherwise the key would be sent unencrypted to ${url.host}.`);
  }
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path.endsWith('/api/v1') ? path : `${path}/api/v1`}`;
}

function misconfigured(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}
