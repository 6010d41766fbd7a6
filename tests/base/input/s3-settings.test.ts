import { describe, expect, it } from 'vitest';
import { s3AddressOf, s3SettingsOf } from '#lib/base/input/s3-settings.ts';

type S3Variables = Record<string, string>;

const settings = (value: string, variables: S3Variables = {}) =>
  s3SettingsOf({ setting: 'REELKEEP_ASSETS', value }, variables, undefined);
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDSECRET', AWS_SECRET_ACCESS_KEY: 'secret/value+1' };

describe('the settings of object storage', () => {
  it.each([
    ['s3://films', { bucket: 'films', prefix: '' }],
    ['s3://films/', { bucket: 'films', prefix: '' }],
    ['s3://my.films-2/reel/keep//', { bucket: 'my.films-2', prefix: 'reel/keep' }],
    ['S3://films/città', { bucket: 'films', prefix: 'città' }],
  ])('takes %s', (value, expected) => {
    expect(settings(value)).toMatchObject(expected);
    expect(s3AddressOf(expected)).toBe(`s3://${expected.bucket}${expected.prefix && `/${expected.prefix}`}`);
  });

  it.each([
    's3://',
    's3:///x',
    's3://Films',
    's3://ab',
    's3://films/a//b',
    's3://films/../b',
    's3://films/.b',
    's3://a_b',
  ])('refuses %s', (value) => {
    expect(() => settings(value)).toThrow(expect.objectContaining({ code: 'config', stage: 'configuring' }));
    expect(() => settings(value)).toThrow(/REELKEEP_ASSETS/);
  });

  it.each<[string, S3Variables, boolean]>([
    ['s3://films', {}, false],
    ['s3://my.films', {}, true],
    ['s3://films', { S3_ENDPOINT: 'http://127.0.0.1:9000' }, true],
    ['s3://films', { S3_ENDPOINT: 'https://account.r2.cloudflarestorage.com' }, true],
    ['s3://films', { S3_ENDPOINT: 'https://s3.oss-eu-central-1.aliyuncs.com' }, false],
    ['s3://films', { S3_ENDPOINT: 'http://127.0.0.1:9000', S3_FORCE_PATH_STYLE: '0' }, false],
    ['s3://films', { S3_FORCE_PATH_STYLE: '1' }, true],
  ])('knows how %s with %j is addressed', (value, variables, forcePathStyle) => {
    expect(settings(value, variables)).toMatchObject({ forcePathStyle });
  });

  it.each<[S3Variables, string | undefined]>([
    [{}, undefined],
    [{ AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
    [{ AWS_DEFAULT_REGION: ' eu-west-1 ', AWS_REGION: ' ' }, 'eu-west-1'],
    [{ AWS_DEFAULT_REGION: 'eu-west-1', AWS_REGION: 'auto' }, 'auto'],
    [{ S3_ENDPOINT: 'http://127.0.0.1:9000' }, 'us-east-1'],
  ])('with %j has the region %s', (variables, region) => {
    expect(settings('s3://films', variables).region).toBe(region);
  });

  it('takes credentials as they are set, and leaves the rest to the chain of the SDK', () => {
    expect(settings('s3://films').credentials).toBeUndefined();
    expect(settings('s3://films', KEYS).credentials).toEqual({
      accessKeyId: 'AKIDSECRET',
      secretAccessKey: 'secret/value+1',
    });
    const temporary = { ...KEYS, AWS_SESSION_TOKEN: 'token', AWS_CREDENTIAL_EXPIRATION: '2027-01-01T00:00:00Z' };
    expect(settings('s3://films', temporary).credentials).toMatchObject({
      sessionToken: 'token',
      expiration: new Date('2027-01-01T00:00:00Z'),
    });
  });

  it.each<[string, S3Variables]>([
    ['AWS_SECRET_ACCESS_KEY is missing', { AWS_ACCESS_KEY_ID: 'AKIDSECRET' }],
    ['AWS_ACCESS_KEY_ID is missing', { AWS_SECRET_ACCESS_KEY: 'secret/value+1' }],
    ['AWS_SECRET_ACCESS_KEY', { ...KEYS, AWS_SECRET_ACCESS_KEY: 'secret value' }],
    ['AWS_SESSION_TOKEN', { ...KEYS, AWS_SESSION_TOKEN: 'secret\nvalue' }],
    ['AWS_CREDENTIAL_EXPIRATION', { ...KEYS, AWS_CREDENTIAL_EXPIRATION: 'secret' }],
    ['S3_ENDPOINT', { S3_ENDPOINT: 'secret.example:9000' }],
    ['S3_ENDPOINT', { S3_ENDPOINT: 'http://user:secret@127.0.0.1:9000' }],
    ['S3_PUBLIC_ENDPOINT', { S3_PUBLIC_ENDPOINT: 'https://secret.example/?secret=1' }],
    ['S3_FORCE_PATH_STYLE', { S3_FORCE_PATH_STYLE: 'secret' }],
  ])('names what is wrong and shows no value: %s', (message, variables) => {
    let thrown: unknown;
    try {
      settings('s3://films', variables);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'config', message: expect.stringContaining(message) });
    expect(String(thrown)).not.toMatch(/secret/i.test(message) ? /secret\/value|AKIDSECRET/ : /secret|AKIDSECRET/);
  });
});
