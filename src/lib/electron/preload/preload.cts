// The bridge between a page and the main process: `window.electronAPI`. Preload scripts of sandboxed pages may require
// Electron and nothing else, so that this is one CommonJS file without any import of ours.
import type { BridgeSaveOptions, ElectronAPI, ElectronSaveResult, NextPiece } from '../bridge.ts' with {
  'resolution-mode': 'import',
};
import type { NotSaved } from '../types.ts' with { 'resolution-mode': 'import' };

type Opened = { success: true; transferId: string } | NotSaved;

/** What the main process answers on each channel. */
interface Answers {
  'video:transfer-open': Opened;
  'video:transfer-write': { success: true } | NotSaved;
  'video:transfer-close': ElectronSaveResult;
  'video:transfer-abort': undefined;
  'video:address': string | undefined;
  'file:exists': boolean;
}

type Invoke = <Channel extends keyof Answers>(channel: Channel, ...values: unknown[]) => Promise<Answers[Channel]>;

/** What of Electron is used. */
interface Electron {
  contextBridge: { exposeInMainWorld(name: string, api: ElectronAPI): void };
  ipcRenderer: { invoke: Invoke };
}
const { contextBridge, ipcRenderer }: Electron = require('electron');

/** A message is copied by Electron: small pieces keep memory small, and large ones are no faster. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Electron puts this before the message of every failure. */
const PREFIX = /^Error invoking remote method '[^']*': (?:[A-Za-z]*Error: )?/;

const invoke: Invoke = async (channel, ...values) => {
  try {
    return await ipcRenderer.invoke(channel, ...values);
  } catch (error) {
    throw new Error(messageOf(error).replace(PREFIX, ''));
  }
};

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

/** Values come from the page, whose classes are not the ones of this script: they are known by what they can do. */
function hasMethod<Name extends string>(
  value: unknown,
  name: Name,
): value is Record<Name, (...all: never[]) => unknown> {
  return typeof value === 'object' && value !== null && name in value && typeof Reflect.get(value, name) === 'function';
}

const isStream = (data: unknown): data is ReadableStream<Uint8Array> => hasMethod(data, 'getReader');
const isBlob = (data: unknown): data is Blob => hasMethod(data, 'arrayBuffer') && hasMethod(data, 'slice');
const isNextPiece = (data: unknown): data is NextPiece => typeof data === 'function';
const isBuffer = (data: unknown): data is ArrayBuffer =>
  Object.prototype.toString.call(data) === '[object ArrayBuffer]';

function piecesOf(data: unknown): AsyncGenerator<Uint8Array> | Generator<Uint8Array> {
  if (isBuffer(data)) return slicesOf(new Uint8Array(data));
  if (ArrayBuffer.isView(data)) return slicesOf(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (isStream(data)) return piecesOfStream(data);
  if (isBlob(data)) return piecesOfBlob(data);
  if (isNextPiece(data)) return piecesFrom(data);
  throw new TypeError(
    'fileData must be an ArrayBuffer, a Uint8Array, a Blob, a File or a function that returns the next piece. Electron lets no ReadableStream through: give () => reader.read().',
  );
}

/** Copies: of a view, Electron would send all the bytes that lie behind it. */
function* slicesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += PIECE_BYTES) yield bytes.slice(start, start + PIECE_BYTES);
}

async function* piecesOfBlob(blob: Blob): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < blob.size; start += PIECE_BYTES) {
    yield new Uint8Array(await blob.slice(start, start + PIECE_BYTES).arrayBuffer());
  }
}

async function* piecesFrom(next: NextPiece): AsyncGenerator<Uint8Array> {
  for (let piece = await next(); piece?.value !== undefined && !piece.done; piece = await next()) {
    yield* slicesOf(piece.value);
  }
}

async function* piecesOfStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    yield* piecesFrom(() => reader.read());
  } finally {
    // Whoever makes the bytes need not go on after a failure.
    reader.cancel().catch(() => {});
  }
}

async function save(options: BridgeSaveOptions): Promise<ElectronSaveResult> {
  try {
    const { fileData, ...request } = options;
    const pieces = piecesOf(fileData);
    const opened = await invoke('video:transfer-open', request);
    return opened.success ? await send(opened.transferId, pieces) : opened;
  } catch (error) {
    const code = error instanceof TypeError ? 'invalid-input' : 'aborted';
    return { success: false, error: messageOf(error), code, retryable: false, fallback: 'blob' };
  }
}

async function send(transferId: string, pieces: ReturnType<typeof piecesOf>): Promise<ElectronSaveResult> {
  let isSent = false;
  try {
    for await (const piece of pieces) {
      const taken = await invoke('video:transfer-write', transferId, piece);
      if (!taken.success) return taken;
    }
    isSent = true;
    return await invoke('video:transfer-close', transferId);
  } finally {
    if (!isSent) await invoke('video:transfer-abort', transferId).catch(() => {});
  }
}

async function saveToDisk(options: BridgeSaveOptions): Promise<string> {
  const result = await save(options);
  if (result.success) return result.localPath;
  throw new Error(result.error);
}

const exists = (localPath: string) => invoke('file:exists', localPath);
const addressOf = (localPath: string) => invoke('video:address', localPath);
const electronAPI: ElectronAPI = { video: { saveToDisk, save, exists, addressOf }, file: { exists } };

// A page that is not isolated shares its window with this script.
if (Reflect.get(process, 'contextIsolated') === false) Object.assign(globalThis, { electronAPI });
else contextBridge.exposeInMainWorld('electronAPI', electronAPI);
