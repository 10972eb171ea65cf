import { hostname } from 'node:os';
import {
  type DeclaredIncident,
  type DeclaredStatus,
  type IncidentEvent,
  type IncidentField,
  incidentFields,
  incidentStatuses,
  isOpenIncident,
} from '../../domain/declared-incident.ts';
import type { Profile } from '../../domain/profile.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { severityEvidence } from '../../incidents/evidence.ts';
import type { IncidentPlan } from '../../incidents/incident-clock.ts';
import { nextEscalation } from '../../incidents/incident-clock.ts';
import { duePostMortem } from '../../incidents/incident-progress.ts';
import {
  handoverMarkdown,
  incidentJson,
  postMortemMarkdown,
  updateText,
} from '../../incidents/incident-reports.ts';
import { suggestSeverity } from '../../incidents/suggest-severity.ts';
import { type IncidentFiles, incidentFiles } from '../../persistence/incident-files.ts';
import { missingSends, readIncidentRuns } from '../../persistence/incident-runs.ts';
import { StateDatabaseError } from '../../persistence/state-database-error.ts';
import { didYouMean } from '../../profile/complaints.ts';
import { searchProfilesUnambiguous } from '../choose-profile.ts';
import type { Invocation, SubCommand } from '../command-invocation.ts';
import { notStoredExit, UsageError } from '../exit-code.ts';
import { withEnvironment } from '../open-environment.ts';
import { userName } from '../run/open-acting.ts';
import { elsewhereNotice, type RecordPlace, withRecordPlace } from '../state/shared-environments.ts';
import type { IncidentAction, IncidentFlags } from './flags.ts';
import { listLines, showLines } from './incident-text.ts';

type Call = Invocation<IncidentFlags>;

const who = (): string => `${userName()}@${hostname()}`;
const wallNow = ({ context: { clock } }: Call): number => clock.now() + clock.wallOffset();

/** The records of a command: those of this machine, or of the environment with a state database that it is about. */
interface IncidentPlace extends RecordPlace {
  readonly files: IncidentFiles;
  /** The directory with the ledger beside the records. */
  readonly dir: string;
}

/** A call with the place of its records. */
interface PlacedCall extends Call {
  readonly place: IncidentPlace;
}

const withPlace = (call: Call, work: (call: PlacedCall) => Promise<number>): Promise<number> =>
  withRecordPlace(call, call.global.env, (place) => {
    const { stateDir, masker } = call.context;
    const { files, dir } =
      place.opened === undefined
        ? { files: incidentFiles(stateDir, masker.outgoing), dir: stateDir }
        : { files: place.opened.state.incidents, dir: place.opened.state.dir };
    return work({ ...call, place: { ...place, files, dir } });
  });

/** Reads all records; damaged ones are reported on stderr, and the others are still used. */
const readAll = async (call: Call, files: IncidentFiles): Promise<readonly DeclaredIncident[]> => {
  const { incidents, problems } = await files.read();
  for (const problem of problems) call.output.error(`opsdeck: warning: ${problem}`);
  call.sharing?.learnRecords(
    incidents.map(({ declaredBy, system, env }) => {
      const [user = '', host = ''] = declaredBy.split('@');
      return { who: user, host, system, env };
    }),
  );
  return incidents;
};

const planOf = ({ severity, escalation, contacts }: Profile): IncidentPlan => ({
  ...(severity === undefined ? {} : { severity }),
  ...(escalation === undefined ? {} : { escalation }),
  contacts,
});

/** Adds the outcomes of runs that have sent something about the incident, and returns it as it is then. */
const withSends = async (
  { place, output }: PlacedCall,
  incident: DeclaredIncident,
  profile: Profile,
): Promise<DeclaredIncident> => {
  const runs = await readIncidentRuns(place.dir, incident.declaredAt);
  let latest = incident;
  try {
    for (const { who: by, at, event } of missingSends(incident, runs, profile.world !== undefined))
      latest = await place.files.append(incident.id, by, at, (now) =>
        now.sentRuns.includes(event.run) ? [] : [event],
      );
  } catch (error) {
    // Reading goes on without the state database.
    if (!(error instanceof StateDatabaseError)) throw error;
    output.error(`opsdeck: warning: outcomes of runs are not recorded: ${error.message}`);
  }
  return latest;
};

/** Runs `work` with the plan of the incident's own environment. Nothing is read from its sources. */
const withPlan = async <T>(
  { context, place: { opened } }: PlacedCall,
  { system, env }: DeclaredIncident,
  work: (plan: IncidentPlan, profile: Profile) => Promise<T> | T,
): Promise<T> => {
  if (opened?.profile.system === system && opened.profile.env === env)
    return work(planOf(opened.profile), opened.profile);
  // The plan is that of the profile, in a drill too: no simulator is needed.
  const { rehearse: _, ...options } = context.options;
  return withEnvironment(
    { ...context, options: { ...options, env: `${system}/${env}` } },
    { memory: false },
    async ({ profile }) => work(planOf(profile), profile),
  );
};

/** True if it belongs to the environment of `--env`, if given, and is a drill exactly when the command is one. */
const isHere = ({ global: { env, rehearse } }: Call, one: DeclaredIncident): boolean =>
  (env === undefined || env === one.env || env === `${one.system}/${one.env}`) &&
  one.isDrill === (rehearse !== undefined);

/** The incident that a command means, and the rest of its arguments. Throws a UsageError. */
const chosen = async (
  call: PlacedCall,
  [first = '', ...rest]: readonly string[],
): Promise<{ readonly incident: DeclaredIncident; readonly text: string }> => {
  const all = await readAll(call, call.place.files);
  const notice = elsewhereNotice('incidents', call.place);
  const others = notice === undefined ? [] : [notice];
  if (/^INC-\d+$/i.test(first)) {
    const incident = all.find(({ id }) => id === first.toUpperCase());
    if (incident !== undefined) return { incident, text: rest.join(' ') };
    throw new UsageError(
      `no incident ${first}; ${didYouMean(
        first,
        all.map(({ id }) => id),
      )}`,
      ...others,
    );
  }
  const here = all.filter((one) => isOpenIncident(one) && isHere(call, one));
  const [only] = here;
  if (only !== undefined && here.length === 1)
    return { incident: only, text: [first, ...rest].join(' ').trim() };
  throw new UsageError(
    here.length === 0
      ? 'no open incident; declare one: opsdeck incident declare --title TEXT'
      : `several incidents are open: ${here.map(({ id }) => id).join(', ')}. Name one.`,
    ...others,
  );
};

const needText = (action: string, text: string): string => {
  if (text.trim() === '') throw new UsageError(`missing text: opsdeck incident ${action} [ID] TEXT`);
  return text.trim();
};

/** The severity of a new incident: as given, or else of the present findings. Throws a UsageError. */
const severityFor = (
  { severity: model, system }: Profile,
  snapshot: Snapshot,
  { severity: given, reason }: IncidentFlags,
): { readonly severity: string; readonly reason: string } => {
  const suggested = suggestSeverity(model, severityEvidence(snapshot));
  const ids = model?.severities.map(({ id }) => id) ?? [];
  if (given === undefined) {
    if (suggested === undefined && ids.length > 0)
      throw new UsageError(`no finding gives a severity: choose one with --severity (${ids.join(', ')})`);
    return { severity: suggested?.severity.id ?? '', reason: reason ?? suggested?.reason ?? '' };
  }
  if (ids.length === 0) throw new UsageError(`${system} has no severities: remove --severity`);
  if (!ids.includes(given)) throw new UsageError(`unknown severity ${given}; ${didYouMean(given, ids)}`);
  const known = given === suggested?.severity.id ? suggested.reason : '';
  return { severity: given, reason: reason ?? known };
};

const declare = async (call: Call): Promise<number> => {
  const { options, context, output } = call;
  const title = (options.title ?? call.args.slice(1).join(' ')).trim();
  if (title === '') throw new UsageError('missing title: opsdeck incident declare --title TEXT');
  const until = context.startedAt + options.timeout;
  return withEnvironment(context, { memory: false, until }, async ({ profile, engine, simulator, state }) => {
    await state.open({ follows: false });
    await engine.readOnce(Math.max(0, until - context.clock.now()));
    const me = who();
    const id = await state.incidents.declare(me, wallNow(call), {
      event: 'declared',
      system: profile.system,
      env: profile.env,
      title,
      ...severityFor(profile, engine.snapshot(), options),
      impact: options.impact ?? '',
      services: options.services ?? '',
      commander: options.commander ?? me,
      ...(simulator === undefined || profile.world !== undefined ? {} : { drill: true as const }),
    });
    const incident = (await readAll(call, state.incidents)).find((one) => one.id === id);
    if (incident !== undefined) output.lines(showLines(incident, planOf(profile), wallNow(call)));
    return 0;
  });
};

const statusEvent = (text: string): IncidentEvent => {
  const [word = '', ...rest] = text.split(' ');
  const status = incidentStatuses.find((one): one is DeclaredStatus => one === word.toLowerCase());
  if (status === undefined)
    throw new UsageError(
      `unknown status ${word === '' ? '(none)' : word}; use ${incidentStatuses.join(', ')}`,
    );
  return { event: 'status', status, text: rest.join(' ') };
};

const fieldEvent = (text: string): IncidentEvent => {
  const [, name = '', value = ''] = /^([a-z]+)=(.*)$/s.exec(text) ?? [];
  const field = incidentFields.find((one): one is IncidentField => one === name);
  if (field === undefined)
    throw new UsageError(`expected FIELD=VALUE with a field of ${incidentFields.join(', ')}: ${text}`);
  return { event: 'field', field, value };
};

/** The event of a command; some need the plan of the environment. */
const eventOf = (
  action: IncidentAction,
  { options }: Call,
  incident: DeclaredIncident,
  plan: IncidentPlan,
  text: string,
): IncidentEvent => {
  switch (action) {
    case 'ack':
      return { event: 'acknowledged' };
    case 'status':
      return statusEvent(text);
    case 'severity': {
      const ids = plan.severity?.severities.map(({ id }) => id) ?? [];
      const [severity = '', ...rest] = needText(action, text).split(' ');
      if (!ids.includes(severity))
        throw new UsageError(`unknown severity ${severity}; ${didYouMean(severity, ids)}`);
      return { event: 'severity', severity, reason: options.reason ?? rest.join(' ') };
    }
    case 'set':
      return fieldEvent(text);
    case 'update':
      return { event: 'update', text: needText(action, text), to: options.to ?? '' };
    case 'escalate': {
      const next = nextEscalation(incident, plan);
      if (next === undefined)
        throw new UsageError(`no step of the escalation path is left for ${incident.id}`);
      return { event: 'escalated', step: next.step.id, text };
    }
    case 'finish':
      if (isOpenIncident(incident)) throw new UsageError(`${incident.id} is open: resolve it first`);
      return { event: 'post-mortem', file: needText(action, text) };
    case 'next-step':
      return { event: 'next-step', text: needText(action, text) };
    case 'action-item':
      return { event: 'action-item', text: needText(action, text), owner: options.owner ?? '' };
    default:
      return { event: 'note', text: needText(action, text) };
  }
};

const add = async (call: PlacedCall, action: IncidentAction): Promise<number> => {
  const { incident, text } = await chosen(call, call.args.slice(1));
  return withPlan(call, incident, async (plan, { incident: response }) => {
    const event = eventOf(action, call, incident, plan, text);
    const changed = await call.place.files
      .append(incident.id, who(), wallNow(call), () => [event])
      .catch((error: unknown) => error);
    if (!isIncident(changed)) {
      call.output.error(
        `opsdeck: cannot add to ${incident.id}: ${changed instanceof Error ? changed.message : String(changed)}`,
      );
      return notStoredExit;
    }
    if (event.event === 'update')
      call.output.lines(updateText(changed, event.text, response?.updates?.template).split('\n'));
    else call.output.lines(showLines(changed, plan, wallNow(call)));
    return 0;
  });
};

const isIncident = (value: unknown): value is DeclaredIncident =>
  typeof value === 'object' && value !== null && 'timeline' in value;

const print = async (call: PlacedCall, action: 'show' | 'handover' | 'post-mortem'): Promise<number> => {
  const { incident: stored } = await chosen(call, call.args.slice(1));
  return withPlan(call, stored, async (plan, profile) => {
    const incident = await withSends(call, stored, profile);
    const now = wallNow(call);
    const { output, options } = call;
    if (options.json === true) output.json(incidentJson(incident, plan, now), true);
    else if (action === 'show') {
      output.lines(showLines(incident, plan, now));
      output.lines(['', ...timelineText(incident)]);
    } else
      output.lines(
        (action === 'handover' ? handoverMarkdown : postMortemMarkdown)(incident, plan, now).split('\n'),
      );
    return 0;
  });
};

const timelineText = ({ timeline }: DeclaredIncident): readonly string[] =>
  timeline.map(
    ({ at, word, text, who: by }) =>
      `${new Date(at).toISOString().slice(11, 19)} ${word.padEnd(12)} ${text}${by === '' ? '' : `  (${by})`}`,
  );

const list = async (call: PlacedCall): Promise<number> => {
  const { options, output, place } = call;
  const all = await readAll(call, place.files);
  const notice = elsewhereNotice('incidents', place);
  if (notice !== undefined) output.error(`opsdeck: ${notice}`);
  // A resolved incident is listed until its post-mortem is finished.
  const isDue = (one: DeclaredIncident): boolean => isOpenIncident(one) || duePostMortem(one) !== undefined;
  const shown = all.filter((one) => options.all === true || (isDue(one) && isHere(call, one)));
  if (options.json === true) {
    output.json(shown.map((one) => incidentJson(one, {}, wallNow(call))));
    return 0;
  }
  if (shown.length === 0)
    output.line(
      all.length === 0 ? 'no incidents' : 'no open incidents and no due post-mortems; --all lists the others',
    );
  else output.lines(listLines(shown, wallNow(call)));
  return 0;
};

/** `opsdeck incident`: declares an incident, adds to its record, and writes its documents. */
export const incident: SubCommand<IncidentFlags> = async (call) => {
  const action = call.args[0] as IncidentAction;
  // Names in the profiles are needed to tell which environments exist.
  await searchProfilesUnambiguous(call.context);
  switch (action) {
    case 'list':
      return withPlace(call, list);
    case 'declare':
      return declare(call);
    case 'show':
    case 'handover':
    case 'post-mortem':
      return withPlace(call, (placed) => print(placed, action));
    default:
      return withPlace(call, (placed) => add(placed, action));
  }
};
