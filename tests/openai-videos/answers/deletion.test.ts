import { expect, it } from 'vitest';
import { deletionOf } from '#lib/openai-videos/answers/deletion.ts';

it.each<[string, unknown, boolean | undefined]>([
  ['as documented', { id: 'v', object: 'video.deleted', deleted: true }, true],
  ['that it was not done', { id: 'v', deleted: false }, false],
  ['nothing (204)', undefined, true],
  ['the job, deleted (SGLang)', { id: 'v', status: 'deleted' }, true],
  ['the job, stopped (vLLM-Omni)', { id: 'v', status: 'cancelled' }, true],
  ['the job, still there', { id: 'v', status: 'in_progress' }, false],
  ['an error', { error: { message: 'no' } }, undefined],
  ['something else', 'ok', undefined],
  ['a word in place of yes', { deleted: 'yes' }, undefined],
])('an answer says %s', (_what, body, deleted) => {
  expect(deletionOf(body, 'v')).toEqual(deleted === undefined ? undefined : { id: 'v', deleted });
});
