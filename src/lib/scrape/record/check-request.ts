import * as z from 'zod';
import { checkInput, input } from '#lib/base/input/check-input.ts';
import { checkIds } from './check-ids.ts';

export interface DownloadRequest {
  /** Of the page or the file; http or https. */
  url: string;
  channelId: string;
  videoId: string;
  /** yt-dlp's own format selection; default: what plays in every browser, as far as there is such a thing. */
  format?: string | undefined;
  /** In pixels; default: no limit. */
  maxHeight?: number | undefined;
}

const whole = 'must be a whole number of pixels above 0';
const requestSchema = input.options({
  url: z
    .string('must be a URL')
    .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'must be an http or https URL'),
  format: input.text.min(1, 'must not be empty').optional(),
  maxHeight: z.int(whole).positive(whole).optional(),
});

/** @throws ReelError `invalid-input` */
export function checkRequest(request: DownloadRequest): void {
  checkInput(requestSchema, 'options', request);
  checkIds(request);
}
