// `node scripts/make/openapi.ts`: writes the schemas from the code into docs/openapi.json. The rest of that file is written by hand.
import '../shared/require-node.js';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { apiSchemas } from '#lib/web/server/api-schema.ts';

const path = resolve(import.meta.dirname, '../../docs/openapi.json');
const document: { components: object } = JSON.parse(readFileSync(path, 'utf8'));
const { components, ...rest } = document;
writeFileSync(path, `${JSON.stringify({ ...rest, components: { ...components, schemas: apiSchemas() } }, null, 2)}\n`);
