import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { eventBusIncidents } from '../coverage/cases/event-bus-incidents.ts';
import { eventBusProcedures } from '../coverage/cases/event-bus-procedures.ts';
import { eventmeshBuild } from '../coverage/cases/eventmesh-build.ts';
import { eventmeshHosts } from '../coverage/cases/eventmesh-hosts.ts';
import { eventmeshRecovery } from '../coverage/cases/eventmesh-hosts-recovery.ts';
import { sagaIncidents } from '../coverage/cases/saga-incidents.ts';
import { sagaProcedures } from '../coverage/cases/saga-procedures.ts';
import type { RunExercise } from '../coverage/support/exercises.ts';
import { sagaFiles } from './saga-files.ts';

const ofBuild = eventmeshBuild.flatMap((one): readonly RunExercise[] => ('runbook' in one ? [one] : []));

type Written = readonly { readonly id?: string; readonly verify?: unknown }[];

/** Runbooks of a system that declare `verify: none`. What their steps print is their result: there is nothing that could recover. */
const declaredIn = (system: string): readonly string[] =>
  readdirSync(join('profiles', system))
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => {
      // An included file is the list itself.
      const read = parse(readFileSync(join('profiles', system, name), 'utf8'));
      const runbooks: Written = Array.isArray(read) ? read : (read.runbooks ?? []);
      return runbooks.flatMap(({ id, verify }) =>
        id !== undefined && verify === 'none' ? [`${system} ${id}`] : [],
      );
    });

const declared = new Set(['event-bus', 'saga', 'eventmesh'].flatMap(declaredIn));

export const systemOf = ({ env }: RunExercise): string => env.split('/')[0] ?? env;

const all = [
  ...eventBusIncidents,
  ...eventBusProcedures,
  ...sagaIncidents,
  ...sagaProcedures,
  ...sagaFiles,
  ...ofBuild,
  ...eventmeshHosts,
  ...eventmeshRecovery,
].filter(({ ending = 'recovered' }) => ending === 'recovered');

const isVerified = (one: RunExercise): boolean => !declared.has(`${systemOf(one)} ${one.runbook}`);

/** Every exercise that is expected to recover by what its program does: what a sabotage of it must not do. */
export const exercises: readonly RunExercise[] = all.filter(
  (one) => isVerified(one) && one.byHand === undefined,
);

/** The exercises of runbooks that declare `verify: none`: they are not sabotaged. */
export const unverified: readonly RunExercise[] = all.filter((one) => !isVerified(one));

/** An exercise in a few words: 'deploy of event-bus/staging'. */
export const nameOf = ({ runbook, env, incident }: RunExercise): string =>
  `${runbook} of ${env}${incident === undefined ? '' : `, ${incident}`}`;
