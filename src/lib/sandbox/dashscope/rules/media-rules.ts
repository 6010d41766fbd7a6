import { z } from 'zod';
import type { MediaRule } from '#lib/sandbox/dashscope/families/model-family.ts';
import type { NamedAddress } from './media-address.ts';
import { invalidField, type Refusal, type TaskFailure } from './refusal.ts';

const mediaListSchema = z.array(z.looseObject({ type: z.string(), url: z.string() }));
export type MediaItem = z.infer<typeof mediaListSchema>[number];

const FIELD = 'input.media';
const FRAMES = ['first_frame', 'last_frame'];
const PICTURES = [...FRAMES, 'reference_image'];

export function parseMediaList(value: unknown): MediaItem[] | Refusal {
  const parsed = mediaListSchema.safeParse(value);
  return parsed.success ? parsed.data : invalidField(FIELD, 'a list of objects with type and url');
}

export function checkMedia(rule: MediaRule, media: readonly MediaItem[]): Refusal | undefined {
  const link = media.find(({ type }) => type === 'link');
  if (link && !/^https?:/i.test(link.url)) return invalidField(FIELD, 'a link is the address of a web page');
  return checkSets(rule, media) ?? checkLimits(rule, media) ?? checkReferences(rule, media);
}

function checkSets({ sets }: MediaRule, media: readonly MediaItem[]): Refusal | undefined {
  const set = media
    .map(({ type }) => type)
    .sort()
    .join(',');
  const fits = sets === undefined || sets.includes(set);
  return fits ? undefined : invalidField(FIELD, `the combination ${set} is not supported`);
}

function checkLimits({ limits }: MediaRule, media: readonly MediaItem[]): Refusal | undefined {
  if (limits === undefined) return undefined;
  const foreign = media.find(({ type }) => !Object.hasOwn(limits, type));
  if (foreign) return invalidField(FIELD, `the type ${foreign.type} is not supported`);
  for (const [type, [low, high]] of Object.entries(limits)) {
    const count = media.filter((item) => item.type === type).length;
    if (count < low || count > high) return invalidField(FIELD, `${low} to ${high} of ${type}, not ${count}`);
  }
  return undefined;
}

function checkReferences({ references }: MediaRule, media: readonly MediaItem[]): Refusal | undefined {
  if (references === undefined) return undefined;
  const [low, high] = references;
  const count = media.filter(({ type }) => type.startsWith('reference_')).length;
  return count >= low && count <= high ? undefined : invalidField(FIELD, `${low} to ${high} references, not ${count}`);
}

/** The addresses of a list, with those of the voices where the model takes any. */
export function addressesOf(media: readonly MediaItem[], { speakers = [] }: MediaRule): NamedAddress[] {
  return media.flatMap(({ type, url, reference_voice: voice }) => {
    const field = `${FIELD}.${type}`;
    const item = { field, url, isImage: PICTURES.includes(type) };
    const speaks = speakers.includes(type) && voice !== undefined && voice !== null;
    return speaks ? [item, { field: `${field}.reference_voice`, url: String(voice), isImage: false }] : [item];
  });
}

/** 3.0 takes frames mixed with references at creation and fails inside the task. */
export function mixFailure({ framesStandAlone }: MediaRule, media: readonly MediaItem[]): TaskFailure | undefined {
  const frames = media.filter(({ type }) => FRAMES.includes(type)).length;
  if (!framesStandAlone || frames === 0 || frames === media.length) return undefined;
  return { code: 'InvalidParameter', message: 'first_frame and last_frame cannot be combined with references.' };
}
