import {
  type GeneratedVideo,
  type GenerateVideoResult,
  isUnfinished,
  listGeneratedVideos,
  OpenAIVideosClient,
  resumeOpenAIVideos,
  stopOpenAIVideos,
} from '#lib/openai-videos/index.ts';
import { forReaders, readyText, showDeadline } from '../make-video.ts';
import type { Context } from '../options/command.ts';
import { EXIT } from '../options/exit-codes.ts';
import type { Ending, Resumable, ResumeTerms, Unfinished } from './resumable.ts';
import { showFailure } from './show-failure.ts';

export const openAIVideos: Resumable = {
  ...{ id: 'openai-videos', name: 'OpenAI videos', noun: 'video' },
  list: async () => (await listGeneratedVideos()).filter(isUnfinished).map(toUnfinished),
  async finish(context, unfinished, terms) {
    new OpenAIVideosClient();
    return Promise.all(unfinished.map((one) => finishOne(context, one, terms)));
  },
  stop: stopOpenAIVideos,
};

const keyOf = ({ batchId, name }: Pick<GeneratedVideo, 'batchId' | 'name'>) => `${batchId}/${name}`;

function toUnfinished({ batchId, name, taskId, expiresAt }: GeneratedVideo): Unfinished {
  return { key: keyOf({ batchId, name }), ids: { batchId, name }, taskId, expiresAt };
}

async function finishOne(context: Context, { key, ids }: Unfinished, terms: ResumeTerms): Promise<Ending> {
  const [result] = await resumeOpenAIVideos({
    ...{ signal: context.signal, timeoutMs: terms.timeoutMs, ifBusy: terms.ifBusy },
    // Requested by a person: no back-off.
    ignoreBackoff: true,
    only: (record) => keyOf(record) === key,
    onProgress: (_batchId, _name, progress) => context.output.progress(key, progress, ids),
    onDeadline: (warning) => showDeadline(context, warning, ids),
  });
  const record = (await listGeneratedVideos()).find((one) => keyOf(one) === key);
  return result ? show(context, { key, ids, result, record }) : showMeanwhile(context, { key, ids, record });
}

interface Shown {
  key: string;
  ids: object;
  record: GeneratedVideo | undefined;
}

function show(context: Context, { key, ids, result, record }: Shown & { result: GenerateVideoResult }): Ending {
  const { output } = context;
  if (result.success) {
    output.done(key, `${key}: ${readyText(result.record)}`);
    const { localPath } = result;
    output.event('result', { ...ids, success: true, localPath, record: forReaders(result.record) });
    return { key, exitCode: EXIT.ok };
  }
  const resumable = record !== undefined && isUnfinished(record);
  return showFailure(context, { key, ids, result, resumable, expiresAt: record?.expiresAt });
}

/** It was unfinished when the command began, but no longer when its turn came. */
function showMeanwhile({ output }: Context, { key, ids, record }: Shown): Ending {
  if (record?.status === 'ready') {
    output.done(key, `${key}: meanwhile finished by another process`);
    return { key, exitCode: EXIT.ok };
  }
  const error = `It failed in another process: ${record?.error ?? 'the record does not say why'}`;
  output.event('result', { ...ids, resumable: false, success: false, code: 'provider-failed', error });
  output.failed(key, `${key}: ${error}`);
  return { key, exitCode: EXIT.failed };
}
