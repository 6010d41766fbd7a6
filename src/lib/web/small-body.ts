import { ProblemError } from './problem.ts';

const LARGEST_BYTES = 16 * 1024;

/**
 * The body as text, of which never more than 16 KiB is kept, whatever its length claims to be.
 * @throws ProblemError `too-large`
 */
export async function readSmallBody({ headers, body }: Request): Promise<string> {
  if (Number(headers.get('content-length')) > LARGEST_BYTES) throw tooLarge();
  if (body === null) return '';
  const decoder = new TextDecoder();
  let [text, sizeBytes] = ['', 0];
  // Cancelling it would close the connection before the answer is out; what is left is for the adapter to read away.
  for await (const chunk of body.values({ preventCancel: true })) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > LARGEST_BYTES) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(): ProblemError {
  return new ProblemError('too-large', 'The body may have at most 16 KiB.');
}
