import { describe, expect, it } from 'vitest';
import { chargedFor, estimateOf, expectedOf, nameFor, storedRequest } from '#lib/openai-videos/generate/order.ts';

const ASKED = { prompt: 'A harbour.', model: 'sora-2', seconds: '8', size: '1280x720' };
const VIDEO = { id: 'v', status: 'completed', raw: {} } as const;

describe('a request on record', () => {
  it('has the default model, text for its length, and whatever else the server takes', () => {
    const request = {
      prompt: 'A harbour.',
      seconds: 8,
      seed: 7,
      inputReference: new URL('https://a.example/b.png'),
      empty: undefined,
    };
    expect(storedRequest(request, 'wan')).toEqual({
      ...{ prompt: 'A harbour.', model: 'wan', seconds: '8', seed: 7, inputReference: 'https://a.example/b.png' },
    });
    expect(storedRequest({ prompt: 'x', model: 'own', inputReference: { fileId: 'f' } }, 'wan')).toEqual({
      ...{ prompt: 'x', model: 'own', inputReference: { fileId: 'f' } },
    });
  });

  it.each([[new Blob(['x'])], [new Uint8Array(3)]])('holds no bytes', (inputReference) => {
    expect(() => storedRequest({ prompt: 'x', inputReference }, undefined)).toThrow(/path, a URL or/);
  });

  it('has a name that is its own', () => {
    const names = [ASKED, { ...ASKED, seconds: '4' }, { ...ASKED, prompt: 'A harbour!' }].map(nameFor);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^a-harbour-[0-9a-f]{10}$/);
    expect(nameFor(Object.fromEntries(Object.entries(ASKED).reverse()) as typeof ASKED)).toBe(names[0]);
    expect(nameFor({ prompt: '街の朝' })).toMatch(/^video-[0-9a-f]{10}$/);
    expect(nameFor({ prompt: 'x '.repeat(900) }).length).toBeLessThan(64);
  });
});

describe('what it costs', () => {
  it('is estimated by the second, or by the video, or unknown', () => {
    expect(estimateOf(ASKED, undefined)).toMatchObject({ usd: 0.8, units: 8, unit: 'second', unitUsd: 0.1 });
    expect(estimateOf(ASKED, { 'sora-2': { usdPerVideo: 0.5 } })).toEqual({
      usd: 0.5,
      units: 1,
      unit: 'video',
      unitUsd: 0.5,
    });
    expect(estimateOf({ ...ASKED, model: 'wan' }, undefined)).toEqual({
      usd: null,
      units: 8,
      unit: 'second',
      unitUsd: null,
    });
    expect(estimateOf({ prompt: 'x', model: 'sora-2' }, undefined)).toEqual({ usd: null, units: 1, unit: 'video' });
  });

  it('is charged for what was made', () => {
    expect(chargedFor({ ...VIDEO, seconds: 12, size: '720x1280' }, ASKED, undefined)).toEqual({ usd: 1.2, units: 12 });
    expect(chargedFor(VIDEO, ASKED, undefined)).toEqual({ usd: 0.8, units: 8 });
    expect(chargedFor(VIDEO, { prompt: 'x', model: 'sora-2' }, undefined)).toEqual({ usd: null });
    expect(chargedFor({ ...VIDEO, seconds: 5 }, { prompt: 'x' }, undefined)).toEqual({ usd: null, units: 5 });
    expect(chargedFor({ ...VIDEO, model: 'wan' }, { prompt: 'x' }, { wan: { usdPerVideo: 0.1 } })).toEqual({
      usd: 0.1,
      units: 1,
    });
  });
});

it('is a film of its size and length', () => {
  expect(expectedOf(ASKED)).toEqual({ durationSeconds: 8, width: 1280, height: 720 });
  expect(expectedOf({ prompt: 'x' })).toEqual({});
});
