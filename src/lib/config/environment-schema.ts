import { z } from 'zod';
import { EDITION } from '#lib/base/command-line.ts';

export const DEFAULT_BASE_URL = 'https://dashscope-intl.aliyuncs.com/api/v1';
export const DEFAULT_MODEL = 'wan2.7-t2v';
const DEFAULT_KEEP_VERSIONS = 5;
const NOTION_BASE_URL = 'https://api.notion.com';
const FAL_QUEUE_BASE_URL = 'https://queue.fal.run';
/** In another app everything lies in one folder, away from its sources and from what its server gives away. */
const DEFAULT_PLACES = {
  app: {
    videoDir: 'static/videos',
    metadataPath: 'src/lib/data/generated-videos.json',
    generatedVideosDir: 'static/generated-videos',
    scrapedVideosDir: 'scraped-videos',
  },
  package: {
    videoDir: 'reelkeep/videos',
    metadataPath: 'reelkeep/generated-videos.json',
    generatedVideosDir: 'reelkeep/generated-videos',
    scrapedVideosDir: 'reelkeep/scraped-videos',
  },
}[EDITION];

const text = z.string().optional();
// A blank or line break inside is a copying mistake, and cannot be sent in a header.
const secret = z.string().regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without blanks');
const amount = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'must be a number, 0 or more')
  .transform(Number)
  .optional();

/** The settings as the environment has them: text, checked, with what stands in for those that are not set. */
export const environmentSchema = z.object({
  WANX_PROJECT_ROOT: text,
  DASHSCOPE_API_KEY: secret.optional(),
  DASHSCOPE_HTTP_BASE_URL: z.url({ protocol: /^https?$/, message: 'must be an http(s) URL' }).default(DEFAULT_BASE_URL),
  WANX_MODEL: z.string().default(DEFAULT_MODEL),
  WANX_VIDEO_DIR: z.string().default(DEFAULT_PLACES.videoDir),
  WANX_METADATA_PATH: z.string().default(DEFAULT_PLACES.metadataPath),
  WANX_POLL_INTERVAL_MS: amount.refine((ms) => ms === undefined || ms <= 86_400_000, 'must be at most 86400000'),
  WANX_ALLOW_PRIVATE_NETWORK: z.enum(['0', '1'], 'must be 1, 0 or unset').optional(),
  OPENAI_VIDEOS_BASE_URL: z.url({ protocol: /^https?$/, message: 'must be an http(s) URL' }).optional(),
  OPENAI_VIDEOS_API_KEY: secret.optional(),
  OPENAI_VIDEOS_MODEL: text,
  FAL_KEY: secret.optional(),
  FAL_QUEUE_BASE_URL: z.url({ protocol: /^https?$/, message: 'must be an http(s) URL' }).default(FAL_QUEUE_BASE_URL),
  FAL_API_BASE_URL: z.url({ protocol: /^https?$/, message: 'must be an http(s) URL' }).optional(),
  GENERATED_VIDEOS_DIR: z.string().default(DEFAULT_PLACES.generatedVideosDir),
  SCRAPED_VIDEOS_DIR: z.string().default(DEFAULT_PLACES.scrapedVideosDir),
  REELKEEP_STORAGE_USD_PER_GB: amount,
  NEXT_PUBLIC_BASE_URL: z.url({ protocol: /^https?$/, message: 'must be an http(s) URL' }).optional(),
  PUBLIC_BASE_URL: z.url({ protocol: /^https?$/, message: 'must be an http(s) URL' }).optional(),
  WANX_BUDGET_USD: amount,
  WANX_KEEP_VERSIONS: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number from 0 to 9999')
    .transform(Number)
    .default(DEFAULT_KEEP_VERSIONS),
  NOTION_TOKEN: secret.optional(),
  NOTION_BASE_URL: z.url({ protocol: /^https?$/, message: 'must be an http(s) URL' }).default(NOTION_BASE_URL),
  REELKEEP_DATABASE: z
    .string()
    .regex(/^(sqlite:.|postgres(ql)?:\/\/.)/, 'must be sqlite: and a path, or postgres://…')
    .optional(),
  REELKEEP_ASSETS: z
    .string()
    .regex(/^s3:\/\/./i, 'must be s3://bucket/prefix')
    .optional(),
  REELKEEP_PLAYBACK: z.enum(['proxy', 'redirect'], 'must be proxy or redirect').default('proxy'),
  REELKEEP_UPLOAD_BYTES_PER_SECOND: z
    .string()
    .regex(/^[1-9]\d{2,14}$/, 'must be a whole number, at least 100')
    .transform(Number)
    .optional(),
  REELKEEP_ADMIN_TOKEN: secret.min(16, 'must have at least 16 characters').optional(),
  REELKEEP_MEDIA_DIR: text,
  YT_DLP_PATH: text,
  REELKEEP_PICTURES: z.enum(['0', '1'], 'must be 1, 0 or unset').optional(),
  REELKEEP_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent')
    .optional(),
});
