import { describe, expect, it } from 'vitest';
import { type ProviderAction, providerError } from '#lib/wanx/answers/errors.ts';

interface Expectation {
  code: string;
  retryable: boolean;
  /** A submission with this answer may have made a task. */
  mayExist?: boolean;
}

const rejected = { code: 'rejected', retryable: false };
const badInput = { code: 'invalid-input', retryable: false };
const auth = { code: 'auth', retryable: false };
const quota = { code: 'quota', retryable: false };
const limited = { code: 'rate-limited', retryable: true };
const notFound = { code: 'not-found', retryable: false };
const config = { code: 'config', retryable: false };
const server = { code: 'provider-failed', retryable: true, mayExist: true };
const capacity = { code: 'provider-failed', retryable: true };

/** Section 7 of the error page, row by row, aliases included. */
const table: Array<[number, string, string, Expectation]> = [
  [400, 'InvalidParameter', 'size is wrong', badInput],
  [400, 'InvalidParameter', 'Model not exist.', notFound],
  [400, 'InvalidParameter', 'url error, please check url！', badInput],
  [400, 'BadRequest.EmptyInput', '', badInput],
  [400, 'BadRequest.EmptyModel', '', badInput],
  [400, 'BadRequest.EmptyParameters', '', badInput],
  [400, 'BadRequest.IllegalInput', '', badInput],
  [400, 'Arrearage', 'Access denied, please make sure your account is in good standing.', quota],
  [400, 'DataInspectionFailed', 'Input data may contain inappropriate content.', rejected],
  [400, 'data_inspection_failed', '', rejected],
  [400, 'IPInfringementSuspect', '', rejected],
  [400, 'CustomRoleBlocked', '', rejected],
  [400, 'FaqRuleBlocked', '', rejected],
  [
    400,
    'InvalidParameter.DataInspection',
    'Unable to download the media',
    { code: 'provider-failed', retryable: true },
  ],
  [400, 'InvalidURL', '', badInput],
  [400, 'InvalidURL.ConnectionRefused', '', { code: 'invalid-input', retryable: true }],
  [400, 'InvalidURL.Timeout', '', { code: 'invalid-input', retryable: true }],
  [400, 'BadRequest.InputDownloadFailed', '', badInput],
  [400, 'InvalidFile.DownloadFailed', '', badInput],
  [400, 'InvalidFile.Size', '', badInput],
  [400, 'InvalidFile.Duration', '', badInput],
  [400, 'InvalidFile.Openerror', '', badInput],
  [400, 'InvalidImage.FileFormat', '', badInput],
  [400, 'InvalidImageResolution', '', badInput],
  [400, 'InvalidImageFormat', '', badInput],
  [400, 'UnsupportedOperation', '', badInput],
  [400, 'Throttling.AllocationQuota', 'too many resources', quota],
  [400, 'InvalidPerson', 'The input image has no human.', badInput],
  [400, 'InvalidFile.NoHuman', '', badInput],
  [400, 'InvalidFile.FacePose', '', badInput],
  [400, 'InvalidVideo.Codec', '', badInput],
  [400, 'InvalidParameter.FileDownload', 'download for input_image error', badInput],
  [401, 'InvalidApiKey', 'Invalid API-key provided.', auth],
  [401, 'invalid_api_key', '', auth],
  [401, 'NOT AUTHORIZED', '', auth],
  [403, 'AccessDenied', 'current user api does not support synchronous calls.', config],
  [403, 'access_denied', 'Current user API does not support synchronous calls. See https://x', config],
  [403, 'AccessDenied', 'current user api does not support asynchronous calls.', auth],
  [200, 'BailianGateway.Workspace.NotAuthorised', 'workspace not authorised', auth],
  [403, 'access_denied', '', auth],
  [403, 'AccessDenied.Unpurchased', '', auth],
  [403, 'Model.AccessDenied', '', auth],
  [403, 'Workspace.AccessDenied', '', auth],
  [403, 'App.AccessDenied', '', auth],
  [403, 'Endpoint.AccessDenied', '', auth],
  [403, 'AllocationQuota.FreeTierOnly', '', quota],
  [404, 'ModelNotFound', '', notFound],
  [404, 'model_not_found', '', notFound],
  [404, 'WorkSpaceNotFound', '', config],
  [404, 'NotFound', '', notFound],
  [429, 'Throttling', '', limited],
  [429, 'Throttling.RateQuota', '', limited],
  [429, 'LimitRequests', '', limited],
  [429, 'limit_requests', '', limited],
  [429, 'Throttling.BurstRate', '', limited],
  [429, 'limit_burst_rate', '', limited],
  [429, 'Throttling.AllocationQuota', 'Requests rate limit exceeded', limited],
  [429, 'Throttling.AllocationQuota', 'Free allocated quota exceeded. See https://x', quota],
  [429, 'insufficient_quota', 'Free allocated quota exceeded.', quota],
  [429, 'insufficient_quota', 'You exceeded your current quota', limited],
  [429, 'CommodityNotPurchased', '', quota],
  [429, 'PrepaidBillOverdue', '', quota],
  [429, 'PostpaidBillOverdue', '', quota],
  [500, 'InternalError', '', server],
  [500, 'internal_error', '', server],
  [500, 'InternalError.Algo', '', server],
  [500, 'SystemError', '', server],
  [500, 'ModelServiceFailed', '', server],
  [500, 'RewriteFailed', '', server],
  [500, 'InternalError.Upload', '', server],
  [500, 'InternalError.FileUpload', '', server],
  [500, 'InternalError.Timeout', '', server],
  [500, 'RequestTimeOut', '', server],
  [500, 'ModelServingError', '', capacity],
  [503, 'ModelServingError', '', capacity],
  [503, 'ModelUnavailable', '', capacity],
  [200, 'Never.Seen', '', server],
  [302, '', '', config],
  [400, '', '', badInput],
  [401, '', '', auth],
  [402, '', '', quota],
  [403, 'Never.Seen', '', auth],
  [404, '', '', notFound],
  [408, '', '', server],
  [413, '', '', badInput],
  [418, 'Never.Seen', '', badInput],
  [429, '', '', limited],
  [500, 'Never.Seen', '', server],
  [502, '', '', server],
];

describe.each(table)('HTTP %i %s %s', (httpStatus, code, message, expected) => {
  const { mayExist = false, ...mapped } = expected;
  it('ends a submission', () => {
    const error = providerError({ action: 'submit', httpStatus, code, message, requestId: 'r-1' });
    const lost = { code: 'unknown-outcome', retryable: false, billable: 'maybe' };
    expect(error).toMatchObject({ ...(mayExist ? lost : { ...mapped, billable: 'no' }), requestId: 'r-1' });
    expect(error.stage).toBe('submitting');
  });

  it('ends a query without a word about the money of the task', () => {
    const error = providerError({ action: 'query', httpStatus, code, message, taskId: 't-1' });
    expect(error).toMatchObject({ ...mapped, billable: 'maybe', taskId: 't-1', stage: 'generating' });
  });
});

// Inside a task there is no HTTP status: only a code that the provider documents means something.
const documented = table.filter(([, code]) => code !== '' && !code.startsWith('Never'));

describe.each(documented)('after HTTP %i, code %s inside a task %s', (_httpStatus, code, message, expected) => {
  const { mayExist: _, ...mapped } = expected;
  it('means the same inside a task, which is not billed', () => {
    const error = providerError({ action: 'task', code, message, taskId: 't-1' });
    expect(error).toMatchObject({ ...mapped, billable: 'no', taskId: 't-1', stage: 'generating' });
  });
});

describe('what to do about', () => {
  const adviceOf = (code: string, message: string) => providerError({ action: 'task', code, message }).message;

  it.each([
    ['InvalidParameter', 'Failed to download multimodal content'],
    ['InvalidParameter', 'download for input_image failed, please check the url'],
    ['InvalidParameter', 'The image could not be fetched: download timed out'],
    ['InvalidParameter', 'The provided URL does not appear to be valid. Ensure it is correctly formatted.'],
    ['InvalidParameter.FileDownload', ''],
    ['invalid_parameter.FileDownload', 'x'],
  ])('%s "%s" is a URL that cannot be read', (code, message) => {
    expect(adviceOf(code, message)).toMatch(/could not read a media URL/);
  });

  it.each([
    ['InvalidPerson', 'no human in the picture'],
    ['InvalidFile.MultiHuman', ''],
    ['InvalidImageFormat', ''],
  ])('%s is an input file outside the limits', (code, message) => {
    expect(adviceOf(code, message)).toMatch(/input file is outside the limits/);
  });

  it('a parameter that has nothing to do with a download is the request', () => {
    expect(adviceOf('InvalidParameter', 'The size is not match the model')).toMatch(/Correct the request/);
  });
});

describe('providerError', () => {
  it('does not retry a task that failed for a reason it does not know', () => {
    const error = providerError({ action: 'task', code: 'Something.New', message: 'odd' });
    expect(error).toMatchObject({ code: 'provider-failed', retryable: false, billable: 'no' });
  });

  it.each<ProviderAction>(['submit', 'query', 'task', 'list', 'cancel', 'upload'])(
    'says at %s what happened, in whose words, and what to do',
    (action) => {
      const { message } = providerError({
        action,
        httpStatus: 403,
        code: 'Endpoint.AccessDenied',
        message: ' gone.\n ',
      });
      expect(message).toMatch(/DashScope/);
      expect(message).toContain('(Endpoint.AccessDenied, HTTP 403): “gone”. The model may be retired.');
    },
  );

  it('shows no signed URL, no key, and not a whole page', () => {
    const message = `read https://b.oss.example/v.mp4?Expires=1&Signature=abc with sk-abcdefgh ${'x'.repeat(5000)}`;
    const error = providerError({ action: 'task', code: 'InvalidURL', message });
    expect(error.message).not.toMatch(/Signature=abc|sk-abcdefgh/);
    expect(error.message).toContain('https://b.oss.example/v.mp4?…');
    expect(error.message.length).toBeLessThan(600);
  });
});
