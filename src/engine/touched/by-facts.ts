import type { LogView, Profile } from '../../domain/profile.ts';
import type { FeedState } from '../../domain/reading.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Touch } from '../../domain/touch.ts';
import { type Read, typesOfSignal } from './types-of.ts';

/** What the facts of an environment tell of its entries. */
interface Standing extends Read {
  readonly snapshot: Snapshot;
}

/** It was asked and has answered; a probe only when somebody answered it. */
const hasAnswered = ({ feed, known, faults }: FeedState): boolean => {
  if (known === undefined || faults.length > 0) return false;
  if (feed.probe !== true) return true;
  return known.items.some(
    (item) => !('status' in item) || (item.status !== 'down' && item.status !== 'unknown'),
  );
};

/** Sources of which every scheduled feed has answered. */
const sources = ({ profile, feeds }: Standing): readonly Touch[] =>
  profile.sources.flatMap(({ id, type, covers = [] }) => {
    const own = Object.values(feeds).filter(({ feed }) => feed.source === id && feed.everyMs > 0);
    if (own.length === 0 || !own.every(hasAnswered)) return [];
    return [{ ids: covers, by: `source ${id}`, danger: 'read', types: [type] }];
  });

/** The view whose lines a signal counts. */
const viewOf = ({ logViews }: Profile, lines: unknown): LogView | undefined =>
  logViews.find(({ name }) => name === lines);

/** Signals that have a value, and the log views that such a value was counted with. */
const signals = ({ snapshot, ...read }: Standing): readonly Touch[] => {
  const { profile } = read;
  const valued = new Set(snapshot.signals.filter(({ value }) => value !== undefined).map(({ id }) => id));
  return profile.signals.flatMap((spec): readonly Touch[] => {
    if (!valued.has(spec.id)) return [];
    const types = typesOfSignal(spec.id, read);
    const view = viewOf(profile, spec.read.lines);
    return [
      { ids: spec.covers, by: `signal ${spec.id}`, danger: 'read', types },
      ...(view === undefined
        ? []
        : [{ ids: view.covers ?? [], by: `view ${view.name}`, danger: 'read' as const, types }]),
    ];
  });
};

/** What is there to be read as it is: people, ladders, severities, links. */
const listed = ({ profile }: Standing): readonly Touch[] => {
  const { contacts, links, escalation = [], severity, review } = profile;
  const entries = [...contacts, ...links, ...escalation, ...(severity?.severities ?? [])];
  return [
    ...entries.map(({ id, covers = [] }) => ({ ids: covers, by: `entry ${id}`, types: [] })),
    ...(review === undefined ? [] : [{ ids: review.covers, by: 'review', types: [] }]),
  ];
};

/** What an environment's facts say was used until now. */
export const touchedByFacts = (standing: Standing): readonly Touch[] => [
  ...sources(standing),
  ...signals(standing),
  ...listed(standing),
];
