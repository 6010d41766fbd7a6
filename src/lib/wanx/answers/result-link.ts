import { z } from 'zod';

const link = z
  .string()
  .trim()
  .regex(/^https?:\/\/\S/i)
  .optional()
  .catch(undefined);
const outputAnswer = z.object({
  video_url: link,
  output_video_url: link,
  results: z.unknown().optional(),
});
const resultAnswer = z.object({
  video_url: link,
  output_video_url: link,
  url: link,
  // An entry that failed has its reason here.
  code: z.string().optional().catch(undefined),
});

/**
 * Where the finished video is, by the model pages: `video_url` (most models), `results.video_url` (wan2.2-s2v and
 * wan2.2-animate), `output_video_url` (video-style-transform), or the first entry of the list `results` that has not
 * failed (the page on asynchronous tasks). Not `watermark_video_url`, which is the same film with a mark on it.
 */
export function resultLink(output: unknown): string | undefined {
  const found = outputAnswer.safeParse(output);
  if (!found.success) return undefined;
  const { video_url: plain, output_video_url: styled, results } = found.data;
  const [single, list] = Array.isArray(results) ? [undefined, results] : [results, []];
  return plain ?? linkOf(single) ?? styled ?? list.map(linkOf).find((entry) => entry !== undefined);
}

function linkOf(result: unknown): string | undefined {
  const found = resultAnswer.safeParse(result);
  if (!found.success || found.data.code) return undefined;
  return found.data.video_url ?? found.data.output_video_url ?? found.data.url;
}
