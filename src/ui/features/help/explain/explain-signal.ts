import type { FeedState } from '../../../../domain/facts/reading.ts';
import { isExpectedAbsence, type SignalRow } from '../../../../domain/facts/snapshot.ts';
import { formatStateAge } from '../../../../domain/facts/state-start.ts';
import { type Bound, isInBound, timerStart } from '../../../../domain/facts/threshold.ts';
import { labelValues } from '../../../../domain/mask/mask-text.ts';
import type { SignalSpec } from '../../../../domain/profile/profile.ts';
import { formatAge, formatDuration } from '../../../../domain/text/duration.ts';
import { shortPosition } from '../../../../domain/text/position.ts';
import { isObject } from '../../../../domain/text/value-text.ts';
import { levelWords } from '../../../kit/theme/glyphs.ts';
import { formatBound, formatCellThreshold, formatValue, isBytes } from '../../signals/values.ts';
import {
  becauseText,
  commandText,
  type ExplainContext,
  type Explanation,
  missingReadingText,
  present,
  readingText,
  remedyText,
  sourceText,
} from './explanation.ts';

const withUnit = (text: string, unit: string): string =>
  unit === '' || isBytes(unit) ? text : `${text} ${unit}`;

const valueText = ({ value, unit }: Pick<SignalRow, 'value' | 'unit'>): string =>
  value === undefined ? '' : withUnit(formatValue(value, unit), typeof value === 'number' ? unit : '');

const boundText = (bound: Bound, unit: string): string =>
  withUnit(formatBound(bound, unit), typeof bound.value === 'number' ? unit : '');

/** '; limit from production.yaml:31' */
const declaredAt = ({ limitPositions }: SignalSpec, bound: 'warn' | 'crit'): string => {
  const position = limitPositions?.[bound];
  return position === undefined ? '' : `; limit from ${shortPosition(position)}`;
};

/** The bound of a level that the value meets: beyond crit is also beyond warn. */
const metBound = (
  { threshold }: SignalSpec,
  level: 'warn' | 'crit',
  value: number | string,
): readonly ['warn' | 'crit', Bound] | undefined => {
  for (const name of level === 'crit' ? (['crit'] as const) : (['warn', 'crit'] as const)) {
    const bound = threshold[name];
    if (bound !== undefined && isInBound(bound, value) === true) return [name, bound];
  }
  return undefined;
};

/** Why a value that is beyond a bound, or was, has its level. */
const raisedText = (
  { now }: ExplainContext,
  spec: SignalSpec,
  row: SignalRow,
  level: 'warn' | 'crit',
  value: number | string,
): string => {
  const met = metBound(spec, level, value);
  const { verdict } = row;
  const over = verdict?.over?.[level];
  const start = verdict !== undefined && over !== undefined ? timerStart(over, verdict) : verdict;
  const lasts = start === undefined ? '' : ` for ${formatStateAge(start, now)}`;
  if (met !== undefined)
    return `${valueText(row)} ${boundText(met[1], spec.unit)}${lasts}${declaredAt(spec, met[0])}`;
  const clear = spec.threshold.clear?.[level];
  const until = clear === undefined ? '' : `. The level clears at ${boundText(clear, spec.unit)}`;
  return `the value was beyond the limit${until}, and ${valueText(row)} does not clear the level yet${declaredAt(spec, level)}`;
};

const pendingText = ({ now }: ExplainContext, spec: SignalSpec, row: SignalRow): string | undefined => {
  const { value, verdict } = row;
  const pending = verdict?.pending;
  if (verdict === undefined || pending === undefined || value === undefined) return undefined;
  const level = pending.level === 'crit' ? 'crit' : 'warn';
  const met = metBound(spec, level, value);
  const held = now - pending.since;
  const left = Math.max(0, (spec.threshold.forMs ?? 0) - held);
  const limit = met === undefined ? '' : ` ${boundText(met[1], spec.unit)}`;
  const declared = met === undefined ? '' : declaredAt(spec, met[0]);
  return `${valueText(row)}${limit} for ${formatStateAge(timerStart(pending.since, verdict), now)} of ${formatDuration(spec.threshold.forMs ?? 0)}: ${levelWords[level]} in ${formatAge(left)} without recovery${declared}`;
};

const whySignal = (
  context: ExplainContext,
  spec: SignalSpec,
  row: SignalRow,
  feed: FeedState | undefined,
): string => {
  const { level, value, verdict, fault, stale, at } = row;
  const missing = missingReadingText(context, feed, value === undefined ? undefined : at, fault);
  if (value === undefined || stale || verdict === undefined || verdict.silent === true) {
    const declared =
      level === 'unknown' || spec.threshold.noData === undefined
        ? ''
        : `. The signal sets noData: ${level} (${shortPosition(spec.position)})`;
    if (isExpectedAbsence(row))
      return `no data: ${missing}. That is fine here: the signal sets noData: ok (${shortPosition(spec.position)})`;
    const incomparable = value !== undefined && !stale && verdict?.silent === true ? verdict.why : missing;
    return `${becauseText(level, incomparable)}${declared}`;
  }
  if (level === 'warn' || level === 'crit') {
    const pending = pendingText(context, spec, row);
    const raised = becauseText(level, raisedText(context, spec, row, level, value));
    return pending === undefined ? raised : `${raised} · ${pending}`;
  }
  const pending = pendingText(context, spec, row);
  if (pending !== undefined) return `${levelWords[level]}, but ${pending}`;
  const { warn, crit } = spec.threshold;
  return warn === undefined && crit === undefined
    ? becauseText(level, 'the signal has no limits, so no value raises the level')
    : becauseText(level, `${valueText(row)} is within the limits`);
};

/** Formats a part of `read:` on one line, as YAML does: '{ metric: x, labels: { a: b } }'. */
const yamlText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(yamlText).join(', ')}]`;
  if (!isObject(value)) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${key}: ${yamlText(inner)}`)
    .join(', ')} }`;
};

/** The request to the source: a query under its own name, anything else as the profile writes it. */
const queryDetails = ({ read, derived }: SignalSpec): readonly (readonly [string, string])[] => {
  if (derived !== undefined || Object.keys(read).length === 0) return [];
  const language = ['query', 'sql'].find((key) => typeof read[key] === 'string');
  if (language === undefined) return [['read', yamlText(read)]];
  const rest = Object.entries(read).filter(([key]) => key !== language);
  const more =
    rest.length === 0 ? '' : `  ${rest.map(([key, value]) => `${key}: ${yamlText(value)}`).join(', ')}`;
  return [[language, `${String(read[language])}${more}`]];
};

/** The present row of an operand: that of the same labels, otherwise the only one. */
const operandRow = (
  { of }: ExplainContext,
  signal: string,
  labels: SignalRow['labels'],
): SignalRow | undefined => {
  const rows = of.snapshot.signals.filter(({ id }) => id === signal);
  const same = rows.find((row) =>
    Object.entries(row.labels).every(([name, value]) => labels[name] === value),
  );
  return same ?? (rows.length === 1 ? rows[0] : undefined);
};

/** The formula of a derived signal, and each operand with its value and age. */
const formulaDetails = (
  context: ExplainContext,
  { derived }: SignalSpec,
  row: SignalRow,
): readonly (readonly [string, string])[] => {
  if (derived === undefined) return [];
  if (derived.is === 'fact') {
    const { kind, field, fold, where, source } = derived.fold;
    const what = field === undefined ? `number of ${kind}` : `${fold} of ${field} of ${kind}`;
    const only = source === undefined ? '' : ` from ${source}`;
    return [['formula', `${what}${where === undefined ? '' : ` with ${where.text}`}${only}`]];
  }
  const result = valueText(row);
  const operands = derived.calc.operands.map((name) => {
    const id = derived.of[name] ?? '';
    const operand = operandRow(context, id, row.labels);
    const known = operand === undefined ? '' : valueText(operand);
    const time = operand?.at === undefined ? '' : `, ${formatAge(context.now - operand.at)} ago`;
    const why = operand?.fault?.message ?? 'not read yet';
    return [
      name,
      `= ${known === '' ? `unknown: ${why}` : `${known}${time}`}  ${name === id ? '' : id}`.trimEnd(),
    ] as const;
  });
  return [['formula', `${derived.calc.text}${result === '' ? '' : ` = ${result}`}`], ...operands];
};

/** 'warn at ≥ 1, crit at ≥ 5, for 1m · production.yaml:31' */
const limitsText = (spec: SignalSpec): string => {
  const limits = formatCellThreshold(spec);
  const positions = Object.values(spec.limitPositions ?? {}).map(shortPosition);
  const declared = positions.length === 0 ? shortPosition(spec.position) : [...new Set(positions)].join(', ');
  return limits === ''
    ? `none. Set warn or crit of ${spec.id} at ${declared}`
    : `${limits}${spec.unit === '' || isBytes(spec.unit) ? '' : ` (${spec.unit})`} · ${declared}`;
};

const feedOf = ({ of }: ExplainContext, { id }: SignalSpec, row: SignalRow): FeedState | undefined => {
  const feeds = Object.values(of.facts.feeds).filter(({ feed }) => feed.signals?.includes(id) === true);
  return (
    feeds.find(({ feed }) => feed.instance !== undefined && feed.instance === row.labels.instance) ?? feeds[0]
  );
};

/** Explains one series of a signal. */
export const explainSignal = (context: ExplainContext, row: SignalRow): Explanation | undefined => {
  const spec = context.of.facts.frame.signals.find(({ id }) => id === row.id);
  if (spec === undefined) return undefined;
  const feed = feedOf(context, spec, row);
  const isMissing = row.value === undefined || row.stale;
  return {
    level: row.level,
    value: valueText(row),
    because: whySignal(context, spec, row, feed),
    details: present([
      ['signal', [spec.id, labelValues(row.labels).join(' · ')].filter((part) => part !== '').join(' · ')],
      ['source', sourceText(context, row.source, feed)],
      ...formulaDetails(context, spec, row),
      ...queryDetails(spec),
      ['by hand', commandText(context, { kind: 'signal', signal: row })],
      ['reading', readingText(context, feed, row.at, spec.threshold.staleMs)],
      ['limits', limitsText(spec)],
      ['to do', isMissing ? remedyText(context, row.fault ?? feed?.faults[0]) : ''],
    ]),
  };
};
