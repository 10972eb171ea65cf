import { eventBusIncidents } from '../coverage/cases/event-bus-incidents.ts';
import { eventBusProcedures } from '../coverage/cases/event-bus-procedures.ts';
import { eventmeshBuild } from '../coverage/cases/eventmesh-build.ts';
import { eventmeshHosts } from '../coverage/cases/eventmesh-hosts.ts';
import { eventmeshRecovery } from '../coverage/cases/eventmesh-hosts-recovery.ts';
import { sagaIncidents } from '../coverage/cases/saga-incidents.ts';
import { sagaProcedures } from '../coverage/cases/saga-procedures.ts';
import type { RunExercise } from '../coverage/support/exercises.ts';

const ofBuild = eventmeshBuild.flatMap((one): readonly RunExercise[] => ('runbook' in one ? [one] : []));

/** Every exercise that is expected to recover: what a sabotage of it must not do. */
export const exercises: readonly RunExercise[] = [
  ...eventBusIncidents,
  ...eventBusProcedures,
  ...sagaIncidents,
  ...sagaProcedures,
  ...ofBuild,
  ...eventmeshHosts,
  ...eventmeshRecovery,
].filter(({ ending = 'recovered' }) => ending === 'recovered');

export const systemOf = ({ env }: RunExercise): string => env.split('/')[0] ?? env;

/** An exercise in a few words: 'deploy of event-bus/staging'. */
export const nameOf = ({ runbook, env, incident }: RunExercise): string =>
  `${runbook} of ${env}${incident === undefined ? '' : `, ${incident}`}`;
