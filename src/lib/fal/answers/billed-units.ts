/**
 * How many units were billed, as the header `x-fal-billable-units` of a result says.
 * @returns undefined where it is missing or no amount: unknown, which is not the same as 0
 */
export function billedUnitsOf(header: string | string[] | undefined): number | undefined {
  const [stated = ''] = [header].flat();
  const text = stated.trim();
  return /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
