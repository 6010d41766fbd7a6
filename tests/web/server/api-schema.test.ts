import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import type { spendAccessSchema } from '#lib/web/access/access-schema.ts';
import { SESSION_COOKIE } from '#lib/web/access/session.server.ts';
import { PROBLEMS, type ProblemBody } from '#lib/web/http/problem.ts';
import {
  apiSchemas,
  type healthSchema,
  type problemSchema,
  type snapshotSchema,
  type spendViewSchema,
  type versionsViewSchema,
  type videoViewSchema,
} from '#lib/web/server/api-schema.ts';
import type { Health } from '#lib/web/server/health.server.ts';
import type { Snapshot, SpendAccess, SpendView, VersionsView, VideoView } from '#lib/web/videos/view.ts';

const root = resolve(import.meta.dirname, '../../..');
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const;

const responseSchema = z.looseObject({
  description: z.string().min(1),
  content: z.record(z.string(), z.looseObject({ schema: z.looseObject({}) })).optional(),
  'x-problems': z.array(z.enum(Object.keys(PROBLEMS))).optional(),
});
const operationSchema = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  responses: z.record(z.string().regex(/^\d{3}$/), responseSchema),
});
const pathSchema = z.looseObject(Object.fromEntries(METHODS.map((method) => [method, operationSchema.optional()])));
const documentSchema = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), pathSchema),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()), securitySchemes: z.looseObject({}) }),
});

const text = readFileSync(join(root, 'docs/openapi.json'), 'utf8');
const document = documentSchema.parse(JSON.parse(text));
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = operationSchema.optional().parse(item[method]);
    return operation ? [{ name: `${method.toUpperCase()} ${path}`, ...operation }] : [];
  }),
);

/** Method and path of every endpoint, as the route files have them. */
function routes(): string[] {
  const folder = join(root, 'src/routes');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('+server.ts'),
  );
  return files.flatMap((file) => {
    const path = `/${file
      .replace(/\/?\+server\.ts$/, '')
      .replaceAll('[', '{')
      .replaceAll(']', '}')}`;
    const exported = readFileSync(join(folder, file), 'utf8').matchAll(/^export const ([A-Z]+)\b/gm);
    return [...exported].map(([, method]) => `${method} ${path}`);
  });
}

describe('docs/openapi.json', () => {
  it('describes every endpoint that there is, and no other', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual(routes().sort());
  });

  it('has the schemas of the code: run `node scripts/make/openapi.ts` after a change', () => {
    expect(document.components.schemas).toEqual(JSON.parse(JSON.stringify(apiSchemas())));
  });

  it('names each operation once', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(operations)('$name answers an error with the status of the table, as a problem', ({ responses }) => {
    for (const [status, response] of Object.entries(responses)) {
      const problems = response['x-problems'] ?? [];
      for (const name of problems)
        expect(`${name} ${PROBLEMS[name as keyof typeof PROBLEMS].status}`).toBe(`${name} ${status}`);
      if (problems.length > 0) expect(Object.keys(response.content ?? {})).toEqual(['application/problem+json']);
    }
  });

  it('refers to nothing that is missing', () => {
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !(name in document.components.schemas))).toEqual([]);
  });

  it('lets whoever changes something be refused', () => {
    // Asks by a body, and changes nothing.
    const changing = operations.filter(
      ({ name, operationId }) => /^(POST|PUT|PATCH|DELETE) /.test(name) && operationId !== 'downloadOfPage',
    );
    expect(changing.length).toBeGreaterThan(1);
    for (const { responses } of changing)
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '429']));
  });

  it('names each way to be let in once', () => {
    const guarded = operations.filter(({ security }) => security !== undefined);
    expect(guarded.map(({ operationId }) => operationId)).toEqual([
      'orderVideo',
      'cancelVideo',
      'previewPrompt',
      'restoreVersion',
      'deleteVersion',
      'undoDelete',
      'retryDownload',
      'cleanUpStorage',
      'deleteProject',
      'undoDeleteProject',
      'addMediaItem',
      'saveMediaItem',
      'deleteMediaItem',
      'undoDeleteMediaItem',
      'saveAll',
      'uploadMediaFile',
    ]);
    for (const { security = [] } of guarded) {
      const ways = security.map((way) => Object.keys(way).join()).sort();
      expect(ways).toEqual(['', 'adminToken', 'session']);
    }
  });

  it('knows the name of the session cookie', () => {
    expect(document.components.securitySchemes.session).toMatchObject({ in: 'cookie', name: SESSION_COOKIE });
  });
});

it('the schemas say what the types say', () => {
  expectTypeOf<VideoView>().toExtend<z.infer<typeof videoViewSchema>>();
  expectTypeOf<keyof z.infer<typeof videoViewSchema>>().toEqualTypeOf<keyof VideoView>();
  expectTypeOf<VersionsView>().toExtend<z.infer<typeof versionsViewSchema>>();
  expectTypeOf<keyof z.infer<typeof versionsViewSchema>>().toEqualTypeOf<keyof VersionsView>();
  expectTypeOf<SpendView>().toExtend<z.infer<typeof spendViewSchema>>();
  expectTypeOf<keyof z.infer<typeof spendViewSchema>>().toEqualTypeOf<keyof SpendView>();
  expectTypeOf<z.infer<typeof spendAccessSchema>>().toEqualTypeOf<SpendAccess>();
  // Whose videos are a list that nobody may change, which is all the same to JSON.
  expectTypeOf<Omit<Snapshot, 'videos'>>().toExtend<Omit<z.infer<typeof snapshotSchema>, 'videos'>>();
  expectTypeOf<keyof z.infer<typeof snapshotSchema>>().toEqualTypeOf<keyof Snapshot>();
  expectTypeOf<z.infer<typeof healthSchema>>().toEqualTypeOf<Health>();
  expectTypeOf<ProblemBody>().toExtend<z.infer<typeof problemSchema>>();
});
