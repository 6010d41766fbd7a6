import { z } from 'zod';

// Tolerant by purpose: the fields differ by model and version, may be null, empty or missing, and new ones appear. A
// value of a wrong type in a field that is only informative must not lose a paid result, so those fall back to nothing.
export const text = z.string().nullish().catch(null);
// Records keep amounts, and no record can keep one below zero.
export const amount = z.coerce.number().nonnegative().finite().nullish().catch(null);
/** The name of a task. A number is read as text by `parseAnswer`; one that comes from elsewhere is taken as well. */
export const identifier = z.union([z.string().min(1), z.number().transform(String)]);
