import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import {
  type AssetFormat,
  type CaptureOptions,
  type CaptureResult,
  captureAsset,
  inspectAsset,
  type RemoteAsset,
} from '#lib/capture/capture.server.ts';
import { anyVideo, jpeg, png, webp } from '#lib/capture/formats/formats.server.ts';
import { readSettings } from '#lib/config.ts';
import type { MediaRecord } from '#lib/media/items/record.ts';
import type { Capturing, FileFields } from '#lib/media/migrate/capturing.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import type { SaveVideoOptions } from '#lib/media/types.ts';
import { patientRename } from './patient-rename.ts';

/** For tests, and for callers with a library of their own. */
export interface SaveTools {
  library?: MediaLibrary | undefined;
  clock?: Clock | undefined;
  platform?: string | undefined;
  capture?: Pick<CaptureOptions, 'allowPrivateNetwork' | 'resolve' | 'proxy' | 'patienceMs'> | undefined;
  maxBytes?: number | undefined;
}

/** How long a server may say nothing before an item is left for the next time. */
const PATIENCE_MS = 60_000;
export const MOST_BYTES = 8 * 1024 ** 3;

/**
 * Captures a link into the library. What an earlier call for the same path has received is continued.
 * @throws ReelError as `captureAsset`
 */
export function captureInto(
  finalPath: string,
  asset: RemoteAsset,
  options: Pick<SaveVideoOptions, 'signal' | 'onProgress'> & {
    format?: AssetFormat | undefined;
    /** Called with the verified file before it is renamed. */
    onWhole?: ((file: Pick<CaptureResult, 'sizeBytes' | 'sha256'>) => Promise<void>) | undefined;
  },
  tools: SaveTools,
): Promise<CaptureResult> {
  const { clock = systemClock } = tools;
  const { allowPrivateNetwork, proxy } = readSettings();
  const rename = patientRename(clock, tools.platform);
  return captureAsset(asset, finalPath, {
    ...{
      format: options.format ?? anyVideo,
      allowPrivateNetwork,
      proxy,
      clock,
      maxBytes: tools.maxBytes ?? MOST_BYTES,
      needsFolder: true,
    },
    ...tools.capture,
    signal: options.signal,
    onProgress: (progress) => {
      if (progress.stage === 'downloading') callSafely(options.onProgress, progress);
    },
    publishWithin: async (file, renameNow) => {
      await options.onWhole?.(file);
      await rename(renameNow);
    },
  });
}

/** How `saveAllToDisk` fetches and checks the files of items. */
export function capturingWith(tools: SaveTools): Capturing {
  return {
    extensionOf: (record) => `.${formatOf(record).extension}`,
    async inspect(path, record) {
      const { problem, ...file } = await inspectAsset(path, formatOf(record));
      return problem === undefined ? fieldsOf(file) : undefined;
    },
    async fetch(path, record, options) {
      const { originalUrl: url = '', expiresAt } = record;
      const asset = { url, ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }) };
      const capture = { patienceMs: PATIENCE_MS, ...tools.capture };
      return fieldsOf(await captureInto(path, asset, { ...options, format: formatOf(record) }, { ...tools, capture }));
    },
  };
}

function fieldsOf({ sizeBytes, sha256, media }: Pick<CaptureResult, 'sizeBytes' | 'sha256' | 'media'>): FileFields {
  const { durationSeconds, width, height } = media;
  return {
    ...{ fileSize: sizeBytes, sha256 },
    ...(durationSeconds !== undefined && { duration: durationSeconds }),
    ...(width !== undefined && height !== undefined && { width, height }),
  };
}

/** @throws ReelError `invalid-input` for sounds, whose formats cannot be checked yet */
function formatOf({ type, originalUrl = '', name }: MediaRecord): AssetFormat {
  if (type === 'video') return anyVideo;
  if (type === 'audio') {
    const message = `${name} is a sound: only videos and images can be checked and saved.`;
    throw new ReelError('invalid-input', message, { stage: 'downloading' });
  }
  const path = URL.parse(originalUrl)?.pathname.toLowerCase() ?? '';
  return path.endsWith('.png') ? png : path.endsWith('.webp') ? webp : jpeg;
}
