import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { streamFile } from '#lib/base/disk/file-stream.server.ts';
import { addMediaItem, listMediaItems, type MediaItem, saveVideoToDisk } from '#lib/media/index.ts';
import type { Context } from '../shared/options/command.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../shared/options/exit-codes.ts';
import { formatBytes } from '../shared/views/format.ts';
import { codeOf, saveItems } from './save-all.ts';

export interface Wish {
  /** An address, or a path. */
  source: string;
  projectId: string;
  name: string | undefined;
}

export function save(context: Context, wish: Wish): Promise<ExitCode> {
  return /^https?:/i.test(wish.source) ? saveLink(context, wish) : saveFile(context, wish);
}

/** The item comes first: after Ctrl-C or a failure, this command and save-all go on with it. */
async function saveLink(context: Context, { source, projectId, name }: Wish): Promise<ExitCode> {
  const items = await listMediaItems(projectId);
  const known = items.find(({ originalUrl }) => originalUrl === source);
  const item = known ?? (await addMediaItem(projectId, { originalUrl: source, ...named(name ?? nameIn(source)) }));
  const report = await saveItems(context, projectId, [item.id]);
  const [there] = report.alreadyThere;
  if (there) context.output.say(`${projectId}/${there.name}: already there\n  ${there.localPath}`);
  const [failure] = report.failed;
  return failure ? exitCodeOf(failure.code) : codeOf(report);
}

/** As the link names its file; undefined where it names none. */
function nameIn(source: string): string | undefined {
  const [last = ''] = URL.parse(source)?.pathname.split('/').slice(-1) ?? [];
  if (!/.\.[A-Za-z0-9]{1,8}$/.test(last)) return undefined;
  try {
    return decodeURIComponent(last);
  } catch {
    // No UTF-8.
    return last;
  }
}

async function saveFile({ output, signal }: Context, { source, projectId, name }: Wish): Promise<ExitCode> {
  const path = resolve(source);
  const { sizeBytes, stream } = await openFile(path);
  const key = `${projectId}/${name ?? basename(path)}`;
  const saved = await saveVideoToDisk({
    ...{ projectId, fileName: name ?? basename(path), fileData: stream, signal },
    onProgress: ({ bytesReceived: bytesWritten }) =>
      output.progress(key, { stage: 'writing', bytesWritten, bytesTotal: sizeBytes }, { projectId }),
  });
  if (!saved.success) {
    output.failed(key, `${key}: ${saved.error}`);
    output.event('failed', { projectId, code: saved.code, error: saved.error, retryable: saved.retryable });
    return signal.aborted ? EXIT.interrupted : exitCodeOf(saved.code);
  }
  const { localPath, sizeBytes: fileSize, sha256, durationSeconds: duration, width, height } = saved;
  const item = await addMediaItem(projectId, { ...named(name), localPath, fileSize, sha256, duration, width, height });
  showSaved(output, projectId, key, item);
  return EXIT.ok;
}

function showSaved(output: Context['output'], projectId: string, key: string, item: MediaItem): void {
  const { id, name, localPath, fileSize } = item;
  output.event('item', { projectId, id, name, state: 'saved', localPath, fileSize });
  output.done(key, `${key}: saved, ${formatBytes(fileSize)}\n  ${localPath}`);
}

/** @throws ReelError `not-found` where there is no such file; `disk*` */
async function openFile(path: string): Promise<{ sizeBytes: number; stream: ReadableStream<Uint8Array> }> {
  try {
    const handle = await open(path);
    const { size } = await handle.stat();
    return { sizeBytes: size, stream: streamFile(handle, { start: 0, end: size - 1 }) };
  } catch (error) {
    throw diskError(error, path, 'recording', 'read');
  }
}

/** Left out, the library makes one. */
function named(name: string | undefined): { name?: string } {
  return name === undefined ? {} : { name };
}
