import { describe, it } from 'vitest';
import {
  bodyOf,
  expectRefused,
  IMAGE,
  prompt,
  type RefusedCase,
  text,
} from '../../../fixtures/sandbox/create-cases.ts';
import { TEXT_27 } from '../../../fixtures/sandbox-client.ts';

const refused: RefusedCase[] = [
  { name: 'an unknown model', body: text('wan9', {}), message: 'Model not exist.' },
  {
    name: 'no model',
    body: { input: { prompt }, parameters: {} },
    code: 'BadRequest.EmptyModel',
    message: 'Required parameter "model" missing from request.',
  },
  {
    name: 'no input',
    body: { model: 'wan2.7-t2v', parameters: {} },
    code: 'BadRequest.EmptyInput',
    message: 'Required input parameter missing from request.',
  },
  {
    name: 'an input that is a list',
    body: { model: 'wan2.7-t2v', input: [prompt] },
    code: 'BadRequest.IllegalInput',
    message: 'The input parameter requires json format.',
  },
  {
    name: 'another path than the model has',
    body: TEXT_27,
    path: 'image2video',
    message: 'url error, please check url！',
  },
  {
    name: 'key frames on the path of others',
    body: bodyOf('wan2.2-kf2v-flash', { first_frame_url: IMAGE }),
    message: 'url error, please check url！',
  },
];

describe('a request that no model can take', () => {
  it.each(refused)('refuses $name', expectRefused);
});
