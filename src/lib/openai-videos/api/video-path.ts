import { ReelError } from '#lib/base/errors.ts';

/** LiteLLM packs provider, model and the upstream's id into ids of some 370 characters. */
const LONGEST_ID = 4096;

/**
 * The path of a video below the base URL, for any id: a paid video must not be lost because of a slash in its id.
 * @throws ReelError `invalid-input`
 */
export function videoPath(id: string): string {
  if (typeof id === 'string' && isUsable(id)) return `/videos/${encodeURIComponent(id)}`;
  throw new ReelError(
    'invalid-input',
    `Invalid video id: it must be text of 1 to ${LONGEST_ID} characters, as the answer to the creation has it.`,
    { stage: 'configuring' },
  );
}

function isUsable(id: string): boolean {
  // A URL takes a dot or two for a place in the path, encoded or not; half a character cannot be encoded.
  return id.length <= LONGEST_ID && !/^\.{0,2}$/.test(id) && id.isWellFormed();
}
