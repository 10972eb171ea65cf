import type { Millis } from '../../domain/base/fault.ts';
import type { AnyFact, FactTypes, Note, Sample } from '../../domain/facts/facts.ts';
import type { FeedKind } from '../../domain/facts/reading.ts';
import { labelValues } from '../../domain/mask/mask-text.ts';
import { formatAge } from '../../domain/text/duration.ts';
import { formatFieldNumber, formatMeasurement } from '../../domain/text/value-text.ts';
import { joinParts } from '../define/check-words.ts';
import { fieldOf, isKind, kindOf, shownState } from './registry.ts';

const sampleLine = (s: Sample, unit: string): string => {
  const value =
    s.value === undefined
      ? `the signal has no value${s.why === undefined ? '' : `: ${s.why}`}`
      : formatMeasurement(s.value, unit);
  return `${joinParts(s.signal, ...labelValues(s.labels))}: ${value}`;
};

/** Fields shown as an age: 'startedAt', 'since'. */
const isMoment = (key: string): boolean => key === 'since' || key.endsWith('At');

/** Fields that are not shown: an object's uid means nothing to a reader. */
const hiddenFields = new Set(['source', 'at', 'uid']);

const fieldText = (kind: FeedKind, key: string, value: unknown, time: Millis): string => {
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value !== 'number')
    return isKind(kind) && fieldOf(kind, key)?.type === 'state'
      ? shownState(kind, String(value))
      : String(value);
  return isMoment(key) ? `${formatAge(time - value)} ago` : formatFieldNumber(key, value);
};

/**
 * Formats any other kind of fact field by field, in the order in which it was read: numbers with units, times as ages.
 */
const fieldsLine = (kind: FeedKind, fact: AnyFact | Note | Sample): string =>
  Object.entries(fact)
    .filter(([key, value]) => !hiddenFields.has(key) && value !== undefined && value !== '')
    .map(([key, value]) => `${key} ${fieldText(kind, key, value, fact.at)}`)
    .join('  ');

/**
 * Formats a fact as one line of plain text, for diagnose steps and timelines. Absent values are `–`. `kind` is the kind
 * of its feed, `unit` that of a sample's signal.
 */
export const factLine = (kind: FeedKind, fact: AnyFact | Note | Sample, unit = ''): string => {
  if (kind === 'notes' && 'text' in fact) return `${fact.title}: ${fact.text}`;
  if (kind === 'samples' && 'signal' in fact) return sampleLine(fact, unit);
  if (!isKind(kind)) return fieldsLine(kind, fact);
  // The facts of a feed are of the feed's kind.
  return kindOf(kind).line?.(fact as FactTypes[typeof kind] & AnyFact) ?? fieldsLine(kind, fact);
};
