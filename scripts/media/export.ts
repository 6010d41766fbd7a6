import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exportProject, listMediaItems, ReelError, whyMissing } from '#lib/media/index.ts';
import type { Context } from '../shared/options/command.ts';
import { EXIT, type ExitCode } from '../shared/options/exit-codes.ts';
import { count, formatBytes } from '../shared/views/format.ts';
import { writeArchive } from './archive-file.ts';

export interface ExportWish {
  projectId: string;
  /** Undefined: `{project}.zip` in the working directory; `-`: standard output. */
  path: string | undefined;
  force: true | undefined;
  json: true | undefined;
}

export async function exportArchive(context: Context, wish: ExportWish): Promise<ExitCode> {
  const { projectId, path } = wish;
  const exitCode = path === '-' ? await toStandardOutput(context, wish) : await toFile(context, wish);
  if (exitCode === EXIT.ok) await sayMissing(context, projectId);
  return exitCode;
}

async function toFile({ output, signal }: Context, { projectId, path, force }: ExportWish): Promise<ExitCode> {
  const target = targetOf(path, projectId);
  if (!force && existsSync(target)) {
    throw new ReelError(
      'invalid-input',
      `${target} exists already. Choose another name, or add --force to replace it.`,
    );
  }
  const archive = (request: Request) => exportProject(projectId, { request, signal });
  const sizeBytes = await writeArchive(archive, target, (progress) =>
    output.progress(projectId, { stage: 'writing', ...progress }, { projectId }),
  );
  output.event('exported', { projectId, path: target, sizeBytes });
  output.done(projectId, `${projectId}: exported, ${formatBytes(sizeBytes)}\n  ${target}`);
  return EXIT.ok;
}

function targetOf(path: string | undefined, projectId: string): string {
  const target = resolve(path ?? '');
  const isFolder = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? join(target, `${projectId}.zip`) : target;
}

/** @throws ReelError `invalid-input` */
async function toStandardOutput({ signal }: Context, { projectId, json }: ExportWish): Promise<ExitCode> {
  if (json) throw new ReelError('invalid-input', 'Give --json or -o -: both would write to standard output.');
  if (process.stdout.isTTY) {
    throw new ReelError('invalid-input', 'Standard output is a terminal: add "> file.zip", or give -o a file.');
  }
  const { body } = await exportProject(projectId, { signal });
  try {
    for await (const piece of body ?? []) await written(piece);
    return EXIT.ok;
  } catch (error) {
    if (isClosedPipe(error)) return EXIT.failed;
    throw error;
  }
}

/** Resolves when the reader has taken it. */
function written(piece: Uint8Array): Promise<void> {
  return new Promise((done, fail) => process.stdout.write(piece, (error) => (error ? fail(error) : done())));
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** On standard error: standard output may be the archive. */
async function sayMissing({ output, npmRun }: Context, projectId: string): Promise<void> {
  const nowMs = Date.now();
  const missing = (await listMediaItems(projectId)).filter(({ localState }) => localState !== 'here');
  for (const item of missing) {
    const reason = whyMissing(item, nowMs);
    output.event('missing', { projectId, id: item.id, name: item.name, reason });
    output.error(`${projectId}/${item.name} is not in it: ${reason}`);
  }
  if (missing.length === 0) return;
  const way = npmRun('media', `save-all --project ${projectId}`);
  output.error(`${count(missing.length, 'item')} missing. To save what a provider still has: ${way}`);
}
