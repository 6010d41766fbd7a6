/**
 * Says that another prompt than the one asked for was sent: what was bought before is finished, or stays, whatever is
 * asked for now. Undefined where nothing of the kind happened.
 * @param sent with the order that is on record; undefined: not known yet
 */
export function promptNote(
  asked: string | undefined,
  sent: string | undefined,
  state: 'finished' | 'under-way',
): string | undefined {
  if (asked === undefined || asked === sent) return undefined;
  return state === 'finished'
    ? 'Your prompt was not sent: there is a finished video, made with another prompt. Nothing was bought.'
    : 'Your prompt was not sent: an order with another prompt was there first, and is finished. Nothing else was bought.';
}
