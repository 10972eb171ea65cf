import type { LogView, Profile, SignalSpec } from '../../domain/profile.ts';
import type { SignalRow, Snapshot } from '../../domain/snapshot.ts';
import type { Touch } from '../../domain/touch.ts';
import { type Read, typesOfSignal } from './types-of.ts';

/** What the facts of an environment tell of its entries. */
interface Standing extends Read {
  readonly snapshot: Snapshot;
}

/** A signal has a value in a row; where it has limits, that value was judged by them. */
const isJudged = ({ threshold }: SignalSpec, { value, level, fault }: SignalRow): boolean => {
  if (value === undefined || fault !== undefined) return false;
  return (threshold.warn === undefined && threshold.crit === undefined) || level !== 'unknown';
};

/** The view whose lines a signal counts. */
const viewOf = ({ logViews }: Profile, lines: unknown): LogView | undefined =>
  logViews.find(({ name }) => name === lines);

/** Signals whose value is judged, and the log views that such a value was counted with. */
const signals = ({ snapshot, ...read }: Standing): readonly Touch[] => {
  const { profile } = read;
  return profile.signals.flatMap((spec): readonly Touch[] => {
    if (!snapshot.signals.some((row) => row.id === spec.id && isJudged(spec, row))) return [];
    const types = typesOfSignal(spec.id, read);
    const view = viewOf(profile, spec.read.lines);
    return [
      { ids: spec.covers, kind: 'signal', by: `signal ${spec.id}`, danger: 'read', types },
      ...(view === undefined
        ? []
        : [
            { ids: view.covers ?? [], kind: 'view', by: `view ${view.name}`, danger: 'read', types } as const,
          ]),
    ];
  });
};

/** What is there to be read as it is: people, ladders, severities, links. */
const listed = ({ profile }: Standing): readonly Touch[] => {
  const { contacts, links, escalation = [], severity, review } = profile;
  const entries = [...contacts, ...links, ...escalation, ...(severity?.severities ?? [])];
  return [
    ...entries.map(({ id, covers = [] }) => ({
      ids: covers,
      kind: 'listed' as const,
      by: `entry ${id}`,
      types: [],
    })),
    ...(review === undefined
      ? []
      : [{ ids: review.covers, kind: 'listed' as const, by: 'review', types: [] }]),
  ];
};

/** What an environment's facts say was used until now. A source by itself serves no row: only what is read from it does. */
export const touchedByFacts = (standing: Standing): readonly Touch[] => [
  ...signals(standing),
  ...listed(standing),
];
