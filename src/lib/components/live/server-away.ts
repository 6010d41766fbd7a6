/** A response that takes longer than this counts as missing. */
const TIMEOUT_MS = 10_000;

/** How the messages of Chromium, Firefox and Safari begin when a request, or a part of the app, could not be loaded. */
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
 * Whether an error only says that the server did not respond. Anything else is a fault of the page, even without a network:
 * a server on this machine does not need one.
 */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Thrown by Vite, not the browser, for the styles of a page.
  if (error.message.startsWith('Unable to preload CSS')) return true;
  return error instanceof TypeError && UNANSWERED.some((words) => error.message.startsWith(words));
}

/** Whether the server responds, healthy or not. */
export async function serverAnswers(fetcher: typeof fetch = fetch): Promise<boolean> {
  try {
    const response = await fetcher('/api/health', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
    // If the server is down, a proxy may respond instead, with an HTML page.
    return response.headers.get('content-type')?.includes('json') ?? false;
  } catch {
    return false;
  }
}
