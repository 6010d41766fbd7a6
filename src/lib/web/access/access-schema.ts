import * as z from 'zod';

/** See `SpendAccess`. */
export const spendAccessSchema = z.union([
  z.strictObject({
    allowed: z.literal(true),
    how: z.enum(['token', 'same-machine']),
    noKey: z.literal(true).optional().describe('The server has no API key: nothing can be bought'),
  }),
  z.strictObject({ allowed: z.literal(false), reason: z.string(), canLogIn: z.boolean() }),
]);
