import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { readHealth } from '#lib/web/server/health.server.ts';
import { version } from '$app/env';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = endpoint(async () => {
  const health = await readHealth(version);
  return fresh(health, health.status === 'ok' ? 200 : 503);
});
