import { parseDuration } from '../text/duration.ts';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** Returns the number in '1,000', '1_000' or '5ms', as text, or undefined. */
export const nearNumber = (text: string): string | undefined => {
  const plain = text.replaceAll(/(?<=\d)[,_ ](?=\d{3})/g, '');
  const number = /^([+-]?\d+(?:\.\d+)?)\s*(?:%|[a-zA-Zµ/]+)?$/.exec(plain)?.[1];
  return number !== undefined && number !== text ? number : undefined;
};

/** Comparisons in words, and what they mean. */
const wordForms: readonly (readonly [pattern: RegExp, op: Comparison])[] = [
  [/^(?:at least|from)\b/i, '>='],
  [/^(?:at most|up to)\b/i, '<='],
  [/^(?:above|over|more than|greater than|exceeds)\b/i, '>'],
  [/^(?:below|under|less than)\b/i, '<'],
];

/** Returns the bound that words such as 'above 500' mean, as a profile writes it. */
export const boundOfWords = (text: string): string | undefined => {
  const op = wordForms.find(([pattern]) => pattern.test(text))?.[1];
  const number = /\s([+-]?\d+(?:\.\d+)?)$/.exec(text)?.[1];
  return op === undefined || number === undefined ? undefined : `"${op}${number}"`;
};

/** Powers of ten that people write as a letter. */
const powers: Readonly<Record<string, number>> = { k: 1_000, K: 1_000, M: 1_000_000, G: 1_000_000_000 };

/** The text to write for a number with separators or a unit: a bound has none, and counts in the unit of the signal. */
export const numberHint = (op: Comparison, number: string, rest: string): string => {
  if (/\d[,_ ]\d{3}/.test(rest)) return `write the number without separators: "${op}${number}"`;
  const unit = rest.slice(number.length).trim();
  const power = powers[unit];
  if (power !== undefined) return `write all digits: "${op}${Number(number) * power}"`;
  if (unit === '%') return `write the number without a unit: "${op}${number}"`;
  const ms = parseDuration(`${number}${unit}`);
  if (ms === undefined || unit === 'ms')
    return `write the number alone, in the unit of the signal: "${op}${number}"`;
  return `write the number alone, in the unit of the signal: "${op}${ms / 1000}" in s, "${op}${ms}" in ms`;
};
