import type { StoreApi } from 'zustand/vanilla';
import { actorText } from '../../domain/actor.ts';
import { type DeclaredIncident, isOpenIncident } from '../../domain/declared-incident.ts';
import { dayMs } from '../../domain/duration.ts';
import { errorMessage } from '../../domain/error-message.ts';
import type { IncidentEvent, ObservedKind, SentAction } from '../../domain/incident-event.ts';
import type { JournalEntry, JournalKind } from '../../domain/journal.ts';
import { isDrillEnvironment } from '../../domain/record-scope.ts';
import type { Runbook } from '../../domain/runbook.ts';
import { diagnosisAttachments, newAttachments, signalsAttachment } from '../../incidents/attachments.ts';
import { severityEvidence } from '../../incidents/evidence.ts';
import { isKnownChange } from '../../incidents/known-change.ts';
import { observationKey } from '../../incidents/observation-key.ts';
import { openFindings, openFindingsText } from '../../incidents/open-findings.ts';
import { suggestSeverity } from '../../incidents/suggest-severity.ts';
import { missingSends, readIncidentRuns } from '../../persistence/incident-runs.ts';
import type { StateStore } from '../../persistence/state-store.ts';
import type { Clock } from '../../platform/clock.ts';
import { createSerialQueue } from '../../platform/serial-queue.ts';
import type { CockpitState, RunView } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import type { OpenedEnvironment } from './cockpit-parts.ts';
import { incidentSend } from './incident-sends.ts';

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
  readonly clock: Pick<Clock, 'now' | 'wallOffset'>;
  /** That of the open environment: its incidents and its ledger. */
  state(): Pick<StateStore, 'incidents' | 'dir'>;
  /** Asks for missing parameters, plans the run and shows its card. */
  begin(runbook: Runbook, inputs: Readonly<Record<string, string>>): void;
  opened(): OpenedEnvironment | undefined;
  say(text: string, level: 'ok' | 'warn'): void;
}

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

/** After its resolution, an incident is still resolved in other services for this long. */
const linkedMs = 7 * dayMs;

/** `who`: the user of this process, who did what the entry names no other person for. */
const observedEvent = (
  entry: JournalEntry,
  wallOffset: number,
  who: string,
): Extract<IncidentEvent, { event: 'observed' }> | undefined => {
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

/** True for a drill of a real environment: its incidents are practice. */
const isDrill = ({ simulator, profile }: OpenedEnvironment): boolean =>
  isDrillEnvironment(profile, simulator !== undefined);

type StatusEvent = Extract<IncidentEvent, { event: 'status' }>;

/** Keeps the declared incidents in the store and in the state directory. */
export const createDeclaredIncidents = (parts: Parts): IncidentKeeper => {
  const { cockpit, clock, opened, say } = parts;
  const files = () => parts.state().incidents;
  const queue = createSerialQueue();
  let isBusy = false;
  let version: string | undefined;
  let reported = '';
  let isLedgerRead = false;
  const recorded = new WeakMap<JournalEntry, Set<string>>();

  const inOrder = (step: () => Promise<void>, what: string): void => {
    queue.run(step).catch((error: unknown) => say(`${what}: ${errorMessage(error)}`, 'warn'));
  };

  const wallNow = (): number => clock.now() + clock.wallOffset();
  const whoOf = ({ who }: OpenedEnvironment): string => actorText(who);
  const isOf = (here: OpenedEnvironment, { system, env, isDrill: drill }: DeclaredIncident): boolean =>
    system === here.profile.system && env === here.profile.env && drill === isDrill(here);

  /** The finished steps of diagnoses on cards, which are not in a record yet, and the incidents that they belong to. */
  let diagnosed: readonly IncidentEvent[] = [];
  const noticed = new WeakMap<RunView, Set<string>>();
  cockpit.subscribe(({ run }, before) => {
    if (run === undefined || run.runbook.reports !== undefined || run.diagnosis === before.run?.diagnosis)
      return;
    const known = (before.run && noticed.get(before.run)) ?? new Set<string>();
    noticed.set(run, known);
    const results = Object.entries(run.diagnosis).flatMap(([step, result]) =>
      result.done && !known.has(step) ? [{ step, ...result }] : [],
    );
    if (results.length === 0 || opened() === undefined) return;
    for (const { step } of results) known.add(step);
    const { id, title } = run.runbook;
    diagnosed = [
      ...diagnosed,
      // The start of each step identifies it, however often the view of the run is replaced.
      ...results.flatMap((one) =>
        diagnosisAttachments({
          id: `${id} ${one.since ?? clock.now()}`,
          runbook: title,
          results: [one],
          at: wallNow(),
        }),
      ),
    ];
  });

  /** Attaches what was diagnosed to the open incidents; without one it is dropped. */
  const attach = async (here: OpenedEnvironment): Promise<void> => {
    const events = diagnosed;
    if (events.length === 0) return;
    for (const incident of (cockpit.getState().incidents ?? []).filter(isOpenIncident))
      await files().append(incident.id, whoOf(here), wallNow(), (now, keys) =>
        isOpenIncident(now) ? newAttachments(keys, events) : [],
      );
    // Kept until they are on disk: a record that is locked or full is tried again.
    diagnosed = diagnosed.filter((one) => !events.includes(one));
  };

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
      cockpit.setState({ incidents: incidents.filter((one) => isOf(here, one)) });
  };

  /** Adds the outcomes of runs that have sent something, which the ledger has. A resolved incident is closed elsewhere, too. */
  const link = async (here: OpenedEnvironment): Promise<void> => {
    if (isLedgerRead) return;
    isLedgerRead = true;
    const { incidents = [] } = cockpit.getState();
    const recent = incidents.filter(({ resolvedAt }) => wallNow() - (resolvedAt ?? wallNow()) < linkedMs);
    if (recent.length === 0) return;
    const isSimulation = here.profile.world !== undefined;
    const runs = await readIncidentRuns(
      parts.state().dir,
      Math.min(...recent.map(({ declaredAt }) => declaredAt)),
    );
    for (const incident of recent)
      for (const { who, at, event } of missingSends(incident, runs, isSimulation))
        await files().append(incident.id, who, at, (now) =>
          now.sentRuns.includes(event.run) ? [] : [event],
        );
  };

  /** Messages of opsdeck about an incident are no change of the environment: they have entries of their own. */
  const reports = ({ profile }: OpenedEnvironment): ReadonlySet<string> =>
    new Set(profile.runbooks.flatMap((one) => (one.reports === undefined ? [] : [one.title])));

  const record = async (here: OpenedEnvironment): Promise<void> => {
    const { journal, incidents = [] } = cockpit.getState();
    const own = reports(here);
    for (const incident of incidents.filter(isOpenIncident)) {
      const since = incident.declaredAt - leadMs;
      const fresh = journal.flatMap((entry) => {
        const event =
          entry.kind === 'run' && own.has(entry.what)
            ? undefined
            : observedEvent(entry, clock.wallOffset(), whoOf(here));
        if (event === undefined || event.seenAt < since || recorded.get(entry)?.has(incident.id)) return [];
        return [{ entry, event }];
      });
      if (fresh.length === 0) continue;
      await files().append(incident.id, whoOf(here), wallNow(), (now, keys) => {
        if (!isOpenIncident(now)) return [];
        const room = Math.max(0, mostObserved - keys.size);
        return fresh
          .map(({ event }) => event)
          .filter((event) => !keys.has(event.key) && !isKnownChange(now.timeline, event))
          .slice(0, room);
      });
      for (const { entry } of fresh)
        recorded.set(entry, new Set([...(recorded.get(entry) ?? []), incident.id]));
    }
  };

  const change = async (here: OpenedEnvironment, id: string, event: IncidentEvent): Promise<void> => {
    await files().append(id, whoOf(here), wallNow(), () => [event]);
    await read(true);
  };

  /** Starts the run that sends it. What was sent so far is known first, so that nothing is offered twice. */
  const send = async (here: OpenedEnvironment, id: string, action: SentAction): Promise<void> => {
    isLedgerRead = false;
    await link(here);
    await read(true);
    const incident = cockpit.getState().incidents?.find((one) => one.id === id);
    if (incident === undefined) return;
    const found = incidentSend(here.profile, incident, action);
    if (typeof found === 'string') return say(found, 'warn');
    parts.begin(found.runbook, found.inputs);
  };

  /** The update that a change of the record asks to be posted. Without a channel it is only recorded. */
  const isForChannel = ({ profile }: OpenedEnvironment, event: IncidentEvent): boolean =>
    profile.incident?.updates !== undefined &&
    (event.event === 'update' || (event.event === 'status' && event.text !== ''));

  /** A change of the status with its open findings. Undefined: an incident is resolved without a reason for that. */
  const resolution = (here: OpenedEnvironment, id: string, event: StatusEvent): StatusEvent | undefined => {
    const incident = cockpit.getState().incidents?.find((one) => one.id === id);
    if (event.status !== 'resolved' || incident === undefined) return event;
    const findings = openFindings(incident, here.engine.snapshot());
    const { reason, notGreen: _, ...rest } = event;
    if (findings.length === 0) return rest;
    if (reason !== undefined && reason.trim() !== '') return { ...rest, reason, notGreen: findings };
    say(`${id} is not resolved, because no reason was given: ${openFindingsText(findings)}`, 'warn');
    return undefined;
  };

  const commands: IncidentKeeper['commands'] = {
    declareIncident: (title) => {
      const here = opened();
      if (here === undefined) return;
      const { severity: model, system, env } = here.profile;
      const suggested = suggestSeverity(model, severityEvidence(here.engine.snapshot()));
      inOrder(async () => {
        const id = await files().declare(whoOf(here), wallNow(), {
          event: 'declared',
          system,
          env,
          title,
          severity: suggested?.severity.id ?? '',
          reason: suggested?.reason ?? '',
          impact: '',
          services: '',
          commander: whoOf(here),
          ...(isDrill(here) ? { drill: true as const } : {}),
        });
        const signals = signalsAttachment(here.engine.snapshot(), wallNow());
        if (signals !== undefined) await files().append(id, whoOf(here), wallNow(), () => [signals]);
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
        const allowed = event.event === 'status' ? resolution(here, id, event) : event;
        if (allowed === undefined) return;
        await change(here, id, allowed);
        if (isForChannel(here, allowed)) await send(here, id, 'update');
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
        const seenAt = wallNow();
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
          await record(here);
          await attach(here);
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
