import type { SignalRow } from '../../domain/facts/snapshot.ts';

/** Units by the words that descriptions of metrics use for them. */
const unitWords: Readonly<Record<string, string>> = {
  ...{ ns: 'ns', nanosecond: 'ns', us: 'us', microsecond: 'us', ms: 'ms', milli: 'ms', millisecond: 'ms' },
  ...{ s: 's', sec: 's', second: 's', min: 'min', minute: 'min', hour: 'h', day: 'd' },
  ...{ byte: 'B', kb: 'KB', kib: 'KiB', kilobyte: 'KB', kibibyte: 'KiB', mb: 'MB', mib: 'MiB' },
  ...{ megabyte: 'MB', mebibyte: 'MiB', gb: 'GB', gib: 'GiB', gigabyte: 'GB', gibibyte: 'GiB' },
  ...{ percent: '%', percentage: '%', ratio: 'ratio', fraction: 'ratio' },
};

const unitOfWord = (word: string): string | undefined => {
  const lower = word.toLowerCase();
  const singular = lower.replace(/s$/, '');
  const name = Object.hasOwn(unitWords, lower) ? lower : singular;
  return Object.hasOwn(unitWords, name) ? unitWords[name] : undefined;
};

const unitsIn = (text: string): string =>
  [...new Set((text.match(/[a-z]+|%/gi) ?? []).map((word) => (word === '%' ? '%' : unitOfWord(word))))]
    .filter((unit) => unit !== undefined)
    .sort()
    .join(' ');

/** The numbers by which a value changes with its unit. */
const unitFactors = [60, 100, 1000, 1024, 3600, 60_000, 1e6, 1024 ** 2, 1e9, 1024 ** 3];
const tolerance = 0.1;

const isUnitFactor = (was: number, is: number): boolean => {
  const factor = Math.max(Math.abs(was / is), Math.abs(is / was));
  return unitFactors.some((unit) => Math.abs(factor / unit - 1) <= tolerance);
};

/** A number with its unit as text: '12 ms'. */
const measured = /^[+-]?(?:\d[\d,_]*(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*(?<unit>[a-zµ]+|%)$/i;

/** Returns the unit that a value has as text; '' for a number. Undefined: it is neither. */
const unitInValue = (value: number | string | undefined): string | undefined => {
  if (typeof value !== 'string') return value === undefined ? undefined : '';
  const { unit } = measured.exec(value.trim())?.groups ?? {};
  return unit === '%' ? unit : unit === undefined ? undefined : unitOfWord(unit);
};

/**
 * Explains that a value is in another unit than before: its metric has another unit, its description names others, or it has another
 * description and the value differs by a factor of units. Undefined: it is in the same, or its source does not tell.
 */
export const unitChangeText = (row: SignalRow, was: SignalRow | undefined): string | undefined => {
  const unit = unitInValue(was?.value);
  const unitNow = unitInValue(row.value);
  return unit !== undefined && unitNow !== undefined && unit !== unitNow
    ? otherUnit(row, unit, unitNow)
    : metricChangeText(row, was);
};

const otherUnit = ({ id }: SignalRow, was: string, is: string): string =>
  `the unit of ${id} has changed since the action, ${was || 'none'} → ${is || 'none'}`;

/** Explains that the metric of a value has another unit or description than before. */
const metricChangeText = (row: SignalRow, was: SignalRow | undefined): string | undefined => {
  const then = was?.metric ?? was?.computed?.metric;
  const now = row.metric ?? row.computed?.metric;
  if (then === undefined || now === undefined || was?.value === row.value) return undefined;
  if ((then.unit ?? '') !== (now.unit ?? '')) return otherUnit(row, then.unit ?? '', now.unit ?? '');
  if (then.help === now.help) return undefined;
  const units = unitsIn(then.help ?? '');
  const unitsNow = unitsIn(now.help ?? '');
  const isOther = units !== unitsNow || isUnitFactor(Number(was?.value), Number(row.value));
  return isOther
    ? `the description of ${row.id} has changed since the action: "${now.help ?? ''}"`
    : undefined;
};
