/** Of a film in the list: its time there, the other way round, and its key. */
interface Place {
  readonly at: number;
  readonly key: string;
}

/** A place as text, which stays valid when films come and go. */
export function cursorOf({ at, key }: Place): string {
  return `${new Date(-at).toISOString()} ${key}`;
}

/** @returns undefined for what is no cursor */
export function placeIn(cursor: string): Place | undefined {
  const [, time = '', key = ''] = /^(\S+) (\S+)$/.exec(cursor) ?? [];
  const at = -Date.parse(time);
  return Number.isNaN(at) ? undefined : { at, key };
}
