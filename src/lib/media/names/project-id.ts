import { ReelError } from '#lib/base/errors.ts';
import { isSafeFileName } from './file-name.ts';

/** `projects/{projectId}/videos/{name}` */
const LOCAL_PATH = /^projects\/([^/]+)\/videos\/([^/]+)$/;
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,79}$/;

/**
 * A project's id names its folder, so it must be a plain name.
 * @throws ReelError `invalid-input`
 */
export function assertProjectId(projectId: unknown): asserts projectId is string {
  if (typeof projectId === 'string' && isProjectId(projectId)) return;
  const advice = 'Use at most 80 letters, digits, "-", "_" and ".", beginning with a letter or digit.';
  throw new ReelError('invalid-input', `${JSON.stringify(projectId)} cannot be a project's id. ${advice}`, {
    stage: 'recording',
  });
}

export function isProjectId(text: string): boolean {
  return PLAIN.test(text) && isSafeFileName(text);
}

/** Relative to the library's root, with a forward slash. */
export function projectFolderOf(projectId: string): string {
  return `projects/${projectId}/videos`;
}

/** The parts of a path in the library; undefined for any other text. */
export function parseLocalPath(localPath: string): { projectId: string; fileName: string } | undefined {
  const [, projectId = '', fileName = ''] = LOCAL_PATH.exec(localPath) ?? [];
  return isProjectId(projectId) && isSafeFileName(fileName) ? { projectId, fileName } : undefined;
}

/** Where a local file is served: `/media/files/{projectId}/{name}` by the app. */
export function mediaAddress(localPath: string, filesAt = '/media/files'): string | undefined {
  const parts = parseLocalPath(localPath);
  return parts && `${filesAt}/${encodeURIComponent(parts.projectId)}/${encodeURIComponent(parts.fileName)}`;
}
