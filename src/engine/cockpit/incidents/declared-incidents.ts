import { defined } from '../../../domain/base/defined.ts';
import type { IncidentEvent, SentAction } from '../../../domain/incidents/incident-event.ts';
import type { Runbook } from '../../../domain/runbooks/runbook.ts';
import { dayMs } from '../../../domain/text/duration.ts';
import { errorMessage } from '../../../domain/text/error-message.ts';
import { severityEvidence } from '../../../incidents/evidence.ts';
import { openFindingsText } from '../../../incidents/open-findings.ts';
import {
  declaredEvent,
  declareWithSignals,
  isPostable,
  judgeStatus,
} from '../../../incidents/record-changes.ts';
import { suggestSeverity } from '../../../incidents/suggest-severity.ts';
import { readIncidentRuns } from '../../../persistence/incidents/incident-runs.ts';
import { createSerialQueue } from '../../../platform/runtime/serial-queue.ts';
import type { ParamInputs } from '../../../runs/runbooks/params.ts';
import type { Commands } from '../../../store/commands.ts';
import { engineSentence } from '../../situation.ts';
import type { OpenedEnvironment } from '../environment/cockpit-parts.ts';
import {
  authorOf,
  type DeclaredIncidentParts,
  type DeclaredIncidentRecords,
  openDeclaredIncidentRecords,
  scopeOf,
} from './declared-incident-records.ts';
import { createDiagnosisCollector } from './diagnosis-collector.ts';
import { type FollowUps, followUpsSend, incidentSend } from './incident-sends.ts';
import { createChangeRecorder } from './observed-changes.ts';

/** A run that filed follow-ups longer ago is not looked for. */
const followUpsMs = 30 * dayMs;

type StatusEvent = Extract<IncidentEvent, { event: 'status' }>;

/** The declared incidents of the open environment: shown, changed by keys, and filled with what is observed. */
interface IncidentKeeper {
  readonly commands: Pick<
    Commands,
    'declareIncident' | 'addToIncident' | 'sendIncident' | 'fileFollowUps' | 'captureForIncident'
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

interface Parts extends DeclaredIncidentParts {
  /** Asks for missing parameters, plans the run and shows its card. */
  begin(runbook: Runbook, inputs: ParamInputs): void;
}

/** Creates the changes of records that the keys make. Each is one step of the queue. */
const createIncidentChanges = (records: DeclaredIncidentRecords, { clock, begin, say, state }: Parts) => {
  /** The change of the status that may be recorded; undefined for a resolution that lacks a reason, which is said. */
  const allowedStatus = (
    here: OpenedEnvironment,
    id: string,
    event: StatusEvent,
  ): StatusEvent | undefined => {
    const incident = records.known().find((declaredIncident) => declaredIncident.id === id);
    if (incident === undefined) return event;
    const judged = judgeStatus(incident, event, here.engine.snapshot());
    if ('event' in judged) return judged.event;
    say(
      `${id} is not resolved: ${openFindingsText(judged.findings)}. To resolve the incident anyway, resolve again with a reason`,
      'warn',
    );
    return undefined;
  };

  /** Starts the run that sends it. What was sent so far is known first, so that nothing is offered twice. */
  const send = async (here: OpenedEnvironment, id: string, action: SentAction): Promise<void> => {
    records.ledgerWritten();
    await records.linkRuns(here);
    await records.readAgain();
    const incident = records.known().find((declaredIncident) => declaredIncident.id === id);
    if (incident === undefined) return;
    const found = incidentSend(here.profile, incident, action);
    if (typeof found === 'string') return say(found, 'warn');
    begin(found.runbook, found.inputs);
  };

  /** Starts the run that files them. An issue that another run of the ledger has filed is not filed again. */
  const file = async (here: OpenedEnvironment, followUps: FollowUps): Promise<void> => {
    const { system, env } = here.profile;
    const runs = await readIncidentRuns(state().dir, clock.wallNow() - followUpsMs);
    const own = runs.filter((run) => run.system === system && run.env === env);
    const found = followUpsSend(here.profile, followUps, own);
    if (typeof found === 'string') return say(found, 'warn');
    begin(found.runbook, found.inputs);
  };

  const declare = async (
    here: OpenedEnvironment,
    declared: { readonly title: string; readonly situation: string },
    suggested: ReturnType<typeof suggestSeverity>,
  ): Promise<void> => {
    const event = declaredEvent(scopeOf(here), {
      ...declared,
      commander: authorOf(here),
      ...defined({ severity: suggested?.severity.id, reason: suggested?.reason }),
    });
    const id = await declareWithSignals(records.files(), event, {
      who: authorOf(here),
      wallNow: clock.wallNow,
      snapshot: here.engine.snapshot,
    });
    // The incident is on the screen before it is announced: the next key may be meant for it.
    await records.readAgain();
    const severity = suggested === undefined ? '' : `, ${suggested.severity.id}: ${suggested.reason}`;
    say(`declared ${id}${severity}`, 'ok');
  };

  const add = async (here: OpenedEnvironment, id: string, event: IncidentEvent): Promise<void> => {
    const allowed = event.event === 'status' ? allowedStatus(here, id, event) : event;
    if (allowed === undefined) return;
    await records.append(here, id, allowed);
    // Without a channel it is only recorded.
    if (here.profile.incident?.updates !== undefined && isPostable(allowed)) await send(here, id, 'update');
  };

  const attach = async (
    here: OpenedEnvironment,
    id: string,
    image: { readonly name: string; readonly text: string; readonly title: string },
  ): Promise<void> => {
    const path = await records.files().keep(id, image.name, image.text);
    await records.append(here, id, {
      event: 'observed',
      kind: 'capture',
      key: `capture ${path}`,
      text: `${image.title}: ${path}`,
      level: 'ok',
      seenAt: clock.wallNow(),
    });
    say(`image attached to ${id}: ${path}`, 'ok');
  };

  return { declare, add, send, file, attach };
};

/** Keeps the declared incidents in the store and in the state directory. */
export const createDeclaredIncidents = (parts: Parts): IncidentKeeper => {
  const { cockpit, clock, opened, say } = parts;
  const records = openDeclaredIncidentRecords(parts);
  const changes = createIncidentChanges(records, parts);
  const recordChanges = createChangeRecorder();
  const diagnoses = createDiagnosisCollector({ cockpit, clock, isOpen: () => opened() !== undefined });
  const queue = createSerialQueue();
  let isUpdating = false;

  const inOrder = (step: () => Promise<void>, failure: string): void => {
    queue.run(step).catch((error: unknown) => say(`${failure}: ${errorMessage(error)}`, 'warn'));
  };

  const update = async (here: OpenedEnvironment): Promise<void> => {
    await recordChanges(records.files(), {
      profile: here.profile,
      journal: cockpit.getState().journal,
      incidents: records.known(),
      who: authorOf(here),
      wallOffset: clock.wallOffset(),
      wallNow: clock.wallNow,
    });
    await diagnoses.attach(records.files(), authorOf(here));
    await records.linkRuns(here);
    await records.readChanged();
  };

  const commands: IncidentKeeper['commands'] = {
    declareIncident: (title) => {
      const here = opened();
      if (here === undefined) return;
      // Of the findings when the key was pressed, not when the queue gets to it.
      const suggested = suggestSeverity(here.profile.severity, severityEvidence(here.engine.snapshot()));
      const situation = engineSentence(here, clock);
      inOrder(() => changes.declare(here, { title, situation }, suggested), 'the incident was not declared');
    },
    addToIncident: (id, event) => {
      const here = opened();
      if (here !== undefined) inOrder(() => changes.add(here, id, event), `the entry was not added to ${id}`);
    },
    sendIncident: (id, action) => {
      const here = opened();
      if (here !== undefined) inOrder(() => changes.send(here, id, action), 'nothing was sent');
    },
    fileFollowUps: (about, titles) => {
      const here = opened();
      if (here !== undefined) inOrder(() => changes.file(here, { about, titles }), 'nothing was filed');
    },
    captureForIncident: (id, name, text, title) => {
      const here = opened();
      if (here !== undefined)
        inOrder(() => changes.attach(here, id, { name, text, title }), `cannot attach the image to ${id}`);
    },
  };

  return {
    commands,
    ledgerWritten: records.ledgerWritten,
    reload: () => {
      records.ledgerWritten();
      inOrder(records.readAgain, 'cannot read the incidents');
    },
    everySecond: () => {
      const here = opened();
      if (isUpdating || here === undefined) return;
      isUpdating = true;
      inOrder(async () => {
        try {
          await update(here);
        } finally {
          isUpdating = false;
        }
      }, 'the incident was not updated');
    },
    settled: queue.settled,
  };
};
