import * as z from 'zod';

/** A property of a data source. */
export interface Column {
  id: string;
  name: string;
  /** As Notion names it; more types exist than can be written. */
  type: string;
  /** Of a select, multi-select or status; undefined while unknown. */
  options?: readonly string[] | undefined;
}

/** Property ids by the names that the properties had when they were first needed. */
export type PropertyIds = Readonly<Record<string, string>>;

/** What matters of a page. */
export interface PageFacts {
  pageId: string;
  url: string | undefined;
  isInTrash: boolean;
  dataSourceId: string | undefined;
  databaseId: string | undefined;
  /** Every property with its type, but without the options that it could have. */
  columns: readonly Column[];
}

const optionsSchema = z.looseObject({ options: z.array(z.looseObject({ name: z.string() })) });
const propertiesSchema = z.record(
  z.string(),
  z.looseObject({ id: z.string().optional(), name: z.string().optional(), type: z.string() }),
);
const dataSourceSchema = z.looseObject({ properties: propertiesSchema });
const pageSchema = z.looseObject({
  url: z.string().optional(),
  in_trash: z.boolean().optional(),
  // Until version 2026-03-11.
  archived: z.boolean().optional(),
  parent: z.looseObject({ data_source_id: z.string().optional(), database_id: z.string().optional() }).optional(),
  properties: propertiesSchema.optional(),
});
const databaseSchema = z.looseObject({ data_sources: z.array(z.looseObject({ id: z.string() })) });

/** Undefined for an answer that is no data source. */
export function columnsOfDataSource(answer: unknown): Column[] | undefined {
  const parsed = dataSourceSchema.safeParse(answer);
  if (!parsed.success) return undefined;
  return columnsOf(parsed.data.properties, (property) => {
    const config = optionsSchema.safeParse(property[property.type]);
    return config.success ? config.data.options.map(({ name }) => name) : undefined;
  });
}

/** Undefined for an answer that is no page. */
export function pageFactsOf(pageId: string, answer: unknown): PageFacts | undefined {
  const parsed = pageSchema.safeParse(answer);
  if (!parsed.success) return undefined;
  const { url, in_trash, archived, parent, properties = {} } = parsed.data;
  return {
    pageId,
    url,
    isInTrash: in_trash === true || archived === true,
    dataSourceId: parent?.data_source_id,
    databaseId: parent?.database_id,
    columns: columnsOf(properties, () => undefined),
  };
}

/** The data source of a database that has only one: with several, the database does not say which a page is in. */
export function onlyDataSourceOf(answer: unknown): string | undefined {
  const parsed = databaseSchema.safeParse(answer);
  const [first, ...more] = parsed.success ? parsed.data.data_sources : [];
  return more.length === 0 ? first?.id : undefined;
}

type Property = z.infer<typeof propertiesSchema>[string];

function columnsOf(
  properties: z.infer<typeof propertiesSchema>,
  optionsOf: (property: Property) => string[] | undefined,
): Column[] {
  return Object.entries(properties).map(([name, property]) => ({
    id: property.id ?? name,
    name: property.name ?? name,
    type: property.type,
    options: optionsOf(property),
  }));
}
