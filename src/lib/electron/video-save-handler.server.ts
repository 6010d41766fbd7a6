import * as z from 'zod';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { checkInput, input } from '#lib/base/input/check-input.ts';
import { type Adoption, type MediaEvent, type MediaLibrary, saveVideoToDisk } from '#lib/media/index.ts';
import type { ElectronSaveResult, SavedInElectron } from './bridge.ts';
import { adoption, electronLibrary, olderRootOf } from './electron-library.server.ts';
import { addressOf, LocalFiles } from './local-files.server.ts';
import { notSaved } from './not-saved.ts';
import { Transfers } from './transfers.server.ts';
import type { ElectronApp, ElectronIpcMain, PageEvent } from './types.ts';

export interface VideoSaveOptions {
  /** The steps of each saving, for a log. */
  onEvent?: ((event: MediaEvent) => void) | undefined;
}

export interface VideoSaveHandler {
  library: MediaLibrary;
  /**
   * What was taken over from the older folder, `userData/projects`; undefined where there was nothing to take. Rejects where
   * it was not possible: the next saving, or the next start, tries again.
   */
  adopted: Promise<Adoption | undefined>;
  /** Ends what is under way, and answers pages no more. */
  unregister(): Promise<void>;
}

/** A message is in memory twice before anybody can refuse it. */
const MOST_MESSAGE_BYTES = 256 * 1024 * 1024;

type Bytes = ArrayBuffer | Uint8Array;
const isBytes = (value: unknown) => value instanceof ArrayBuffer || value instanceof Uint8Array;
const requestSchema = input.options({
  projectId: input.text,
  fileName: input.text.optional(),
  modelId: input.text.optional(),
});
const wholeSchema = input.options({
  fileData: z.custom<Bytes>(isBytes, 'must be an ArrayBuffer or a Uint8Array'),
});

/**
 * Saves videos for the pages of an Electron app. Call it in the main process when the app is ready; pages reach it through the
 * bridge that `reelkeep/electron/preload` is.
 * @throws ReelError `config`
 */
export function registerVideoSaveHandler(
  ipcMain: ElectronIpcMain,
  app: ElectronApp,
  { onEvent }: VideoSaveOptions = {},
): VideoSaveHandler {
  const library = electronLibrary(app);
  const olderRoot = olderRootOf(app);
  const adopt = adoption(library, olderRoot);
  const files = new LocalFiles(library, olderRoot);
  const save = saverOf({ library, adopt, files, onEvent });
  const transfers = new Transfers(save);
  const channels = channelsOf(save, files, transfers);
  for (const [channel, listener] of Object.entries(channels)) ipcMain.handle(channel, listener);
  const adopted = adopt();
  // Whoever does not look at it hears of it from the next saving.
  adopted.catch(() => {});
  const unregister = async () => {
    for (const channel of Object.keys(channels)) ipcMain.removeHandler(channel);
    await transfers.abortAll();
  };
  return { library, adopted, unregister };
}

type Save = (request: unknown, fileData: Bytes | ReadableStream<Uint8Array>) => Promise<ElectronSaveResult>;
type Listener = (event: PageEvent, ...values: unknown[]) => unknown;

function channelsOf(save: Save, files: LocalFiles, transfers: Transfers<SavedInElectron>): Record<string, Listener> {
  return {
    'video:save-to-disk': async (_event, request) => {
      const result = await saveWhole(save, request);
      if (result.success) return result.localPath;
      throw new Error(result.error);
    },
    'video:save': (_event, request) => saveWhole(save, request),
    'video:address': (_event, path) => files.addressOf(path),
    'file:exists': (_event, path) => files.has(path),
    'video:transfer-open': ({ sender }, request) => transfers.open(sender, request),
    'video:transfer-write': ({ sender }, id, piece) => transfers.write(sender, id, piece),
    'video:transfer-close': ({ sender }, id) => transfers.close(sender, id),
    'video:transfer-abort': ({ sender }, id) => transfers.abort(sender, id),
  };
}

interface Tools extends VideoSaveOptions {
  library: MediaLibrary;
  adopt(): Promise<unknown>;
  files: LocalFiles;
}

/** Never rejects. */
function saverOf({ library, adopt, files, onEvent }: Tools): Save {
  return async (request, fileData) => {
    try {
      const { projectId, fileName, modelId } = checkInput(requestSchema, 'options', request, 'recording');
      // A new file must not take the name of an older one.
      await adopt();
      const result = await saveVideoToDisk({ projectId, fileName, modelId, fileData, onEvent }, { library });
      if (!result.success) return result;
      const address = addressOf(result.localPath) ?? '';
      return { ...result, localPath: files.absolutePathOf(result.localPath), address };
    } catch (error) {
      return notSaved(isReelError(error) ? error : diskError(error, library.root));
    }
  };
}

async function saveWhole(save: Save, request: unknown): Promise<ElectronSaveResult> {
  try {
    const { fileData } = checkInput(wholeSchema, 'options', request, 'recording');
    if (fileData.byteLength > MOST_MESSAGE_BYTES) throw tooLarge();
    return await save(request, fileData);
  } catch (error) {
    return notSaved(isReelError(error) ? error : diskError(error, 'the media library'));
  }
}

function tooLarge(): ReelError {
  const message = `The video has more than ${MOST_MESSAGE_BYTES} bytes, too many for one message. Save it with window.electronAPI.video, which sends it in pieces.`;
  return new ReelError('too-large', message, { stage: 'recording' });
}
