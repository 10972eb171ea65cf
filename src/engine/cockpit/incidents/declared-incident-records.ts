import type { StoreApi } from 'zustand/vanilla';
import type { DeclaredIncident } from '../../../domain/incidents/declared-incident.ts';
import type { IncidentEvent } from '../../../domain/incidents/incident-event.ts';
import { type RecordScope, recordScope } from '../../../domain/profile/record-scope.ts';
import { actorText } from '../../../domain/team/actor.ts';
import { isIncidentOf } from '../../../incidents/record-changes.ts';
import type { StateStore } from '../../../persistence/state-store.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { OpenedEnvironment } from '../environment/cockpit-parts.ts';
import { linkSends } from './incident-sends.ts';

export interface DeclaredIncidentParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Pick<Clock, 'now' | 'wallNow' | 'wallOffset'>;
  /** That of the open environment: its incidents and its ledger. */
  state(): Pick<StateStore, 'incidents' | 'dir'>;
  opened(): OpenedEnvironment | undefined;
  say(text: string, level: 'ok' | 'warn'): void;
}

/** The records of the declared incidents: in the state directory, and in the store as far as they are read. */
export interface DeclaredIncidentRecords {
  files(): StateStore['incidents'];
  /** The incidents in the store. */
  known(): readonly DeclaredIncident[];
  /** Reads the incidents of the open environment into the store, if a record has changed since. */
  readChanged(): Promise<void>;
  /** Reads them even if no record has changed. */
  readAgain(): Promise<void>;
  /** Adds an event to a record and reads the records again. */
  append(here: OpenedEnvironment, id: string, event: IncidentEvent): Promise<void>;
  /** Adds the outcomes of runs that have sent something, once after each record of the ledger. */
  linkRuns(here: OpenedEnvironment): Promise<void>;
  /** There are new records in the ledger: the next `linkRuns` reads it. */
  ledgerWritten(): void;
}

export const authorOf = ({ who }: OpenedEnvironment): string => actorText(who);

export const scopeOf = ({ profile, simulator }: OpenedEnvironment): RecordScope =>
  recordScope(profile, simulator !== undefined);

export const openDeclaredIncidentRecords = (parts: DeclaredIncidentParts): DeclaredIncidentRecords => {
  const { cockpit, clock, opened, say } = parts;
  const files = (): StateStore['incidents'] => parts.state().incidents;
  const known = (): readonly DeclaredIncident[] => cockpit.getState().incidents ?? [];
  let version: string | undefined;
  let reportedProblem = '';
  let isLedgerRead = false;

  const report = (problem: string): void => {
    if (problem !== '' && problem !== reportedProblem) say(problem, 'warn');
    reportedProblem = problem;
  };

  const read = async (always: boolean): Promise<void> => {
    const here = opened();
    if (here === undefined) return;
    const latest = await files().version();
    if (!always && latest === version) return;
    const { incidents, problems } = await files().read();
    version = latest;
    report(problems.join('; '));
    // Another environment may have been opened meanwhile.
    if (opened()?.profile === here.profile)
      cockpit.setState({ incidents: incidents.filter((incident) => isIncidentOf(scopeOf(here), incident)) });
  };

  return {
    files,
    known,
    readChanged: () => read(false),
    readAgain: () => read(true),
    append: async (here, id, event) => {
      await files().append(id, authorOf(here), clock.wallNow(), () => [event]);
      await read(true);
    },
    linkRuns: async (here) => {
      if (isLedgerRead) return;
      isLedgerRead = true;
      const { incidents, dir } = parts.state();
      await linkSends({ files: incidents, dir }, here.profile, known(), clock.wallNow());
    },
    ledgerWritten: () => {
      isLedgerRead = false;
    },
  };
};
