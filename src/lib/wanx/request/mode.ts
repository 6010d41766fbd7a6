import { type FindOptions, findModel, listModels } from '#lib/wanx/models/find-model.ts';
import { refuse } from '#lib/wanx/models/refuse.ts';
import { MODEL_FOR_MODE } from '#lib/wanx/models/table.ts';
import type { Mode, WanModel } from '#lib/wanx/models/traits.ts';
import type { WanxRequest } from './options.ts';

/** Inputs that go with `references`, and those that each ask for a generation of their own. */
const WITH_REFERENCES: readonly string[] = ['video', 'document', 'link'];
/** The service's own ids are shorter, and some gateway's a little longer. */
const SENDABLE_NAME = /^[\w.:/@-]{1,128}$/;
const DECIDING = ['video', 'firstClip', 'document', 'link', 'references'] as const;

/**
 * The kind of generation that a request needs, by its inputs, and the model for it.
 * @param defaultModel for a request that names none; another one where it does not do the mode
 * @throws ReelError `invalid-input` naming the inputs that cannot be combined, or the models that do the mode
 */
export function modeAndModel(request: WanxRequest, defaultModel: string): { mode: Mode; model: WanModel } {
  const mode = modeOf(request);
  const { model, allowUnknownModel } = request;
  return { mode, model: modelFor({ mode, allowUnknownModel }, model, defaultModel) };
}

function modeOf(request: WanxRequest): Mode {
  if (request.image !== undefined && request.firstFrame !== undefined) {
    throw refuse('image and firstFrame are the same input: give one of them.');
  }
  refuseRivals(request);
  const hasImage = request.image !== undefined || request.firstFrame !== undefined;
  if (request.video !== undefined) return hasImage && request.references === undefined ? 'motion' : 'edit';
  if (request.firstClip !== undefined) return 'continuation';
  if (request.document !== undefined || request.link !== undefined) return 'document';
  if (request.references !== undefined) return 'reference';
  if (request.lastFrame !== undefined) return 'first-and-last-frame';
  return hasImage ? 'image' : 'text';
}

function refuseRivals(request: WanxRequest): void {
  const chosen = DECIDING.filter((name) => request[name] !== undefined);
  const [first = ''] = chosen;
  const withReferences = chosen.length === 2 && chosen[1] === 'references' && WITH_REFERENCES.includes(first);
  if (chosen.length < 2 || withReferences) return;
  throw refuse(`${chosen.join(' and ')} cannot be combined: each asks for another kind of generation.`);
}

function modelFor(find: FindOptions & { mode: Mode }, asked: string | undefined, defaultModel: string): WanModel {
  const { mode } = find;
  if (asked === undefined) {
    const preferred = findModel(defaultModel, find);
    return preferred.modes.includes(mode) ? preferred : findModel(MODEL_FOR_MODE[mode]);
  }
  const model = findModel(asked, SENDABLE_NAME.test(asked) ? find : {});
  if (model.modes.includes(mode)) return model;
  const able = listModels().filter((other) => other.modes.includes(mode) && other.family !== 'legacy');
  throw refuse(
    `model "${model.id}" does not do ${mode} generation, only ${model.modes.join(', ')}. ` +
      `For ${mode} use one of ${able.map((other) => other.id).join(', ')}.`,
  );
}
