import { endpoint, fresh } from '#lib/web/endpoint.server.ts';
import { readHealth } from '#lib/web/health.server.ts';
import { version } from '$app/env';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = endpoint(async () => {
  const health = await readHealth(version);
  return fresh(health, health.status === 'ok' ? 200 : 503);
});
