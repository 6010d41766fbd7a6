import { InvalidArgumentError } from '@commander-js/extra-typings';

/** A commander parser for a number; `whole` refuses fractions. */
export function numberBetween(low: number, high: number, whole = false) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number from ${low} to ${high}.`);
  };
}
