import { z } from 'zod';

/** What of the things put in shows in the charge. */
export interface BilledInput {
  inputSeconds: number;
  /** Of the models that animate a person. */
  mode: 'standard' | 'pro';
}

// The sandbox never opens what a request names: a clip is as long as its address says (`#t=0,8`, a media fragment), else this.
const USUAL_CLIP_SECONDS = 5;
const LONGEST_BILLED_SECONDS: ReadonlyArray<[RegExp, number]> = [
  [/^wan2\.[67]-r2v/, 5],
  [/^wan2\.7-videoedit$/, Number.POSITIVE_INFINITY],
  [/^happyhorse-.*-video-edit$/, 15],
  [/^wan3\.0-/, 15],
];

const urls = z.array(z.string()).catch([]);
const requestSchema = z.object({
  model: z.string(),
  input: z.object({
    reference_urls: urls,
    reference_video_urls: urls,
    media: z.array(z.object({ type: z.string(), url: z.string() })).catch([]),
  }),
  parameters: z.object({ mode: z.string().optional() }).catch({}),
});
type Request = z.infer<typeof requestSchema>;

/**
 * The seconds of video put in that the model charges besides the output, and the quality by which it charges.
 * @param body of a request that was found good
 */
export function billedInput(body: unknown): BilledInput {
  const { model, input, parameters } = requestSchema.parse(body);
  const most = LONGEST_BILLED_SECONDS.find(([name]) => name.test(model))?.[1] ?? 0;
  const seconds = clipsOf(input).reduce((sum, url) => sum + clipSeconds(url), 0);
  return { inputSeconds: Math.min(seconds, most), mode: parameters.mode === 'wan-pro' ? 'pro' : 'standard' };
}

function clipsOf({ reference_urls: mixed, reference_video_urls: videos, media }: Request['input']): string[] {
  const listed = media.filter(({ type }) => type === 'video' || type === 'reference_video').map(({ url }) => url);
  return [...mixed.filter((url) => /\.(mp4|mov)\b/i.test(url)), ...videos, ...listed];
}

function clipSeconds(url: string): number {
  const [, start = '0', end] = /#t=(\d+(?:\.\d+)?)?,(\d+(?:\.\d+)?)$/.exec(url) ?? [];
  return end === undefined ? USUAL_CLIP_SECONDS : Math.max(0, Number(end) - Number(start));
}
