import { hostname } from 'node:os';
import { defined } from '../../domain/base/defined.ts';
import { type DeclaredIncident, isOpenIncident } from '../../domain/incidents/declared-incident.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import type { IncidentPlan } from '../../incidents/incident-clock.ts';
import { StateDatabaseError } from '../../persistence/files/state-database-error.ts';
import { type IncidentFiles, incidentFiles } from '../../persistence/incidents/incident-files.ts';
import { addSend, missingSends, readIncidentRuns } from '../../persistence/incidents/incident-runs.ts';
import { didYouMean } from '../../profile/document/diagnostics.ts';
import { UsageError } from '../command/exit-code.ts';
import { userName } from '../command/operator.ts';
import type { Invocation } from '../opening/command-invocation.ts';
import { withEnvironment } from '../opening/open-environment.ts';
import { learnRecordedNames, unmaskedNamesWarning } from '../opening/recorded-names.ts';
import { elsewhereNotice, type RecordPlace, withRecordPlace } from '../state/shared-environments.ts';
import type { IncidentFlags } from './flags.ts';

export type IncidentCall = Invocation<IncidentFlags>;

export const incidentAuthor = (): string => `${userName()}@${hostname()}`;

/** The records of a command: those of this machine, or of the environment with a state database that it is about. */
interface IncidentPlace extends RecordPlace {
  readonly files: IncidentFiles;
  /** The directory with the ledger beside the records. */
  readonly dir: string;
}

/** A call with the place of its records. */
export interface PlacedIncidentCall extends IncidentCall {
  readonly place: IncidentPlace;
}

export const withIncidentPlace = <T>(
  call: IncidentCall,
  work: (call: PlacedIncidentCall) => Promise<T>,
): Promise<T> =>
  withRecordPlace(call, call.global.env, (place) => {
    const { stateDir, masker } = call.context;
    const { files, dir } =
      place.opened === undefined
        ? { files: incidentFiles(stateDir, masker.outgoing), dir: stateDir }
        : { files: place.opened.state.incidents, dir: place.opened.state.dir };
    return work({ ...call, place: { ...place, files, dir } });
  });

/** Reads all records; damaged ones are reported on stderr, and the others are still used. */
export const readIncidentRecords = async (
  call: IncidentCall,
  files: IncidentFiles,
): Promise<readonly DeclaredIncident[]> => {
  const { incidents, problems } = await files.read();
  for (const problem of problems) call.output.error(`opsdeck: warning: ${problem}`);
  if (call.sharing !== undefined) {
    const names = new Set(incidents.map(({ system, env }) => `${system}/${env}`));
    for (const name of await learnRecordedNames(call.context, names, call.sharing))
      call.output.error(unmaskedNamesWarning(name));
  }
  call.sharing?.learnRecords(
    incidents.map(({ declaredBy, system, env }) => {
      const [user = '', host = ''] = declaredBy.split('@');
      return { who: user, host, system, env };
    }),
  );
  return incidents;
};

export const incidentPlanOf = ({ severity, escalation, contacts, runbooks }: Profile): IncidentPlan => ({
  ...defined({ severity, escalation }),
  contacts,
  runbooks,
});

/** Adds the outcomes of runs that have sent something about the incident, and returns it as it is then. */
export const withIncidentSends = async (
  { place, output }: PlacedIncidentCall,
  incident: DeclaredIncident,
  profile: Profile,
): Promise<DeclaredIncident> => {
  const runs = await readIncidentRuns(place.dir, incident.declaredAt);
  let latest = incident;
  try {
    for (const missingSend of missingSends(incident, runs, profile.world !== undefined))
      latest = await addSend(place.files, missingSend);
  } catch (error) {
    // Reading goes on without the state database.
    if (!(error instanceof StateDatabaseError)) throw error;
    output.error(
      `opsdeck: warning: opsdeck cannot add the outcomes of runs to the incident: ${error.message}`,
    );
  }
  return latest;
};

/** Runs `work` with the plan of the incident's own environment. Nothing is read from its sources. */
export const withIncidentPlan = async <T>(
  { context, place: { opened } }: PlacedIncidentCall,
  { system, env }: DeclaredIncident,
  work: (plan: IncidentPlan, profile: Profile) => Promise<T> | T,
): Promise<T> => {
  if (opened?.profile.system === system && opened.profile.env === env)
    return work(incidentPlanOf(opened.profile), opened.profile);
  // The plan is that of the profile, in a drill too: no simulator is needed.
  const { rehearse: _, ...options } = context.options;
  return withEnvironment(
    { ...context, options: { ...options, env: `${system}/${env}` } },
    { memory: false },
    async ({ profile }) => work(incidentPlanOf(profile), profile),
  );
};

/** True if it belongs to the environment of `--env`, if given, and is a drill exactly when the command is one. */
export const isIncidentHere = (
  { global: { env, rehearse } }: IncidentCall,
  declaredIncident: DeclaredIncident,
): boolean =>
  (env === undefined ||
    env === declaredIncident.env ||
    env === `${declaredIncident.system}/${declaredIncident.env}`) &&
  declaredIncident.isDrill === (rehearse !== undefined);

/** The incident that a command means, and the rest of its arguments. Throws a UsageError. */
export const chosenIncident = async (
  call: PlacedIncidentCall,
  [first = '', ...rest]: readonly string[],
): Promise<{ readonly incident: DeclaredIncident; readonly text: string }> => {
  const all = await readIncidentRecords(call, call.place.files);
  const notice = elsewhereNotice('incidents', call.place);
  const others = notice === undefined ? [] : [notice];
  if (/^INC-\d+$/i.test(first)) {
    const incident = all.find(({ id }) => id === first.toUpperCase());
    if (incident !== undefined) return { incident, text: rest.join(' ') };
    const ids = all.map(({ id }) => id);
    throw new UsageError(
      ids.length === 0
        ? `no incident ${first}: none is declared yet. Declare one: opsdeck incident declare --title TEXT`
        : `no incident ${first}. ${sentenceCase(didYouMean(first, ids))}`,
      ...others,
    );
  }
  const here = all.filter(
    (declaredIncident) => isOpenIncident(declaredIncident) && isIncidentHere(call, declaredIncident),
  );
  const [only] = here;
  if (only !== undefined && here.length === 1)
    return { incident: only, text: [first, ...rest].join(' ').trim() };
  throw new UsageError(
    here.length === 0
      ? 'no incident is open. Declare one: opsdeck incident declare --title TEXT'
      : `several incidents are open: ${here.map(({ id }) => id).join(', ')}. Add the ID of one of them.`,
    ...others,
  );
};
