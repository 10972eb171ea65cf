import type { Millis } from '../../../domain/base/fault.ts';
import type { JournalEntry, JournalKind } from '../../../domain/facts/journal.ts';
import { type DeclaredIncident, isOpenIncident } from '../../../domain/incidents/declared-incident.ts';
import type { IncidentEvent, ObservedKind } from '../../../domain/incidents/incident-event.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import { isKnownChange } from '../../../incidents/known-change.ts';
import { observationKey } from '../../../incidents/observation-key.ts';
import type { IncidentRecords } from '../../../incidents/record-changes.ts';

type ObservedEvent = Extract<IncidentEvent, { event: 'observed' }>;

/** The kind of a journal entry in a timeline. Absent: it has no place there. */
const observedKind: Partial<Readonly<Record<JournalKind, ObservedKind>>> = {
  verdict: 'level',
  rollout: 'deploy',
  image: 'deploy',
  config: 'deploy',
  annotation: 'deploy',
  restart: 'level',
  alert: 'alert',
  run: 'run',
};

/** Changes before the declaration that may belong to the incident. */
const leadMs = 15 * 60_000;
/** The number of observed changes that a record may have: a flapping row must not bury what people wrote. */
const mostObserved = 1000;

/**
 * A journal entry as an entry of a record; undefined where it has no place in one. `who`: the user of this process, who did what
 * the entry names no other person for. `wallOffset`: wall clock minus that of the journal, in ms.
 */
const observedEvent = (entry: JournalEntry, wallOffset: Millis, who: string): ObservedEvent | undefined => {
  const known = observedKind[entry.kind];
  if (known === undefined) return undefined;
  // Arming belongs to no run, and is no action that was taken.
  const kind = known === 'run' && entry.run === undefined ? 'arming' : known;
  const seenAt = entry.at + wallOffset;
  const { run } = entry;
  const text = `${entry.what}${run === undefined ? ' ' : ' · '}${entry.change}`.trim();
  const key = observationKey([run ?? String(Math.round(seenAt)), kind, text]);
  const ofRun = run === undefined ? {} : { by: entry.by ?? who, run };
  return { event: 'observed', kind, key, text, level: entry.level, seenAt, ...ofRun };
};

/** Messages of opsdeck about an incident are no change of the environment: they have entries of their own. */
const reportTitles = ({ runbooks }: Pick<Profile, 'runbooks'>): ReadonlySet<string> =>
  new Set(runbooks.flatMap((runbook) => (runbook.reports === undefined ? [] : [runbook.title])));

/** The journal of an environment, the incidents that it belongs to, and who adds to their records. */
interface Observed {
  readonly profile: Pick<Profile, 'runbooks'>;
  readonly journal: readonly JournalEntry[];
  readonly incidents: readonly DeclaredIncident[];
  readonly who: string;
  /** Wall clock minus that of the journal, in ms. */
  readonly wallOffset: Millis;
  wallNow(): Millis;
}

/**
 * Creates the function that adds new entries of the journal to the open incidents. It remembers what it has added, so that a
 * record is only read when something has changed; what another cockpit has added is not repeated. Rejects as the records do:
 * the entries are tried again at the next call.
 */
export const createChangeRecorder = (): ((
  records: Pick<IncidentRecords, 'append'>,
  observed: Observed,
) => Promise<void>) => {
  /** The ids of the incidents that have an entry. */
  const recorded = new WeakMap<JournalEntry, Set<string>>();
  return async (records, { profile, journal, incidents, who, wallOffset, wallNow }) => {
    const own = reportTitles(profile);
    for (const { id, declaredAt } of incidents.filter(isOpenIncident)) {
      const fresh = journal.flatMap((entry) => {
        const event =
          entry.kind === 'run' && own.has(entry.what) ? undefined : observedEvent(entry, wallOffset, who);
        if (event === undefined || event.seenAt < declaredAt - leadMs || recorded.get(entry)?.has(id))
          return [];
        return [{ entry, event }];
      });
      if (fresh.length === 0) continue;
      await records.append(id, who, wallNow(), (now, keys) => {
        if (!isOpenIncident(now)) return [];
        const room = Math.max(0, mostObserved - keys.size);
        return fresh
          .map(({ event }) => event)
          .filter((event) => !keys.has(event.key) && !isKnownChange(now.timeline, event))
          .slice(0, room);
      });
      for (const { entry } of fresh) recorded.set(entry, (recorded.get(entry) ?? new Set()).add(id));
    }
  };
};
