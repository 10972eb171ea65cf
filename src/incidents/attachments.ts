import type { Level } from '../domain/facts/level.ts';
import { isExpectedAbsence, type SignalRow, type Snapshot } from '../domain/facts/snapshot.ts';
import type { IncidentEvent } from '../domain/incidents/incident-event.ts';
import type { DiagnosisResult } from '../domain/runs/run.ts';
import { formatMeasurement } from '../domain/text/value-text.ts';

type Attached = Extract<IncidentEvent, { event: 'attached' }>;

/** Lines of an attachment: a record is read by people, and a report has many of them. */
const mostAttachedLines = 40;

const rankOf: Readonly<Record<Level, number>> = { crit: 0, warn: 1, unknown: 2, ok: 3 };
const wordOf: Readonly<Record<Level, string>> = {
  crit: 'critical',
  warn: 'warning',
  unknown: 'unknown',
  ok: 'ok',
};

/** The first lines, and how many are left out. Long lines are cut when they are written, once they are masked. */
const boundedLines = (lines: readonly string[]): readonly string[] => {
  const fitting = lines.slice(0, mostAttachedLines);
  const left = lines.length - fitting.length;
  return left > 0 ? [...fitting, `(${left} more not attached)`] : fitting;
};

/** An old value is not the present one: its level is unknown, too. */
const presentLevel = ({ level, stale }: Pick<SignalRow, 'level' | 'stale'>): Level =>
  stale ? 'unknown' : level;

const valueText = ({ value, unit, stale, fault }: SignalRow): string => {
  if (value === undefined) return fault === undefined ? 'no data' : `no data (${fault.message})`;
  return `${formatMeasurement(value, unit)}${stale ? ' (old)' : ''}`;
};

/** 'critical Heap usage bus-0: 97 %' */
const signalLine = (row: SignalRow): string =>
  `${wordOf[presentLevel(row)]} ${[row.title, ...Object.values(row.labels)].join(' ')}: ${valueText(row)}`;

/** '2 critical, 1 unknown, 14 ok' */
const countText = (levels: readonly Level[]): string =>
  (['crit', 'warn', 'unknown', 'ok'] as const)
    .map((level) => [levels.filter((other) => other === level).length, wordOf[level]] as const)
    .flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]))
    .join(', ');

/**
 * The signals of an environment as they are now, for the record of an incident; the worst first. `at`: wall-clock ms.
 * Undefined for a profile without signals.
 */
export const signalsAttachment = (
  { signals }: Pick<Snapshot, 'signals'>,
  time: number,
): Attached | undefined => {
  // A value that is expected to be absent says nothing.
  const rows = signals
    .filter((row) => !isExpectedAbsence(row))
    .toSorted((a, b) => rankOf[presentLevel(a)] - rankOf[presentLevel(b)]);
  if (rows.length === 0) return undefined;
  const levels = rows.map(presentLevel);
  return {
    event: 'attached',
    kind: 'signals',
    key: `signals ${time}`,
    title: countText(levels),
    lines: boundedLines(rows.map(signalLine)),
    level: levels[0] ?? 'ok',
    seenAt: time,
  };
};

/** Attachments of one incident: repeated diagnoses must not bury what people wrote. */
const mostAttached = 200;

/** The attachments that a record with these keys lacks, as many as it has room for. */
export const newAttachments = <E extends IncidentEvent>(
  keys: ReadonlySet<string>,
  events: readonly E[],
): readonly E[] => {
  const attached = [...keys].filter((key) => /^(?:signals|diagnosis) /.test(key)).length;
  return events
    .filter((event) => !('key' in event && keys.has(event.key)))
    .slice(0, Math.max(0, mostAttached - attached));
};

/** A diagnosis of a runbook, or its beginning. */
interface Diagnosed {
  /** Identifies it among the diagnoses of the same runbook: the id of its run, or the time at which it began. */
  readonly id: string;
  /** Title of the runbook. */
  readonly runbook: string;
  readonly results: readonly DiagnosisResult[];
  /** Wall-clock ms. */
  readonly at: number;
}

/** The output of the finished diagnosis steps, for the record of an incident. One attachment per step. */
export const diagnosisAttachments = ({ id, runbook, results, at }: Diagnosed): readonly Attached[] =>
  results
    .filter(({ done }) => done)
    .map(({ step, title, lines, faults }): Attached => {
      const problems = faults.map(({ source, message }) => `unknown: ${source}: ${message}`);
      const all = [...lines, ...problems];
      return {
        event: 'attached',
        kind: 'diagnosis',
        key: `diagnosis ${id} ${step}`,
        title: `${runbook}: ${title}`,
        lines: all.length === 0 ? ['no output'] : boundedLines(all),
        level: faults.length > 0 ? 'unknown' : 'ok',
        seenAt: at,
      };
    });
