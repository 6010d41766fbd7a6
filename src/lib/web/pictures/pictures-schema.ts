import * as z from 'zod';

const amount = z.number().nonnegative();
const pictureSchema = z.strictObject({ src: z.string(), width: amount, height: amount });

/** See `PicturesView`. */
export const picturesSchema = z
  .strictObject({
    poster: pictureSchema.optional().describe('WebP, in the size of the film'),
    posterSmall: pictureSchema.optional().describe('WebP, at most 640 pixels wide'),
    sprites: z
      .strictObject({
        sheet: z.string().describe('JPEG'),
        index: z.string().describe('WebVTT'),
        width: amount.describe('Of the sheet, in pixels'),
        height: amount,
      })
      .optional()
      .describe('Small pictures of many moments on one sheet, and which of them shows which time'),
  })
  .optional()
  .describe('Of the film. Addresses end in the hash of the picture');
