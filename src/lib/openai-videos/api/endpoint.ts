import { ReelError } from '#lib/base/errors.ts';
import { isLoopback } from '#lib/base/network/loopback.ts';
import { isPrivateName } from '#lib/base/network/private-name.ts';

/** OpenAI switched its own service off on 2026-09-24, in every region. */
const RETIRED_HOST = /^([a-z0-9-]+\.)?api\.openai\.com\.?$/;
const WHAT_TO_SET =
  'Set OPENAI_VIDEOS_BASE_URL to a server that speaks this API, such as vLLM-Omni, SGLang or a LiteLLM proxy ' +
  '(http://localhost:8000/v1), or try the sandbox: npm run sandbox.';

/**
 * The base of every request path, without a slash at its end. A base URL without a path gets `/v1`; any other path is
 * kept.
 * @param allowPlainHttp http to hosts that are not this machine, with a key
 * @throws ReelError `config`
 */
export function endpointOf(
  baseUrl: string | undefined,
  options: { sendsKey: boolean; allowPlainHttp: boolean },
): string {
  if (baseUrl === undefined) {
    throw misconfigured(`No server for OpenAI videos is set. OpenAI itself has retired this API. ${WHAT_TO_SET}`);
  }
  const url = URL.parse(baseUrl.trim());
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw misconfigured('The base URL must be an http(s) URL such as http://localhost:8000/v1.');
  }
  if (url.username || url.password || url.search || url.hash) {
    throw misconfigured('The base URL must not contain a user, a password, a query or a fragment.');
  }
  if (RETIRED_HOST.test(url.hostname)) {
    throw misconfigured(`${url.hostname} no longer makes videos: OpenAI retired the API on 2026-09-24. ${WHAT_TO_SET}`);
  }
  if (url.protocol === 'http:' && options.sendsKey && !options.allowPlainHttp && !isPrivateName(url.hostname)) {
    throw misconfigured(
      `The base URL must use https: otherwise the key would be sent unencrypted to ${url.host}. In a network of your ` +
        'own, set WANX_ALLOW_PRIVATE_NETWORK=1.',
    );
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/videos$/, '');
  return `${url.origin}${path === '' ? '/v1' : path}`;
}

/** The name of every server on this machine. */
const LOCAL_SERVER = 'local server';

/**
 * Where a job was made, as records keep it. Loopback addresses count as one: a restarted server may have another port and
 * the same jobs.
 */
export function endpointName(baseUrl: string): string {
  const { hostname } = new URL(baseUrl);
  return isLoopback(hostname) ? LOCAL_SERVER : baseUrl;
}

function misconfigured(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}
