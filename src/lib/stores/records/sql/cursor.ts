/** A cursor of `changes`: the part's id in its database, and the revision that was seen. */
export function cursorOf({ id, revision }: { id: string; revision: number }): string {
  return `${id}:${revision}`;
}

/** The revision of a cursor of this part; undefined for any other text. */
export function revisionOf(cursor: string, part: { id: string; revision: number }): number | undefined {
  const prefix = `${part.id}:`;
  const text = cursor.slice(prefix.length);
  if (!cursor.startsWith(prefix) || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text) <= part.revision ? Number(text) : undefined;
}
