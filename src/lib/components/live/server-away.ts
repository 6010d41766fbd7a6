/** An answer that takes longer than this is none. */
const TIMEOUT_MS = 10_000;

/** How Chromium, Firefox, and Safari begin to say that a request, or a part of the program, was not answered to its end. */
const UNANSWERED = [
  'Failed to fetch',
  'network error',
  'NetworkError when attempting to fetch',
  'Error in input stream',
  'Load failed',
  'error loading dynamically imported module',
  'Importing a module script failed',
];

/**
 * Whether an error only says that nobody answered. Anything else is a fault of the page, also when there is no network: a
 * server on this machine needs none.
 */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // What Vite throws in place of the browser, for the styles of a page.
  if (error.message.startsWith('Unable to preload CSS')) return true;
  return error instanceof TypeError && UNANSWERED.some((words) => error.message.startsWith(words));
}

/** Asks the server whether it is there; what it says of its health is no matter here. */
export async function serverAnswers(fetcher: typeof fetch = fetch): Promise<boolean> {
  try {
    const response = await fetcher('/api/health', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
    // A proxy whose server is gone answers in its place, with a page.
    return response.headers.get('content-type')?.includes('json') ?? false;
  } catch {
    return false;
  }
}
