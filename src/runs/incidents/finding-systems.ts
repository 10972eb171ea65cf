import type { Millis } from '../../domain/base/fault.ts';
import type { DeclaredSystemChanges } from '../../domain/facts/fingerprint.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import {
  createSameSystem,
  type FingerprintReader,
  isSilentProbe,
  questioned,
  questionedFeeds,
  readFingerprints,
  type SameSystem,
  type StrangerProblem,
} from '../evidence/same-system.ts';
import type { IncidentRow } from './incident-rows.ts';

/** Shows whether the systems that told of the findings of an incident still answer. */
export interface FindingSystems {
  /**
   * Reads who answers, unless that was asked less than `everyMs` ago and since `actedAt`. Before the action it is what later answers are
   * compared with. Never rejects.
   */
  read(signal: AbortSignal, everyMs: Millis, actedAt: Millis | undefined): Promise<void>;
  /** Explains why the absence of a finding proves nothing: another system answers. Undefined before the action. */
  problem(finding: IncidentRow): StrangerProblem | undefined;
}

interface FindingSystemsParts extends FingerprintReader {
  readonly engine: EnvironmentReader;
  /** The changes of the systems that the run is meant to make. */
  readonly changes: DeclaredSystemChanges;
  /** The sources that the run acts on, and those that its verification reads. */
  readonly involved: ReadonlySet<string>;
}

const tieText = {
  none: 'no identity',
  restart: 'a new process whose identity is not confirmed yet',
} as const;

/** Creates the comparison of the systems behind these findings. */
export const createFindingSystems = (
  findings: readonly IncidentRow[],
  { engine, clock, changes, involved }: FindingSystemsParts,
): FindingSystems => {
  const { feeds } = engine;
  // Rules of any source may say that an alert is resolved.
  const feedsOf = ({ feeds: own, alert }: IncidentRow) =>
    feeds.filter(({ id, readsAlertRules }) => own.includes(id) || (alert !== undefined && readsAlertRules));
  const findingFeeds = findings.flatMap(feedsOf);
  const sources = new Set([...findingFeeds.map(({ source }) => source), ...involved]);
  let same: SameSystem | undefined;

  /**
   * Explains that a stranger answers at a source of the run. Where one address leads elsewhere, another one may as well, and a source without an
   * identity, or with one that a restart may have changed, cannot tell.
   */
  const strangerElsewhere = (source: string): string | undefined => {
    const tie = same?.tie(source) ?? 'same';
    if (same === undefined || tie === 'same') return undefined;
    for (const other of sources) {
      const difference = same.difference(other);
      if (difference !== undefined)
        return `${source} has ${tieText[tie]}, and ${other} has another: ${difference}`;
    }
    return undefined;
  };
  let askedAt = Number.NEGATIVE_INFINITY;

  return {
    read: async (signal, everyMs, actedAt) => {
      const now = clock.now();
      if (actedAt === undefined) {
        const before = await readFingerprints(questioned(sources, now), { engine, clock }, signal);
        if (!signal.aborted) same = createSameSystem({ engine, clock, before, changes });
        return;
      }
      if (now - askedAt < everyMs && askedAt > actedAt) return;
      askedAt = now;
      const read = questionedFeeds(findingFeeds, engine.facts.getState().feeds, actedAt, now);
      await same?.read(new Map([...questioned(sources, now), ...read]), signal);
    },
    problem: (finding) => {
      const { feeds: read } = engine.facts.getState();
      for (const feed of askedAt === Number.NEGATIVE_INFINITY ? [] : feedsOf(finding)) {
        const problem =
          same?.problem(feed.source, isSilentProbe(feed, read)) ?? strangerElsewhere(feed.source);
        if (problem !== undefined) return { source: feed.source, why: problem };
      }
      return undefined;
    },
  };
};
