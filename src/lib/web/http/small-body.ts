import { ProblemError } from './problem.ts';

const KIB = 1024;

/**
 * The body as text, of which never more than `largestBytes` is kept, whatever its length claims to be.
 * @throws ProblemError `too-large`
 */
export async function readSmallBody({ headers, body }: Request, largestBytes = 16 * KIB): Promise<string> {
  const tooLarge = () =>
    new ProblemError('too-large', `The body may have at most ${Math.floor(largestBytes / KIB)} KiB.`);
  if (Number(headers.get('content-length')) > largestBytes) throw tooLarge();
  if (body === null) return '';
  const decoder = new TextDecoder();
  let [text, sizeBytes] = ['', 0];
  // Cancelling it would close the connection before the answer is out; what is left is for the adapter to read away.
  for await (const chunk of body.values({ preventCancel: true })) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > largestBytes) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
