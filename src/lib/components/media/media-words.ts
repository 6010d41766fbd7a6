import { formatBytes, formatCount, formatDate, formatMoment, formatPlayTime } from '#lib/components/words/format.ts';
import type { MediaItemView, MediaJob, ProjectSizeView, ProjectView, SaveAllView } from '#lib/web/media/media-view.ts';

export interface Badge {
  text: string;
  /** Of the sign before it, which a person sees also without colours. */
  sign: '●' | '◐' | '○' | '✕';
  tone: 'safe' | 'risk' | 'lost';
}

/** Where an item can be had. @param isHere this browser has its file */
export function badgeOf({ badge, expiresAt, lostReason }: MediaItemView, isHere: boolean): Badge {
  switch (badge) {
    case 'on-disk':
      return { text: 'On disk', sign: '●', tone: 'safe' };
    case 'in-cloud':
      return { text: 'In the cloud: its sync service keeps the file elsewhere', sign: '◐', tone: 'risk' };
    case 'offline':
      return { text: 'Offline: the drive of the library is away', sign: '◐', tone: 'risk' };
    case 'in-browser':
      return { text: isHere ? 'In this browser only: at risk' : 'In another browser only', sign: '◐', tone: 'risk' };
    case 'remote':
      return { text: remoteWords(expiresAt), sign: '◐', tone: 'risk' };
    case 'lost':
      return isHere
        ? { text: 'In this browser only: at risk', sign: '◐', tone: 'risk' }
        : { text: lostReason ? `Lost: ${lostReason}` : 'Lost', sign: '✕', tone: 'lost' };
  }
}

function remoteWords(expiresAt: string | undefined): string {
  return expiresAt === undefined ? 'Remote: nobody says until when' : `Remote until ${formatMoment(expiresAt)}`;
}

/** `1280 × 720, 0:12, 3.4 MB, added on 21 Nov 2026` */
export function itemFacts({ width, height, duration, fileSize, createdAt, modelId }: MediaItemView): string {
  const facts = [
    ...(width && height ? [`${width} × ${height}`] : []),
    ...(duration === undefined ? [] : [formatPlayTime(duration)]),
    ...(fileSize > 0 ? [formatBytes(fileSize)] : []),
    ...(modelId === undefined ? [] : [modelId]),
    `added on ${formatDate(new Date(createdAt).toISOString())}`,
  ];
  return facts.join(', ');
}

/** `12 items, 10 on disk, 1.2 GB` */
export function projectWords({ items, localItems, bytes }: ProjectView): string {
  if (items === 0) return 'Nothing in it yet';
  return `${formatCount(items, 'item')}, ${localItems} on disk, ${formatBytes(bytes)}`;
}

export function deletionWords({ items, files, bytes }: ProjectSizeView): string {
  return `${formatCount(items, 'item')} with ${formatCount(files, 'file')} would go, ${formatBytes(bytes)} in all. It can be undone for a day.`;
}

/** @param isHere this browser has its file */
export function itemDeletionWords({ files, bytes }: ProjectSizeView, isHere: boolean): string {
  const what =
    files === 0 ? 'It goes from the list: the server has no file of it.' : `Its file goes, ${formatBytes(bytes)}.`;
  return `${what} It can be undone for a day.${isHere ? ' What this browser has of it stays here until you discard it.' : ''}`;
}

/** How the saving of a project goes; empty where there was none. */
export function saveAllWords({ state, done, total, bytesPerSecond, uploading, report, error }: SaveAllView): string {
  if (state === 'idle') return '';
  if (state === 'failed') return error ?? 'The saving has failed.';
  if (state === 'saving') {
    const speed = bytesPerSecond ? `, ${formatBytes(bytesPerSecond)} a second` : '';
    const sent = uploading ? `; ${uploadWords(uploading)}` : '';
    return total === 0 ? 'Looking at what is to be saved…' : `${done} of ${formatCount(total, 'item')}${speed}${sent}`;
  }
  return report ? reportWords(report) : 'Everything is saved.';
}

function uploadWords({ items, bytesSent, bytesTotal }: NonNullable<SaveAllView['uploading']>): string {
  return `${formatCount(items, 'file')} on the way to object storage, ${formatBytes(bytesSent)} of ${formatBytes(bytesTotal)}`;
}

function reportWords(report: NonNullable<SaveAllView['report']>): string {
  const { saved, alreadyThere, inBrowser, lost, failed } = report;
  const parts = [
    `${formatCount(saved, 'item')} saved`,
    `${alreadyThere} already on disk`,
    ...(inBrowser > 0 ? [`${inBrowser} in another browser`] : []),
    ...(lost.length > 0 ? [`${lost.length} lost`] : []),
    ...(failed.length > 0 ? [`${failed.length} to be tried again`] : []),
  ];
  return `${parts.join(', ')}.`;
}

const STAGES: Readonly<Record<string, string>> = {
  prompt: 'Getting ready',
  submitting: 'Sending the order',
  queued: 'Waiting in the queue',
  generating: 'Being made',
  downloading: 'Being saved',
  verifying: 'Being checked',
  retrying: 'Being tried again',
  ready: 'Ready',
  failed: 'Failed',
};

/** How a job stands, in a sentence. */
export function jobWords({ stage, progress, queuePosition, error }: MediaJob): string {
  if (stage === 'failed') return error ?? 'It failed.';
  const name = STAGES[stage] ?? 'Under way';
  if (stage === 'queued' && queuePosition) return `${name}, ${queuePosition} before it`;
  const share = progress === undefined || stage === 'ready' ? '' : `, ${Math.round(progress * 100)} %`;
  return error === undefined ? `${name}${share}` : `${name}${share}. ${error}`;
}

export function isEnded({ stage }: Pick<MediaJob, 'stage'>): boolean {
  return stage === 'ready' || stage === 'failed';
}

const PROJECT_ID = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,79}$/;

/** Why a project cannot be named so; undefined where it can. The server has the last word. */
export function nameProblem(projectId: string): string | undefined {
  if (PROJECT_ID.test(projectId)) return undefined;
  return 'Use at most 80 letters, digits, "-", "_" and ".", beginning with a letter or digit.';
}

const VIDEO_NAME = /\.(mp4|m4v|mov|webm)$/i;

/** Whether a file may be a film, by what the browser takes it for. The server looks at the bytes. */
export function mayBeFilm({ name, type }: Pick<File, 'name' | 'type'>): boolean {
  return type.startsWith('video/') || VIDEO_NAME.test(name);
}
