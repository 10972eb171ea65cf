import { ageText, durationText } from './duration.ts';
import type { AnyFact, Breaker, Health, Note, Pool, Sample } from './facts.ts';
import type { Millis } from './fault.ts';
import { isUp, untoldComponents } from './health-components.ts';
import { labelValues } from './mask/label-values.ts';
import type { FeedKind } from './reading.ts';
import { fieldNumber, measured } from './value-text.ts';

const named = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');
const percent = (value: number | undefined): string => (value === undefined ? '–' : `${value.toFixed(1)} %`);
const number = (value: number | undefined): string => (value === undefined ? '–' : String(value));

/** Components that are not up come first; those that the detail tells of are not told again. */
const componentsText = (health: Health): string =>
  [...untoldComponents(health), ...health.components.filter(isUp)]
    .map(({ name, status }) => `${name} ${status}`)
    .join(', ');

const healthLine = (h: Health): string =>
  [
    `${named(h.service, h.instance)}: ${h.status}`,
    h.httpStatus === undefined ? '' : `${h.httpStatus}`,
    h.latencyMs === undefined ? '' : `in ${durationText(Math.round(h.latencyMs))}`,
    h.detail,
    componentsText(h),
  ]
    .filter((part) => part !== '')
    .join('  ');

const breakerLine = (b: Breaker): string =>
  `${named(b.instance === '' ? b.service : b.instance, b.name)}: ${b.state}  failed ${percent(b.failureRate)}  calls ${number(b.bufferedCalls)}, failed ${number(b.failedCalls)}, not permitted ${number(b.notPermittedCalls)}`;

const poolLine = (p: Pool): string =>
  `${named(p.instance === '' ? p.service : p.instance, p.name)}: active ${number(p.active)} of ${number(p.max)}, pending ${number(p.pending)}`;

const sampleLine = (s: Sample, unit: string): string => {
  const said =
    s.value === undefined ? `no value${s.why === undefined ? '' : `, ${s.why}`}` : measured(s.value, unit);
  return `${named(s.signal, ...labelValues(s.labels))}: ${said}`;
};

/** Told by their age: 'startedAt', 'since'. */
const isMoment = (key: string): boolean => key === 'since' || key.endsWith('At');

/** What pins an object says nothing to a person. */
const unsaid = new Set(['source', 'at', 'uid']);

const fieldText = (key: string, value: unknown, at: Millis): string => {
  if (typeof value !== 'number') return typeof value === 'object' ? JSON.stringify(value) : String(value);
  return isMoment(key) ? `${ageText(at - value)} ago` : fieldNumber(key, value);
};

/** Any other kind of fact, field by field, in the order in which it was read: numbers with their units, moments by their age. */
const fieldsLine = (fact: AnyFact | Note | Sample): string =>
  Object.entries(fact)
    .filter(([key, value]) => !unsaid.has(key) && value !== undefined && value !== '')
    .map(([key, value]) => `${key} ${fieldText(key, value, fact.at)}`)
    .join('  ');

/**
 * One fact as one line of plain text: what a diagnose step shows, what a timeline keeps. Absent values are `–`.
 * `kind` is the kind of the feed that gave it, `unit` that of a sample's signal.
 */
export const factLine = (kind: FeedKind, fact: AnyFact | Note | Sample, unit = ''): string => {
  if (kind === 'notes' && 'text' in fact) return `${fact.title}: ${fact.text}`;
  if (kind === 'samples' && 'signal' in fact) return sampleLine(fact, unit);
  if (kind === 'health' && 'components' in fact) return healthLine(fact);
  if (kind === 'breakers' && 'state' in fact && 'instance' in fact) return breakerLine(fact);
  if (kind === 'pools' && 'max' in fact) return poolLine(fact as Pool);
  return fieldsLine(fact);
};
