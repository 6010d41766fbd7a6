import { ProblemError } from './problem.ts';

const KIB = 1024;

/**
 * The body as text; never holds more than `largestBytes` in memory, whatever length the headers claim.
 * @throws ProblemError `too-large`
 */
export async function readSmallBody({ headers, body }: Request, largestBytes = 16 * KIB): Promise<string> {
  const tooLarge = () =>
    new ProblemError('too-large', `The body may be at most ${Math.floor(largestBytes / KIB)} KiB.`);
  if (Number(headers.get('content-length')) > largestBytes) throw tooLarge();
  if (body === null) return '';
  const decoder = new TextDecoder();
  let [text, sizeBytes] = ['', 0];
  // Cancelling it would close the connection before the response is sent; the adapter drains the rest.
  for await (const chunk of body.values({ preventCancel: true })) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > largestBytes) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
