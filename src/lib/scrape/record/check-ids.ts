import { wrongInput } from '#lib/base/input/wrong-input.ts';

/** As they are, ids become folders, keys of objects and parts of a URL. */
const ID = /^[A-Za-z0-9_@-][A-Za-z0-9_@.-]{0,99}$/;
/** Names of devices on Windows, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const RULE = 'must be 1 to 100 of A-Z, a-z, 0-9, "_", "-", "@" and ".", without a "." at its start or end';

/** @throws ReelError `invalid-input` for an id that is not safe in a path */
export function checkIds(ids: { channelId: string; videoId: string }): void {
  for (const name of ['channelId', 'videoId'] as const) checkId(name, ids[name]);
}

/** @throws ReelError `invalid-input` */
export function checkId(name: 'channelId' | 'videoId', id: unknown): void {
  if (typeof id !== 'string' || !ID.test(id) || id.endsWith('.')) throw wrongInput(name, RULE, id);
  if (DEVICE.test(id)) throw wrongInput(name, 'must not be the name of a device on Windows', id);
}
