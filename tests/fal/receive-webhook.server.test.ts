import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { generateWithFal, receiveFalWebhook } from '#lib/fal/index.ts';
import { falProject } from '../fixtures/fal/fal-project.ts';

const INPUT = { prompt: 'A harbour at dawn.', duration: 1, resolution: '480p' };

/** Hands the first delivery over as the web request that it is. */
async function webhookUrl() {
  const { promise, resolve } = Promise.withResolvers<Request>();
  const server = createServer(async (request, response) => {
    const headers = new Headers(
      Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
    );
    resolve(new Request('http://app.example/hook', { method: 'POST', headers, body: await buffer(request) }));
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received: promise };
}

it.each([undefined, 'forged-webhook', 'late-webhook'] as const)(
  'finishes the request that a webhook is about, unless it is not fal’s: %s',
  async (fault) => {
    const { fal, sandbox, files } = await falProject({ clock: systemClock, taskDurationMs: 30 });
    if (fault) fal.script({ fault });
    fal.script({ fault: 'never-finishes' });
    const jwksUrl = `${sandbox.fal.restBaseUrl}/.well-known/jwks.json`;
    const { url, received } = await webhookUrl();
    // Its caller has left before the end.
    const left = new AbortController();
    const timed = await generateWithFal('fal-ai/ltx', INPUT, {
      ...{ webhookUrl: url, signal: left.signal, pollIntervalMs: 60_000 },
      onProgress: ({ stage }) => (stage === 'queued' || stage === 'generating') && left.abort(),
    });
    expect(timed).toMatchObject({ success: false, code: 'aborted' });
    fal.letFinish('harbour');
    const delivery = receiveFalWebhook(await received, { jwksUrl });
    if (fault) return expect(delivery).rejects.toMatchObject({ code: 'auth' });
    const { webhook, finished } = await delivery;
    expect(webhook).toMatchObject({ status: 'OK', requestId: fal.falRequests()[0]?.requestId });
    expect(await finished).toMatchObject([{ success: true }]);
    expect(files()).toHaveLength(1);
  },
);
