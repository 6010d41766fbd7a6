import { messageOf, ReelError } from '#lib/base/errors.ts';
import { findModel } from '#lib/wanx/models.ts';

/**
 * The model of a request that names none.
 * @throws ReelError `config` where there is no such model: whoever asked has said nothing wrong
 */
export function configuredModel({ wanxModel }: { wanxModel: string }): string {
  try {
    return findModel(wanxModel).id;
  } catch (cause) {
    const message = `Wrong setting: WANX_MODEL. ${messageOf(cause)} Correct it in the environment or unset it.`;
    throw new ReelError('config', message, { stage: 'configuring', cause });
  }
}
