import { finishMediaUploads, listMediaUploads } from '#lib/media/index.ts';
import type { Context } from '../options/command.ts';
import { EXIT } from '../options/exit-codes.ts';
import type { Ending, Resumable, Unfinished } from './resumable.ts';

/** Of files of the media library that go to object storage. */
export const uploads: Resumable = {
  ...{ id: 'uploads', name: 'Media library', noun: 'upload', withoutTask: 'its file is in the library on disk' },
  list: async () => (await listMediaUploads()).map((item) => ({ key: item, ids: { item } })),
  async finish(context, unfinished) {
    const left = new Set(await finishMediaUploads({ signal: context.signal }));
    return unfinished.map((one) => endingOf(context, one, left.has(one.key)));
  },
  stop: async () => {},
};

function endingOf({ output, isInterrupted, npmRun }: Context, { key, ids }: Unfinished, isLeft: boolean): Ending {
  if (!isLeft) {
    output.done(key, `${key}: in object storage`);
    output.event('result', { ...ids, success: true });
    return { key, exitCode: EXIT.ok };
  }
  const error = 'the object storage did not take it; the file stays in the library on disk';
  output.event('result', { ...ids, success: false, resumable: true, error });
  if (isInterrupted()) return { key, exitCode: EXIT.interrupted };
  output.failed(
    key,
    `${key}: ${error}\n  Check REELKEEP_ASSETS and the credentials. To try again: ${npmRun('resume')}`,
  );
  return { key, exitCode: EXIT.unfinished };
}
