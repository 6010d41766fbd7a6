import { readFileSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type {
  GenerateOptions,
  ImageToVideoOptions,
  MediaInputs,
  MediaSource,
  Ratio,
  Reference,
  TextToVideoOptions,
  VideoOptions,
  WanxRequest,
} from '#lib/wanx/index.ts';
import { generateSchema, generateTaskSchema, requestSchema } from '#lib/wanx/request/input-schemas.ts';
import { type OptionTable, ORDER_OPTIONS, REQUEST_OPTIONS } from '#lib/wanx/request/option-table.ts';
import { storedRequestSchema } from '#lib/wanx/request/stored.ts';
import { apiSchemas } from '#lib/web/server/api-schema.ts';
import { orderSchema } from '#lib/web/videos/order-schema.ts';
import { addVideoOptions } from '../../../scripts/shared/options/video-options.ts';
import { testClient } from '../../fixtures/wire/dashscope.ts';

const NAMES = Object.keys(REQUEST_OPTIONS).sort();
const ORDERED = ['prompt', ...Object.keys(ORDER_OPTIONS)].sort();
const rows: OptionTable = REQUEST_OPTIONS;
const options = readFileSync(new URL('../../../docs/options.md', import.meta.url), 'utf8');

describe('the types of the library', () => {
  it('have the names of the table and no other', () => {
    expectTypeOf<keyof WanxRequest>().toEqualTypeOf<keyof typeof REQUEST_OPTIONS>();
    expectTypeOf<keyof WanxRequest>().toEqualTypeOf<'prompt' | keyof VideoOptions | keyof MediaInputs>();
    expectTypeOf<Pick<GenerateOptions, keyof WanxRequest>>().toEqualTypeOf<WanxRequest>();
    expectTypeOf<Pick<TextToVideoOptions, keyof VideoOptions>>().toEqualTypeOf<VideoOptions>();
    expectTypeOf<Pick<ImageToVideoOptions, 'prompt' | 'lastFrame'>>().toEqualTypeOf<
      Pick<WanxRequest, 'prompt' | 'lastFrame'>
    >();
  });

  it('have the values that their rows say', () => {
    expectTypeOf<WanxRequest['model']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<WanxRequest['ratio']>().toEqualTypeOf<Ratio | undefined>();
    expectTypeOf<WanxRequest['seed']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<WanxRequest['shotType']>().toEqualTypeOf<'single' | 'multi' | undefined>();
    expectTypeOf<WanxRequest['image']>().toEqualTypeOf<MediaSource | undefined>();
    expectTypeOf<NonNullable<WanxRequest['references']>['images']>().toEqualTypeOf<
      ReadonlyArray<MediaSource | Reference> | undefined
    >();
  });
});

describe('every option of the table', () => {
  it('is checked by the public functions', () => {
    for (const schema of [requestSchema, generateSchema, generateTaskSchema]) {
      expect(NAMES.filter((name) => !(name in schema.shape))).toEqual([]);
    }
    expect(Object.keys(requestSchema.shape).sort()).toEqual(NAMES);
  });

  it.each(NAMES)('%s is refused by its name when its type is wrong', (name) => {
    const message = expect.stringMatching(new RegExp(`^request\\.${name} must be .+; got null\\.$`));
    expect(() => testClient().complete({ [name]: null })).toThrow(
      expect.objectContaining({ code: 'invalid-input', message }),
    );
  });

  it('is kept in a record', () => {
    expect(Object.keys(storedRequestSchema.shape).sort()).toEqual(NAMES);
  });

  it.each(NAMES.filter((name) => name !== 'prompt'))('%s is in the tables of docs/options.md', (name) => {
    expect(options).toMatch(new RegExp(`^\\|.*\`${name}\\b.*\\|$`, 'm'));
  });
});

describe('an order over HTTP', () => {
  it('has the options that name no file, and `force`', () => {
    expect(Object.keys(orderSchema.shape).sort()).toEqual([...ORDERED, 'force'].sort());
    expect(ORDERED.filter((name) => rows[name]?.flags.some((flag) => flag.includes('<file')))).toEqual([]);
  });

  it('is described with the help texts of the table', () => {
    const { properties } = { properties: {}, ...apiSchemas().Order };
    const help = ORDERED.map((name) => [name, expect.objectContaining({ description: rows[name]?.json.description })]);
    expect(properties).toMatchObject(Object.fromEntries(help));
  });
});

describe('the command line', () => {
  const command = (table: OptionTable) => addVideoOptions(new Command().exitOverride(), table);
  const offered = NAMES.filter((name) => rows[name]?.flags.length);
  const parse = (...words: string[]) =>
    command(REQUEST_OPTIONS)
      .configureOutput({ writeErr: () => {} })
      .parse(words, { from: 'user' })
      .opts();

  it('has every option with flags, under its name in the library, with its help', () => {
    const { options } = command(REQUEST_OPTIONS);
    expect([...new Set(options.map((option) => option.attributeName()))].sort()).toEqual(offered);
    expect(options.map(({ flags }) => flags).sort()).toEqual(offered.flatMap((name) => rows[name]?.flags ?? []).sort());
    for (const option of options) expect(option.description).toContain(rows[option.attributeName()]?.json.description);
  });

  it.each<[string[], object]>([
    [['--resolution', '1080p', '--duration', '7'], { resolution: '1080P', durationSeconds: 7 }],
    [['--seed', '-1', '--shot-type', 'multi'], { seed: -1, shotType: 'multi' }],
    [['--no-audio', '--watermark'], { audio: false, watermark: true }],
    [['--image', 'a.png', '--negative-prompt', ''], { image: 'a.png', negativePrompt: '' }],
  ])('reads %j', (words, expected) => {
    expect(parse(...words)).toEqual(expected);
  });

  it.each([
    [['--resolution', '4K'], 'It must be one of 480P, 720P, 1080P.'],
    [['--duration', '5.5'], 'It must be a whole number, at least -1.'],
    [['--duration', ' '], 'It must be a whole number, at least -1.'],
    [['--seed', '2147483648'], 'It must be a whole number from -1 to 2147483647.'],
    [['--prompt', ' '], 'It is empty.'],
    [['--sed', '3'], 'Did you mean --seed?'],
  ])('refuses %j with the rule of the table', (words, message) => {
    expect(() => parse(...words)).toThrow(message);
  });
});
