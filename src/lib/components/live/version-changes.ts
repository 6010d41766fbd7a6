import type { VersionsView, VideoView } from '#lib/web/videos/view.ts';
import { ask, type OrderProblem, viewIn } from './orders.ts';

const NOT_REACHED = 'The server does not answer, so it is not certain what was done. Look again before you repeat it.';
const TIMEOUT_MS = 10_000;
const HEADERS = { accept: 'application/json' };
type Fetch = typeof fetch;

/** Every film of a video. @throws where nobody answers, or not with a list */
export async function fetchVersions(key: string, fetcher: Fetch = fetch): Promise<VersionsView> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetcher(`/api/videos/${key}/versions`, { headers: HEADERS, cache: 'no-store', signal });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.json();
}

export type ChangeKind = 'restore' | 'delete' | 'undo';

/** `view`: the video as it stands after the change, where that is known. */
export type ChangeOutcome = { ok: true; view?: VideoView } | { ok: false; problem: OrderProblem };

/**
 * Restores a version, deletes it, or takes its deletion back. None of it costs anything.
 * @param version undefined: to undo the last deletion, whichever it was
 */
export async function changeVersion(
  kind: ChangeKind,
  key: string,
  version: number | undefined,
  fetcher: Fetch = fetch,
): Promise<ChangeOutcome> {
  const { method, path } = requestOf(kind, version);
  const answer = await ask(fetcher, `${key}/${path}`, { method, headers: HEADERS }, NOT_REACHED);
  if (!answer.ok || kind !== 'delete') return viewIn(answer);
  // It answers with what is left to choose from. The film is deleted, whether or not the video can be asked for.
  const outcome = viewIn(await ask(fetcher, key, { headers: HEADERS, cache: 'no-store' }, NOT_REACHED));
  return outcome.ok ? outcome : { ok: true };
}

function requestOf(kind: ChangeKind, version: number | undefined): { method: string; path: string } {
  if (kind === 'undo')
    return { method: 'POST', path: `undo-delete${version === undefined ? '' : `?version=${version}`}` };
  return { method: kind === 'delete' ? 'DELETE' : 'POST', path: `versions/${version}` };
}
