import { expect, it } from 'vitest';
import { orderInput } from '#lib/components/media/generate/order-input.ts';

it('is the prompt, and what stands beside it', () => {
  expect(orderInput(' A quay ', '')).toEqual({ input: { prompt: 'A quay' } });
  expect(orderInput('A quay', '{ "duration": "5" }')).toEqual({ input: { prompt: 'A quay', duration: '5' } });
  expect(orderInput('', '{ "image_url": "x" }')).toEqual({ input: { image_url: 'x' } });
  expect(orderInput('A quay', '{ "prompt": "A pier" }')).toEqual({ input: { prompt: 'A pier' } });
});

it.each(['{', '[1]', '"text"', 'null', '5'])('is no order with %s beside it', (json) => {
  expect(orderInput('A quay', json)).toEqual({ problem: expect.stringContaining('JSON object') });
});

it('is no order with nothing in it', () => {
  expect(orderInput('  ', '')).toEqual({ problem: 'Write a prompt.' });
});
