import { describe, expect, it } from 'vitest';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { remoteAssetOf } from '#lib/jobs/deliver/remote-asset.ts';
import type { AssetLink } from '#lib/jobs/provider.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { FakeProvider } from '../../fixtures/fake-provider.ts';
import { intentAt, jobRecord } from '../../fixtures/records/job-records.ts';

const LINK: AssetLink = { name: 'thumbnail', url: 'https://files.test/1', headers: { cookie: 'a' }, format: mp4 };
const [T1, T2] = ['2026-11-21T01:00:00.000Z', '2026-11-21T02:00:00.000Z'];
const signal = new AbortController().signal;

function remote(fields: Partial<JobRecord> = {}, { link = LINK, isKept = true } = {}) {
  const provider = new FakeProvider();
  provider.historyMs = isKept ? 3_600_000 : undefined;
  return { provider, asset: remoteAssetOf(provider, { taskId: 't' }, link, { record: jobRecord(fields), signal }) };
}

describe('a file of a task', () => {
  it.each<[string, Partial<JobRecord>, Parameters<typeof remote>[1], string | undefined]>([
    ['as long as its link says', { expiresAt: T1 }, { link: { ...LINK, expiresAt: new Date(T2) } }, T2],
    ['as long as its record says', { expiresAt: T2, submittedAt: T1 }, {}, T2],
    ['as long as the provider keeps it', { submittedAt: T1, intent: intentAt(T2) }, {}, T2],
    ['from its intent on, where its answer was lost', { intent: intentAt(T1) }, {}, T2],
    ['past a date that is none', { expiresAt: 'soon', submittedAt: T1 }, {}, T2],
    ['as long as nobody knows', { submittedAt: T1 }, { isKept: false }, undefined],
    ['as long as nobody knows, without a submission', {}, {}, undefined],
  ])('is worth trying for %s', (_how, fields, options, until) => {
    expect(remote(fields, options).asset.expiresAt?.toISOString()).toBe(until);
  });

  it('gets a new link by its name, with the headers of that link', async () => {
    const { provider, asset } = remote();
    const links = [
      { ...LINK, name: 'video' },
      { ...LINK, url: 'https://files.test/2', headers: undefined },
    ];
    provider.onRead = async (taskId) => ({ taskId, phase: 'succeeded', assets: links });
    expect(await asset.refresh?.()).toEqual({ url: 'https://files.test/2', headers: {}, expiresAt: undefined });
    provider.onRead = async (taskId) => ({ taskId, phase: 'succeeded', assets: links.slice(0, 1) });
    await expect(asset.refresh?.()).rejects.toMatchObject({ code: 'expired', taskId: 't' });
  });
});
