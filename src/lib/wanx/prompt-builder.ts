import { ReelError } from '#lib/base/errors.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { findModel } from '#lib/wanx/models/find-model.ts';
import { MODEL_FOR_MODE } from '#lib/wanx/models/table.ts';
import type { WanModel } from '#lib/wanx/models/traits.ts';
import { lookOf, type PeriodLook } from '#lib/wanx/prompt/period.ts';
import { asSentence, chineseCharacters, cleanName, cleanText, promptLength, shorten } from '#lib/wanx/prompt/text.ts';
import { eraWordsSchema, promptSchema, spotWordsSchema } from '#lib/wanx/request/input-schemas.ts';
import type { Era, Spot } from './spot.ts';

export interface PromptOptions {
  /** Default `wan2.7-t2v`. Decides the length and whether exclusions stand in the prompt. */
  model?: string | undefined;
  /** It may be one that the table does not know. */
  allowUnknownModel?: boolean | undefined;
  /** false: ask for no sound. Default true. */
  audio?: boolean | undefined;
}

/** Chosen by the spot alone (the viewpoint is the description's): eras of one spot share move, lens and light, so that two videos can be laid over each other. */
const CAMERA_MOVES = [
  'the camera pushes in slowly and steadily, wide shot, 35mm lens',
  'the camera pans slowly from left to right, extreme wide shot, 28mm lens',
  'the camera pulls back slowly and steadily, wide shot, 35mm lens',
  'the camera tracks sideways at walking pace, wide shot, 35mm lens',
  'the camera rises slowly and smoothly, extreme wide shot, 28mm lens',
] as const;
const LIGHTS = [
  'Low morning sun from the side, long soft shadows, warm natural colour.',
  'Late afternoon sun through thin haze, gentle contrast, muted earthy colour.',
  'Bright overcast daylight, soft shadows, restrained natural colour.',
] as const;
const TONE = 'Soft contrast, true-to-life colour, fine natural texture.';
const MOTIONS = [
  'Everyone moves at an easy pace, seen from afar, and a light wind stirs cloth and leaves.',
  'All movement is slow and small in the distance, and birds drift overhead.',
  'People go about their day unhurried in the middle distance, and thin haze drifts slowly past.',
] as const;
const PLAIN_SURFACES =
  'Walls and signs are plain and unlettered, faces are distant and anonymous, and the sky holds clouds and birds.';

const LIGHT_WORDS =
  /\b(?:dawn|sunrise|morning|noon|midday|afternoon|evening|dusk|sunset|twilight|night|moonlight|overcast|daylight|sun|sunlight|sunlit)\b/i;
/** What is heard follows from what is seen. */
const SOUND_SOURCES: ReadonlyArray<readonly [seen: RegExp, heard: string]> = [
  [/\b(?:river|water|waters|canal|harbour|bay|sea|lagoon|moat|strait)\b/i, 'lapping water'],
  [/\b(?:horses?|donkeys?|mules?|camels?|oxen|ox|carriages?|horse-drawn)\b/i, 'hooves'],
  [/\b(?:traffic|cars?|taxis|cabs|(?<!water )buses|trams?|streetcars?|carts?|sedans)\b/i, 'passing wheels'],
  [/\b(?:steam|steamers?|cranes?|workmen|masons|riveters)\b/i, 'distant work'],
  [/\b(?:birds|gulls|palms|forest|gardens?|olive)\b/i, 'bird calls'],
];

/** In this order they go when the negative prompt is too long: the last first. */
const ALWAYS_EXCLUDED = [
  'readable text',
  'subtitles',
  'watermark',
  'logos',
  'brand names',
  'flags',
  'weapons',
  'fighting',
  'blood',
  'close-up faces',
  'distorted bodies',
  'extra limbs',
  'jump cuts',
  'scene changes',
  'flicker',
  'camera shake',
  'blur',
  'cartoon style',
] as const;
const SOUND_EXCLUDED = ['speech', 'narration', 'music'] as const;

const MAX_PLACE_CHARACTERS = 120;
const MAX_LOCATION_CHARACTERS = 100;
const MAX_PERIOD_CHARACTERS = 60;
/** One description may not crowd out the motion, the other description and the light. */
const ERA_SHARE = 0.5;
const SPOT_SHARE = 0.25;

/** One part of a prompt. Parts stand in reading order and get their room in order of importance, 1 first. */
interface Part {
  importance: number;
  text: string;
  /** A description: may be shortened to this share of the limit. Any other part is whole or absent. */
  share?: number;
}

/**
 * The prompt for a spot in an era, after the provider's formula: style, subject, scene, motion, one camera move, light,
 * sound. Same input, same prompt. Text from outside is neutralised, not refused (`parseSpotEra` refuses). Never longer than
 * the model reads: the service cuts a longer prompt silently and bills it. The place, the era and the camera move always stay.
 * Meant to be sent as it is, with prompt extension off.
 * @throws ReelError `invalid-input` for an unknown model, or a spot or era without any readable name or id
 */
export function buildEnhancedPrompt(spot: Spot, era: Era, options: PromptOptions = {}): string {
  checkWords(spot, era, options);
  const model = findModel(options.model ?? MODEL_FOR_MODE.text, options);
  const look = lookOf(era);
  const spotText = cleanText(spot.description);
  const eraText = cleanText(era.description);
  const parts: Part[] = [
    { importance: 1, text: openingLine(spot, era) },
    { importance: 5, text: spotText, share: SPOT_SHARE },
    { importance: 4, text: eraText, share: ERA_SHARE },
    { importance: 8, text: worldLine(look, eraText) },
    { importance: 7, text: takesNegative(model) ? '' : `${look.instead}. ${PLAIN_SURFACES}` },
    { importance: 3, text: pick(MOTIONS, `${spot.id}/${era.id}`) },
    { importance: 2, text: `One continuous shot: ${pick(CAMERA_MOVES, spot.id)}.` },
    { importance: 6, text: lightLine(spot, `${spotText} ${eraText}`) },
    { importance: 9, text: soundLine(model, options.audio ?? true, `${spotText} ${eraText}`) },
  ];
  return arrange(parts, roomFor(parts, model));
}

/**
 * What the video must not show, for models with a `negative_prompt`; undefined for those without (3.0), whose prompt says
 * what is there instead. A thing that the descriptions name is never excluded.
 * @throws ReelError `invalid-input` for an unknown model
 */
export function buildNegativePrompt(spot: Spot, era: Era, options: PromptOptions = {}): string | undefined {
  checkWords(spot, era, options);
  const model = findModel(options.model ?? MODEL_FOR_MODE.text, options);
  if (model.negativePromptLimit === null) return undefined;
  const described = `${cleanText(spot.description)} ${cleanText(era.description)}`.toLowerCase();
  const sounds = model.sound === 'silent' ? [] : SOUND_EXCLUDED;
  const excluded = [...lookOf(era).absent, ...sounds, ...ALWAYS_EXCLUDED];
  const isNamed = (thing: string) => described.includes(thing.toLowerCase());
  return joinWithin(
    excluded.filter((thing) => !isNamed(thing)),
    model.negativePromptLimit,
  );
}

function checkWords(spot: Spot, era: Era, options: PromptOptions): void {
  checkInput(spotWordsSchema, 'spot', spot, 'prompt');
  checkInput(eraWordsSchema, 'era', era, 'prompt');
  checkInput(promptSchema, 'options', options, 'prompt');
}

function openingLine(spot: Spot, era: Era): string {
  const place = readableName('spot', spot.name, spot.id);
  const eraName = readableName('era', era.name, era.id);
  const location = cleanName(spot.location, MAX_LOCATION_CHARACTERS);
  const period = cleanName(era.period, MAX_PERIOD_CHARACTERS);
  const when = adds(period, eraName) ? `${eraName} (${period})` : eraName;
  const where = adds(location, place) ? `${place}, ${location}` : place;
  return asSentence(`Photorealistic documentary footage, ${when}: ${where}`);
}

/** Whether a detail says something that the name does not say already ("1920s (1920s)"). */
function adds(detail: string, name: string): boolean {
  return detail !== '' && !name.toLowerCase().includes(detail.toLowerCase());
}

function readableName(kind: 'spot' | 'era', name: string, id: string): string {
  const readable = [name, id.replaceAll('-', ' ')]
    .map((text) => cleanName(text, MAX_PLACE_CHARACTERS))
    .find((text) => /[\p{L}\p{N}\p{S}]/u.test(text));
  if (readable !== undefined) return readable;
  throw new ReelError('invalid-input', `${kind}.name has no readable characters. Give the ${kind} a name.`, {
    stage: 'prompt',
  });
}

/** Dress and transport come from the era's own words where it has any: a general line could only contradict them. */
function worldLine(look: PeriodLook, eraText: string): string {
  const detail = eraText === '' ? `: ${look.world}` : '';
  return `Everything in view is true to ${look.label}${detail}.`;
}

function lightLine(spot: Spot, described: string): string {
  return LIGHT_WORDS.test(described) ? TONE : pick(LIGHTS, spot.id);
}

function soundLine(model: WanModel, audio: boolean, described: string): string {
  if (model.sound === 'silent') return '';
  // A model with a switch is silenced by the switch; one without can only be asked.
  if (!audio) return model.sound === 'always' ? 'No dialogue, no background music.' : '';
  const sources = SOUND_SOURCES.filter(([seen]) => seen.test(described)).map(([, heard]) => heard);
  const heard = ['light wind', ...sources].join(', ');
  const ambience = `The soundtrack is natural ambience alone: ${heard} and footsteps`;
  return takesNegative(model) ? `${ambience}; no dialogue, no background music.` : `${ambience}.`;
}

function takesNegative(model: WanModel): boolean {
  return model.negativePromptLimit !== null;
}

/** In UTF-16 units. Where Chinese characters count twice and there are any, as if all were Chinese. */
function roomFor(parts: readonly Part[], { promptLimit, chineseCountsTwice }: WanModel): number {
  const isHalved = chineseCountsTwice && parts.some(({ text }) => chineseCharacters(text) > 0);
  return isHalved ? Math.floor(promptLimit / 2) : promptLimit;
}

function arrange(parts: readonly Part[], limit: number): string {
  const kept = new Map<Part, string>();
  let room = limit;
  for (const part of parts.toSorted((a, b) => a.importance - b.importance)) {
    const text = within(part, room, limit);
    if (text === '') continue;
    kept.set(part, text);
    room -= promptLength(text) + 1;
  }
  return parts.flatMap((part) => kept.get(part) ?? []).join(' ');
}

function within(part: Part, room: number, limit: number): string {
  if (part.share !== undefined) return shorten(part.text, Math.min(room, Math.floor(limit * part.share)));
  return promptLength(part.text) <= room ? part.text : '';
}

function joinWithin(items: readonly string[], limit: number): string {
  let joined = '';
  for (const item of items) {
    const longer = joined === '' ? item : `${joined}, ${item}`;
    if (promptLength(longer) > limit) break;
    joined = longer;
  }
  return joined;
}

function pick<T extends string>(choices: readonly T[], seed: string): string {
  return choices[stableHash(seed) % choices.length] ?? '';
}

/** FNV-1a, 32 bits: the same number for the same ids on every machine and in every version. */
function stableHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
