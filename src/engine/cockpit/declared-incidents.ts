import type { StoreApi } from 'zustand/vanilla';
import { actorText } from '../../domain/actor.ts';
import type { DeclaredIncident } from '../../domain/declared-incident.ts';
import { errorMessage } from '../../domain/error-message.ts';
import type { IncidentEvent, SentAction } from '../../domain/incident-event.ts';
import { type RecordScope, recordScope } from '../../domain/record-scope.ts';
import type { Runbook } from '../../domain/runbook.ts';
import { severityEvidence } from '../../incidents/evidence.ts';
import { openFindingsText } from '../../incidents/open-findings.ts';
import {
  declaredEvent,
  declareWithSignals,
  isIncidentOf,
  isPostable,
  judgeStatus,
} from '../../incidents/record-changes.ts';
import { suggestSeverity } from '../../incidents/suggest-severity.ts';
import type { StateStore } from '../../persistence/state-store.ts';
import type { Clock } from '../../platform/clock.ts';
import { createSerialQueue } from '../../platform/serial-queue.ts';
import type { CockpitState } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import type { OpenedEnvironment } from './cockpit-parts.ts';
import { createDiagnosisCollector } from './diagnosis-collector.ts';
import { incidentSend, linkSends } from './incident-sends.ts';
import { createChangeRecorder } from './observed-changes.ts';

type StatusEvent = Extract<IncidentEvent, { event: 'status' }>;

/** The declared incidents of the open environment: shown, changed by keys, and filled with what is observed. */
interface IncidentKeeper {
  readonly commands: Pick<
    Commands,
    'declareIncident' | 'addToIncident' | 'sendIncident' | 'captureForIncident'
  >;
  /** Reads them if a record has changed since, by this process or another. */
  reload(): void;
  /** New records in the ledger, by this process or another: a run may have sent something about an incident. */
  ledgerWritten(): void;
  /** Adds new changes of the journal to the open incidents, and looks for changed records. */
  everySecond(): void;
  /** Resolves when every change is on disk. */
  settled(): Promise<void>;
}

interface Parts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Pick<Clock, 'now' | 'wallNow' | 'wallOffset'>;
  /** That of the open environment: its incidents and its ledger. */
  state(): Pick<StateStore, 'incidents' | 'dir'>;
  /** Asks for missing parameters, plans the run and shows its card. */
  begin(runbook: Runbook, inputs: Readonly<Record<string, string>>): void;
  opened(): OpenedEnvironment | undefined;
  say(text: string, level: 'ok' | 'warn'): void;
}

/** Keeps the declared incidents in the store and in the state directory. */
export const createDeclaredIncidents = (parts: Parts): IncidentKeeper => {
  const { cockpit, clock, opened, say } = parts;
  const files = () => parts.state().incidents;
  const queue = createSerialQueue();
  let isBusy = false;
  let version: string | undefined;
  let reported = '';
  let isLedgerRead = false;
  const recordChanges = createChangeRecorder();
  const diagnoses = createDiagnosisCollector({ cockpit, clock, isOpen: () => opened() !== undefined });

  const inOrder = (step: () => Promise<void>, what: string): void => {
    queue.run(step).catch((error: unknown) => say(`${what}: ${errorMessage(error)}`, 'warn'));
  };

  const whoOf = ({ who }: OpenedEnvironment): string => actorText(who);
  const scopeOf = ({ profile, simulator }: OpenedEnvironment): RecordScope =>
    recordScope(profile, simulator !== undefined);
  const known = (): readonly DeclaredIncident[] => cockpit.getState().incidents ?? [];

  const read = async (always: boolean): Promise<void> => {
    const here = opened();
    if (here === undefined) return;
    const latest = await files().version();
    if (!always && latest === version) return;
    const { incidents, problems } = await files().read();
    version = latest;
    const problem = problems.join('; ');
    if (problem !== '' && problem !== reported) say(problem, 'warn');
    reported = problem;
    if (opened()?.profile === here.profile)
      cockpit.setState({ incidents: incidents.filter((one) => isIncidentOf(scopeOf(here), one)) });
  };

  /** Adds the outcomes of runs that have sent something, once after each record of the ledger. */
  const link = async (here: OpenedEnvironment): Promise<void> => {
    if (isLedgerRead) return;
    isLedgerRead = true;
    const { incidents, dir } = parts.state();
    await linkSends({ files: incidents, dir }, here.profile, known(), clock.wallNow());
  };

  const change = async (here: OpenedEnvironment, id: string, event: IncidentEvent): Promise<void> => {
    await files().append(id, whoOf(here), clock.wallNow(), () => [event]);
    await read(true);
  };

  /** Starts the run that sends it. What was sent so far is known first, so that nothing is offered twice. */
  const send = async (here: OpenedEnvironment, id: string, action: SentAction): Promise<void> => {
    isLedgerRead = false;
    await link(here);
    await read(true);
    const incident = known().find((one) => one.id === id);
    if (incident === undefined) return;
    const found = incidentSend(here.profile, incident, action);
    if (typeof found === 'string') return say(found, 'warn');
    parts.begin(found.runbook, found.inputs);
  };

  /** The change of the status that may be recorded; undefined for a resolution that lacks a reason, which is said. */
  const allowedStatus = (
    here: OpenedEnvironment,
    id: string,
    event: StatusEvent,
  ): StatusEvent | undefined => {
    const incident = known().find((one) => one.id === id);
    if (incident === undefined) return event;
    const judged = judgeStatus(incident, event, here.engine.snapshot());
    if ('event' in judged) return judged.event;
    say(`${id} is not resolved, because no reason was given: ${openFindingsText(judged.findings)}`, 'warn');
    return undefined;
  };

  const commands: IncidentKeeper['commands'] = {
    declareIncident: (title) => {
      const here = opened();
      if (here === undefined) return;
      const suggested = suggestSeverity(here.profile.severity, severityEvidence(here.engine.snapshot()));
      inOrder(async () => {
        const event = declaredEvent(scopeOf(here), {
          title,
          commander: whoOf(here),
          ...(suggested === undefined ? {} : { severity: suggested.severity.id, reason: suggested.reason }),
        });
        const id = await declareWithSignals(files(), event, {
          who: whoOf(here),
          wallNow: clock.wallNow,
          snapshot: here.engine.snapshot,
        });
        // The incident is on the screen before it is announced: the next key may be meant for it.
        await read(true);
        say(
          `declared ${id}${suggested === undefined ? '' : `, ${suggested.severity.id}: ${suggested.reason}`}`,
          'ok',
        );
      }, 'incident not declared');
    },
    addToIncident: (id, event) => {
      const here = opened();
      if (here === undefined) return;
      inOrder(async () => {
        const allowed = event.event === 'status' ? allowedStatus(here, id, event) : event;
        if (allowed === undefined) return;
        await change(here, id, allowed);
        // Without a channel it is only recorded.
        if (here.profile.incident?.updates !== undefined && isPostable(allowed))
          await send(here, id, 'update');
      }, `not added to ${id}`);
    },
    sendIncident: (id, action) => {
      const here = opened();
      if (here !== undefined) inOrder(() => send(here, id, action), 'nothing was sent');
    },
    captureForIncident: (id, name, text, title) => {
      const here = opened();
      if (here === undefined) return;
      inOrder(async () => {
        const path = await files().keep(id, name, text);
        const seenAt = clock.wallNow();
        await change(here, id, {
          event: 'observed',
          kind: 'capture',
          key: `capture ${path}`,
          text: `${title}: ${path}`,
          level: 'ok',
          seenAt,
        });
        say(`image attached to ${id}: ${path}`, 'ok');
      }, `cannot attach the image to ${id}`);
    },
  };

  return {
    commands,
    ledgerWritten: () => {
      isLedgerRead = false;
    },
    reload: () => {
      isLedgerRead = false;
      inOrder(() => read(true), 'cannot read the incidents');
    },
    everySecond: () => {
      const here = opened();
      if (isBusy || here === undefined) return;
      isBusy = true;
      inOrder(async () => {
        try {
          await recordChanges(files(), {
            profile: here.profile,
            journal: cockpit.getState().journal,
            incidents: known(),
            who: whoOf(here),
            wallOffset: clock.wallOffset(),
            wallNow: clock.wallNow,
          });
          await diagnoses.attach(files(), whoOf(here));
          await link(here);
          await read(false);
        } finally {
          isBusy = false;
        }
      }, 'incident not updated');
    },
    settled: queue.settled,
  };
};
