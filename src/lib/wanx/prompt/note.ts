/**
 * Says that a prompt other than the requested one was sent: an earlier purchase is finished, or kept, regardless of the
 * new order. Undefined where the requested prompt was sent.
 * @param sent with the order that is on record; undefined: not known yet
 */
export function promptNote(
  asked: string | undefined,
  sent: string | undefined,
  state: 'finished' | 'under-way',
): string | undefined {
  if (asked === undefined || asked === sent) return undefined;
  return state === 'finished'
    ? 'Your prompt was not sent: a finished video with another prompt already exists. Nothing was bought.'
    : 'Your prompt was not sent: an order with another prompt is already under way and will be finished. Nothing else was bought.';
}
