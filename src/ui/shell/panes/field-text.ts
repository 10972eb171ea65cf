import type { AnyFact } from '../../../domain/facts/facts.ts';
import type { Level } from '../../../domain/facts/level.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { absentText, formatBytes, formatCount, formatPercent } from '../../../domain/text/format.ts';
import type { Field, FieldValue } from '../../../kinds/define/fields.ts';

/** A field of any kind. */
export type KindField = Field<AnyFact>;

const numberText = (value: number, { unit = '' }: KindField): string => {
  if (unit === 'bytes') return formatBytes(value);
  if (unit === '%') return formatPercent(value);
  if (unit === 'ms') return formatDuration(Math.round(value));
  if (unit === 's' && value >= 0) return formatDuration(Math.round(value) * 1000);
  return `${formatCount(value)}${unit === '' || unit === 'of 1' ? '' : ` ${unit}`}`;
};

const valueText = (field: KindField, value: FieldValue | undefined): string => {
  if (value === undefined || value === '') return absentText;
  if (typeof value === 'number') return numberText(value, field);
  return typeof value === 'object' ? value.join(', ') : String(value);
};

/** Formats a field of a row for people, with its unit; an absent one is '–'. */
export const fieldText = (field: KindField, fact: AnyFact, level: Level): string =>
  valueText(field, field.of(fact, level));
