import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { eventBusIncidents } from '../coverage/cases/event-bus-incidents.ts';
import { eventBusProcedures } from '../coverage/cases/event-bus-procedures.ts';
import { eventProcessingIncidents } from '../coverage/cases/event-processing-incidents.ts';
import { eventProcessingProcedures } from '../coverage/cases/event-processing-procedures.ts';
import { eventmeshBuild } from '../coverage/cases/eventmesh-build.ts';
import { eventmeshHosts } from '../coverage/cases/eventmesh-hosts.ts';
import { eventmeshRecovery } from '../coverage/cases/eventmesh-hosts-recovery.ts';
import { sagaIncidents } from '../coverage/cases/saga-incidents.ts';
import { sagaProcedures } from '../coverage/cases/saga-procedures.ts';
import { tradingDatabaseIncidents, tradingProcedures } from '../coverage/cases/trading-database.ts';
import { tradingReleases } from '../coverage/cases/trading-releases.ts';
import { tradingTools } from '../coverage/cases/trading-tools.ts';
import type { RunExercise } from '../coverage/support/exercises.ts';
import { withParts } from '../support/profile-parts.ts';
import { demoExercises } from './demo.ts';
import { sagaFiles } from './saga-files.ts';

const ofBuild = eventmeshBuild.flatMap((exercise): readonly RunExercise[] =>
  'runbook' in exercise ? [exercise] : [],
);

interface Written {
  readonly id?: string;
  readonly verify?: unknown;
  readonly act?:
    | readonly { readonly id?: string; readonly danger?: string; readonly manual?: boolean }[]
    | null;
}

const writtenIn = (system: string): readonly (readonly [system: string, runbook: Written])[] => {
  const { parts = {} } = parse(readFileSync(join('profiles', system, 'base.yaml'), 'utf8'));
  return readdirSync(join('profiles', system))
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => {
      // An included file is the list itself.
      const read = withParts(parse(readFileSync(join('profiles', system, name), 'utf8')), parts) as
        | readonly Written[]
        | { readonly runbooks?: readonly Written[] };
      const runbooks: readonly Written[] = 'length' in read ? read : (read.runbooks ?? []);
      return runbooks.map((runbook) => [system, runbook] as const);
    });
};
const written = ['demo', 'event-bus', 'saga', 'event-processing', 'eventmesh', 'trading'].flatMap(writtenIn);

/** Runbooks that declare `verify: none`: their output is the result, and there is no state to recover. */
const declared = new Set(
  written.flatMap(([system, { id, verify }]) => (verify === 'none' ? [`${system} ${id}`] : [])),
);

/** Action steps declared read-only; they are gated like any other. */
const reading = new Set(
  written.flatMap(([system, runbook]) =>
    (runbook.act ?? []).flatMap(({ id, danger }) =>
      danger === 'read' ? [`${system} ${runbook.id} ${id}`] : [],
    ),
  ),
);

/** True if a step or loop iteration ('a3-same/1') is declared read-only, so that skipping it has no effect. */
export const onlyReads = (exercise: RunExercise, step: string): boolean =>
  reading.has(`${systemOf(exercise)} ${exercise.runbook} ${step.replace(/\/.*$/, '')}`);

/** Runbooks whose verification compares times, ages or identities of processes. */
const timed = new Set(
  written.flatMap(([system, { id, verify }]) =>
    /before|started|restarted|\bnew\b|since|\bage|durationMs|within \d/i.test(JSON.stringify(verify ?? ''))
      ? [`${system} ${id}`]
      : [],
  ),
);

/** True if the verification of its runbook compares times, so that a stepped clock may matter. */
export const comparesTimes = (exercise: RunExercise): boolean =>
  timed.has(`${systemOf(exercise)} ${exercise.runbook}`);

/** Runbooks in which at least one action step changes something. */
const changing = new Set(
  written.flatMap(([system, { id, act }]) =>
    (act ?? []).some(({ danger, manual }) => danger !== 'read' && manual !== true) ? [`${system} ${id}`] : [],
  ),
);

/** True if an action of the runbook changes something; false if it only waits for a recovery. */
export const changesSomething = (exercise: RunExercise): boolean =>
  changing.has(`${systemOf(exercise)} ${exercise.runbook}`);

export const systemOf = ({ env }: RunExercise): string => env.split('/')[0] ?? env;

const all = [
  ...demoExercises,
  ...eventBusIncidents,
  ...eventBusProcedures,
  ...sagaIncidents,
  ...sagaProcedures,
  ...sagaFiles,
  ...eventProcessingIncidents,
  ...eventProcessingProcedures,
  ...ofBuild,
  ...eventmeshHosts,
  ...eventmeshRecovery,
  ...tradingDatabaseIncidents,
  ...tradingProcedures,
  ...tradingReleases,
  ...tradingTools,
].filter(({ ending = 'recovered' }) => ending === 'recovered');

const isVerified = (runExercise: RunExercise): boolean =>
  !declared.has(`${systemOf(runExercise)} ${runExercise.runbook}`);

/** All exercises that recover by the actions of the run: a sabotaged one must not recover. */
export const exercises: readonly RunExercise[] = all.filter(
  (runExercise) => isVerified(runExercise) && runExercise.byHand === undefined,
);

/** The exercises of runbooks that declare `verify: none`: they are not sabotaged. */
export const unverified: readonly RunExercise[] = all.filter((runExercise) => !isVerified(runExercise));

/** Short name of an exercise: 'deploy of event-bus/staging'. */
export const nameOf = ({ runbook, env, incident }: RunExercise): string =>
  `${runbook} of ${env}${incident === undefined ? '' : `, ${incident}`}`;
