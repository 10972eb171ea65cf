import type { Level } from '../domain/facts/level.ts';
import type { Snapshot } from '../domain/facts/snapshot.ts';
import type { DeclaredIncident } from '../domain/incidents/declared-incident.ts';
import { joinFirst, pluralize } from '../domain/text/count-text.ts';
import { factKinds } from '../kinds/registry/registry.ts';

/** Objects with a level, by the words that may name a service. */
interface Observed {
  /** 'Error rate', 'health order-service' */
  readonly what: string;
  /** Text in which a service is searched. */
  readonly about: string;
  readonly level: Level;
}

const observedIn = ({ kinds, signals }: Pick<Snapshot, 'kinds' | 'signals'>): readonly Observed[] => [
  ...signals.map(({ id, title, labels, level, stale }): Observed => {
    const what = [title, ...Object.values(labels)].join(' ');
    return { what, about: `${id} ${what}`, level: stale ? 'unknown' : level };
  }),
  ...factKinds().flatMap((kind) =>
    kinds[kind].rows.map(({ key, level, stale }): Observed => {
      const what = `${kind} ${key}`;
      return { what, about: what, level: stale ? 'unknown' : level };
    }),
  ),
];

/** 'order-service, kafka and billing' → the names, in lower case. */
const serviceNames = (services: string): readonly string[] =>
  services
    .toLowerCase()
    .split(/[,;]|\s+(?:and\s+)?/)
    .filter((name) => name.length > 1);

/**
 * Critical or unknown findings of the affected services of an incident: 'critical: Error rate'. Without named services, and
 * where nothing observed has their names, of the whole environment: a name that matches nothing must not hide its findings.
 */
export const openFindings = (
  { services }: Pick<DeclaredIncident, 'services'>,
  snapshot: Pick<Snapshot, 'kinds' | 'signals'>,
): readonly string[] => {
  const observed = observedIn(snapshot);
  const names = serviceNames(services);
  const named = observed.filter(({ about }) => names.some((name) => about.toLowerCase().includes(name)));
  const relevant = named.length > 0 ? named : observed;
  const lines = (level: Level, word: string): readonly string[] =>
    relevant
      .filter((relevantObserved) => relevantObserved.level === level)
      .map(({ what }) => `${word}: ${what}`);
  return [...new Set([...lines('crit', 'critical'), ...lines('unknown', 'unknown')])];
};

const mostNamed = 4;

/** '3 open findings: critical: Error rate, unknown: Lag and 1 more' */
export const openFindingsText = (findings: readonly string[]): string =>
  `${pluralize(findings.length, 'open finding')}: ${joinFirst(findings, mostNamed)}`;
