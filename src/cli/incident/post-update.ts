import { defined } from '../../domain/base/defined.ts';
import type { DeclaredIncident } from '../../domain/incidents/declared-incident.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { incidentSend } from '../../engine/cockpit/incidents/incident-sends.ts';
import { unpostedUpdate } from '../../incidents/incident-progress.ts';
import { incidentRunbooks } from '../../incidents/incident-runbooks.ts';
import { UsageError } from '../command/exit-code.ts';
import type { Invocation } from '../opening/command-invocation.ts';
import { run } from '../run/run.ts';
import type { IncidentFlags } from './flags.ts';

/** The run that posts an update: `opsdeck run` with these values. */
interface UpdatePosting {
  /** 'system/env' */
  readonly env: string;
  readonly runbook: string;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Why a recorded update reached no channel, and the command that posts it; undefined where there is nothing to post. One that
 * may have been posted is left to a person.
 */
export const notPostedNotice = (
  incident: DeclaredIncident,
  { incident: response }: Pick<Profile, 'incident'>,
): string | undefined => {
  const update = unpostedUpdate(incident);
  if (update === undefined) return undefined;
  const { id, system, env } = incident;
  if (response?.updates === undefined)
    return `recorded in ${id}, but not posted: the profile of ${system}/${env} names no channel (incident.updates). Post the text yourself`;
  return `recorded in ${id}, not posted to ${response.updates.source}. To post: opsdeck incident update ${id} --post --env ${system}/${env}`;
};

/** The run that posts the newest update of an incident. Throws a UsageError where there is none to post. */
export const updatePosting = (incident: DeclaredIncident, profile: Profile): UpdatePosting => {
  const runbooks = [...profile.runbooks, ...incidentRunbooks(profile)];
  const found = incidentSend({ ...profile, runbooks }, incident, 'update');
  if (typeof found === 'string') throw new UsageError(`cannot post an update of ${incident.id}: ${found}`);
  const { runbook, inputs } = found;
  return { env: `${incident.system}/${incident.env}`, runbook: runbook.id, params: inputs };
};

/** Posts an update as a run, with the same gates and answers as `opsdeck run`. Resolves to its exit code. */
export const postUpdate = (
  call: Invocation<IncidentFlags>,
  { env, runbook, params }: UpdatePosting,
): Promise<number> => {
  const { arm, confirm, dryRun } = call.options;
  return run({
    ...call,
    args: [runbook],
    options: {
      param: params,
      ...defined({ arm, confirm, dryRun }),
    },
    context: { ...call.context, options: { ...call.context.options, env } },
  });
};
