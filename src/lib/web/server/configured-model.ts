import { messageOf, ReelError } from '#lib/base/errors.ts';
import { findModel } from '#lib/wanx/models.ts';

/**
 * The model for a request that does not name one.
 * @throws ReelError `config` if there is no such model: the request itself is not at fault
 */
export function configuredModel({ wanxModel }: { wanxModel: string }): string {
  try {
    return findModel(wanxModel).id;
  } catch (cause) {
    const message = `Wrong setting: WANX_MODEL. ${messageOf(cause)} Correct it in the environment or unset it.`;
    throw new ReelError('config', message, { stage: 'configuring', cause });
  }
}
