/** Types of Notion properties that can be written. */
export const PROPERTY_TYPES = [
  'title',
  'rich_text',
  'url',
  'select',
  'multi_select',
  'status',
  'files',
  'checkbox',
  'number',
  'date',
] as const;
export type PropertyType = (typeof PROPERTY_TYPES)[number];

/** Where a field of an update goes. */
export interface PropertyTarget {
  /** The property's name in Notion, upper and lower case as there. A later rename there does no harm. */
  name: string;
  /**
   * Its type, where it is not the usual one: `status` or `select` for the status, `url` for the links, `rich_text` for
   * the error. A field of your own takes any type that can be written.
   */
  type?: PropertyType | undefined;
  /** For `status`, `select` and `multi_select`: values and the options that stand for them in Notion. */
  options?: Readonly<Record<string, string>> | undefined;
  /** For `checkbox`: the values that check it. Default: any, except false, null and `''`. */
  checkedWhen?: readonly string[] | undefined;
}

/** By field of an update: the name of a property, or its target; false leaves the field out. */
export type PropertyMap = Readonly<Record<string, string | PropertyTarget | false>>;
