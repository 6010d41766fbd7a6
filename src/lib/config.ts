import '#lib/base/server-only.server.ts';
import { resolve } from 'node:path';
import envPaths from 'env-paths';
import type { z } from 'zod';
import { ReelError } from '#lib/base/errors.ts';
import { misspeltNames } from '#lib/base/input/misspelt-names.ts';
import { S3_NAMES, type S3Settings, s3SettingsOf } from '#lib/base/input/s3-settings.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import { DEFAULT_BASE_URL, DEFAULT_MODEL, environmentSchema } from './config/environment-schema.ts';

export { DEFAULT_BASE_URL, DEFAULT_MODEL };

const SQLITE = 'sqlite:';

/** The environment, checked, with its defaults filled in. Paths are absolute. */
export interface Settings {
  /** `WANX_PROJECT_ROOT`, else the working directory. Relative paths, also `localPath` in records, start here. */
  projectRoot: string;
  dashscopeApiKey: string | undefined;
  dashscopeBaseUrl: string;
  wanxModel: string;
  videoDir: string;
  metadataPath: string;
  /** Where the records are instead of JSON files: `sqlite:` and an absolute path, or `postgres://…` (a secret). */
  database: string | undefined;
  /** Without a default: the service that this API comes from is switched off. */
  openaiVideosBaseUrl: string | undefined;
  openaiVideosApiKey: string | undefined;
  openaiVideosModel: string | undefined;
  falKey: string | undefined;
  falQueueBaseUrl: string;
  /** Undefined: fal's own, with fal's own queue; else there is none. */
  falApiBaseUrl: string | undefined;
  /** Where the files of videos of such services go. */
  generatedVideosDir: string;
  /** Where scraped videos are downloaded to, and stay without object storage. */
  scrapedVideosDir: string;
  /** Of a GB and month, for the cost of scraped videos; undefined: not known. */
  storageUsdPerGb: number | undefined;
  /** Of the app, as seen by whoever follows its links; undefined: `http://localhost:3000`. */
  publicBaseUrl: string | undefined;
  /** The object storage for finished files (`REELKEEP_ASSETS`); undefined: local folders. */
  assets: S3Settings | undefined;
  /** How films in object storage reach visitors: through this server, or by a redirect to a presigned link. */
  playback: 'proxy' | 'redirect';
  /** Fixed polling interval; undefined: adaptive. */
  pollIntervalMs: number | undefined;
  allowPrivateNetwork: boolean;
  proxy: ProxySettings;
  /** Undefined: no Notion page is updated. */
  notionToken: string | undefined;
  notionBaseUrl: string;
  /** Per run and per day; undefined: no limit. 0 refuses every purchase. */
  budgetUsd: number | undefined;
  /** Former films kept for each spot and era; 0 keeps none. */
  keepVersions: number;
  adminToken: string | undefined;
  /** Absolute: the root of the media library. */
  mediaDir: string;
  /** Whether `REELKEEP_MEDIA_DIR` names it. */
  hasOwnMediaDir: boolean;
  /** Program of yt-dlp; undefined: the one on PATH. */
  ytDlpPath: string | undefined;
  /** Whether pictures of finished films are made where ffmpeg is on PATH. */
  makesPictures: boolean;
  /** Level of the server's log; undefined: `info`. */
  logLevel: string | undefined;
}

type Variables = Record<string, string | undefined>;
type Environment = z.infer<typeof environmentSchema>;

const OWN_NAMES = Object.keys(environmentSchema.shape);
/** Every variable that Reelkeep reads as a setting. The variables of proxies and of AWS are shared with other programs. */
export const SETTING_NAMES: readonly string[] = [
  ...OWN_NAMES,
  ...['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'],
  ...S3_NAMES,
  ...['AWS_S3_BUCKET', 'AWS_PROFILE'],
];
/** Used by the commands and the tests: not settings, but not misspelt either. */
const ALSO_IN_USE = ['REELKEEP_ALL_TESTS', 'REELKEEP_CHROMIUM', 'REELKEEP_SANDBOX_TASK_MS'];

/**
 * Rejects misspelt names of our settings: a budget or a token under a wrong name has no effect, which would go unnoticed
 * until the money is spent. Names used by the providers' own SDKs are not checked.
 * @throws ReelError `config` naming each one with the nearest known name
 */
export function assertSettingNames(environment: Variables = process.env): void {
  const names = Object.keys(environment).filter((name) => environment[name] !== undefined);
  const misspelt = misspeltNames(names, [...OWN_NAMES, ...ALSO_IN_USE], ['WANX_', 'REELKEEP_', 'OPENAI_VIDEOS_']);
  if (misspelt.length === 0) return;
  const list = misspelt.map(({ name, nearest }) => `${printable(name)} (did you mean ${nearest}?)`).join(', ');
  throw new ReelError(
    'config',
    `Unknown setting: ${list}. Correct the name in the environment or in .env, or unset it.`,
    {
      stage: 'configuring',
    },
  );
}

/** Shows invisible characters as escapes. */
function printable(name: string): string {
  return JSON.stringify(name)
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Reads the settings at each call, so that a test or a script can set a variable first. An empty or blank value is unset.
 * @throws ReelError `config` naming the variable and what it must be, never its value, which may be a secret; also for a
 *   misspelt name
 */
export function readSettings(environment: Variables = process.env): Settings {
  assertSettingNames(environment);
  const checked = checkedEnvironment(environment);
  const { REELKEEP_ASSETS: value, REELKEEP_UPLOAD_BYTES_PER_SECOND: limit } = checked;
  const assets =
    value === undefined ? undefined : s3SettingsOf({ setting: 'REELKEEP_ASSETS', value }, environment, limit);
  return { ...settingsOf(checked), assets, proxy: readProxy(environment) };
}

/**
 * The proxy variables as they are; they are validated when they are used. The lower-case name wins, as in curl.
 * `HTTP_PROXY` is ignored under CGI, where a request's `Proxy` header would set it.
 */
export function readProxy(environment: Variables = process.env): ProxySettings {
  const read = (name: string) => environment[name.toLowerCase()]?.trim() || environment[name]?.trim() || undefined;
  const isCgi = environment.REQUEST_METHOD !== undefined;
  return {
    https: read('HTTPS_PROXY'),
    http: read(isCgi ? 'http_proxy' : 'HTTP_PROXY'),
    all: read('ALL_PROXY'),
    noProxy: read('NO_PROXY'),
  };
}

/** Where programs, their parts and certificates are. No proxy, and no secret. */
const FOR_TOOLS = [
  ...['PATH', 'PATHEXT', 'HOME', 'USERPROFILE', 'SystemRoot', 'TMPDIR', 'TEMP', 'TMP'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR'],
];

/** What a program started by us gets of the environment. */
export function readToolEnvironment(environment: Variables = process.env): Record<string, string> {
  const given = FOR_TOOLS.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(given);
}

/** The provider's host, for callers that need no other setting; undefined if the provider's address cannot be parsed. */
export function readProviderHost(environment: Variables = process.env): string | undefined {
  return URL.parse(environment.DASHSCOPE_HTTP_BASE_URL?.trim() || DEFAULT_BASE_URL)?.hostname;
}

function checkedEnvironment(environment: Variables): Environment {
  const given = OWN_NAMES.map((name) => [name, environment[name]?.trim() || undefined]);
  const result = environmentSchema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new ReelError('config', `Wrong setting: ${problems.join('; ')}. Correct it in the environment or unset it.`, {
    stage: 'configuring',
  });
}

/**
 * The object storage for scraped videos: for these `AWS_S3_BUCKET` alone is enough. Undefined: a local folder.
 * @throws ReelError `config` as `readSettings`
 */
export function readScrapedAssets(environment: Variables = process.env): S3Settings | undefined {
  const { assets } = readSettings(environment);
  const bucket = environment.AWS_S3_BUCKET?.trim();
  // A secret that is missing in GitHub Actions arrives as '': the films would stay on a disk that is gone with the job.
  if (assets === undefined && bucket === '') {
    throw new ReelError('config', 'AWS_S3_BUCKET is set, but empty: set it to the name of a bucket, or unset it.', {
      stage: 'configuring',
    });
  }
  if (assets !== undefined || bucket === undefined) return assets;
  const { REELKEEP_UPLOAD_BYTES_PER_SECOND: limit } = checkedEnvironment(environment);
  return s3SettingsOf({ setting: 'AWS_S3_BUCKET', value: `s3://${bucket}` }, environment, limit);
}

function settingsOf(environment: Environment): Omit<Settings, 'proxy' | 'assets'> {
  const projectRoot = resolve(environment.WANX_PROJECT_ROOT ?? process.cwd());
  return {
    projectRoot,
    dashscopeApiKey: environment.DASHSCOPE_API_KEY,
    dashscopeBaseUrl: environment.DASHSCOPE_HTTP_BASE_URL,
    wanxModel: environment.WANX_MODEL,
    openaiVideosBaseUrl: environment.OPENAI_VIDEOS_BASE_URL,
    openaiVideosApiKey: environment.OPENAI_VIDEOS_API_KEY,
    openaiVideosModel: environment.OPENAI_VIDEOS_MODEL,
    falKey: environment.FAL_KEY,
    falQueueBaseUrl: environment.FAL_QUEUE_BASE_URL,
    falApiBaseUrl: environment.FAL_API_BASE_URL,
    generatedVideosDir: resolve(projectRoot, environment.GENERATED_VIDEOS_DIR),
    scrapedVideosDir: resolve(projectRoot, environment.SCRAPED_VIDEOS_DIR),
    storageUsdPerGb: environment.REELKEEP_STORAGE_USD_PER_GB,
    publicBaseUrl: environment.NEXT_PUBLIC_BASE_URL ?? environment.PUBLIC_BASE_URL,
    videoDir: resolve(projectRoot, environment.WANX_VIDEO_DIR),
    metadataPath: resolve(projectRoot, environment.WANX_METADATA_PATH),
    database: databaseOf(environment.REELKEEP_DATABASE, projectRoot),
    playback: environment.REELKEEP_PLAYBACK,
    pollIntervalMs: environment.WANX_POLL_INTERVAL_MS,
    allowPrivateNetwork: environment.WANX_ALLOW_PRIVATE_NETWORK === '1',
    notionToken: environment.NOTION_TOKEN,
    notionBaseUrl: environment.NOTION_BASE_URL,
    budgetUsd: environment.WANX_BUDGET_USD,
    keepVersions: environment.WANX_KEEP_VERSIONS,
    adminToken: environment.REELKEEP_ADMIN_TOKEN,
    mediaDir: resolve(projectRoot, environment.REELKEEP_MEDIA_DIR ?? envPaths('reelkeep', { suffix: '' }).data),
    hasOwnMediaDir: environment.REELKEEP_MEDIA_DIR !== undefined,
    ytDlpPath: environment.YT_DLP_PATH,
    makesPictures: environment.REELKEEP_PICTURES !== '0',
    logLevel: environment.REELKEEP_LOG_LEVEL,
  };
}

function databaseOf(address: string | undefined, projectRoot: string): string | undefined {
  if (!address?.startsWith(SQLITE)) return address;
  return SQLITE + resolve(projectRoot, address.slice(SQLITE.length));
}
