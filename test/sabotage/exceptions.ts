import type { RunExercise } from '../coverage/support/exercises.ts';
import type { LieName } from './lies.ts';
import type { Sabotage } from './saboteur.ts';

/** A run that may recover despite a sabotaged action, and the reason. */
interface Exception {
  readonly system: string;
  readonly runbook: string;
  /** Absent: all steps. */
  readonly step?: string;
  /** Absent: all sabotages. */
  readonly sabotage?: Sabotage | 'input' | LieName;
  readonly reason: string;
}

const result = 'its exit code and output are the result: there is no state to recover';
const reload = 'the restart that follows makes up for the ignored reload, and the setting is verified';
const passwords = 'any text is a valid password, and the verification logs in with it';
const settingFile =
  'only the next Compose call reads the file of settings again, and refuses one that is not intact. The containers have the settings';
const settings = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'];

const exceptions: readonly Exception[] = [
  { system: 'event-bus', runbook: 'heap-dump', step: 'd4', reason: `a class histogram; ${result}` },
  { system: 'saga', runbook: 'connections-more', step: 'a3', sabotage: 'half', reason: reload },
  ...settings.map(
    (step): Exception => ({
      system: 'saga',
      runbook: 'database-tuning',
      step,
      sabotage: 'half',
      reason: reload,
    }),
  ),
  {
    system: 'saga',
    runbook: 'pool-size',
    step: 'idle: lower number',
    reason: 'any number of idle connections is valid: fewer of them only cost new connections',
  },
  {
    system: 'saga',
    runbook: 'password',
    step: 'file: truncated file',
    reason: passwords,
  },
  ...[
    ['consumer-lag', 'a1'],
    ['mongodb-pool', 'a3'],
    ['producer-batch', 'a1'],
    ['jvm-options', 'a1'],
  ].map(
    ([runbook = '', step = '']): Exception => ({
      system: 'event-processing',
      runbook,
      step,
      sabotage: 'half',
      reason: settingFile,
    }),
  ),
  {
    system: 'event-processing',
    runbook: 'rotate-password',
    step: 'file: truncated file',
    reason: passwords,
  },
  ...[
    ['pool-size', 'a2'],
    ['pool-configuration', 'a1'],
    ['jvm-options', 'a1'],
  ].map(
    ([runbook = '', step = '']): Exception => ({
      system: 'trading',
      runbook,
      step,
      sabotage: 'half',
      reason: settingFile,
    }),
  ),
  ...[
    ['acknowledge-incident', 'a1'],
    ['resolve-incident', 'a1'],
    ['inform-channel', 'a1'],
    ['inform-channel', 'a2'],
    ['incident-alert', 's1'],
    ['incident-alert', 's3'],
    ['incident-report', 's7-resolve'],
    ['incident-report', 's7-post'],
  ].map(
    ([runbook = '', step = '']): Exception => ({
      system: 'trading',
      runbook,
      step,
      sabotage: 'half',
      reason: 'the first call makes the whole change, and the second one only reads its result',
    }),
  ),
  { system: 'eventmesh', runbook: 'build-update', step: 'a3', reason: `a compiler check; ${result}` },
  {
    ...{ system: 'eventmesh', runbook: 'build-clean', step: 'a3', sabotage: 'undone' },
    reason: 'a compiler check, which the verification repeats: it builds anew what was reverted',
  },
  { system: 'eventmesh', runbook: 'security-scan', step: 'a1', reason: `an audit; ${result}` },
  { system: 'eventmesh', runbook: 'security-scan', step: 'a2', reason: `a check; ${result}` },
  { system: 'eventmesh', runbook: 'slow', step: 'a1-report', reason: `a report of a profile; ${result}` },
  ...['a3/1', 'a3/2'].map(
    (step): Exception => ({
      system: 'eventmesh',
      runbook: 'system-failure',
      step,
      reason: 'the units are already down in this incident: stopping them changes nothing',
    }),
  ),
  { system: 'eventmesh', runbook: 'deploy-by-hand', step: 'a2', reason: `tests; ${result}` },
  ...['a3-clear/1', 'a3-clear/2'].map(
    (step): Exception => ({
      system: 'eventmesh',
      runbook: 'deploy-by-hand',
      step,
      reason: 'clears the target of a copy that the next step creates and the one after it compares',
    }),
  ),
  { system: 'eventmesh', runbook: 'deploy', step: 'a3', reason: `smoke tests; ${result}` },
  {
    system: 'eventmesh',
    runbook: 'build-fast',
    sabotage: 'input',
    reason: 'the result of a build does not depend on the number of jobs',
  },
  {
    system: 'eventmesh',
    runbook: 'report-metrics',
    sabotage: 'input',
    reason: 'any number of builds is valid',
  },
];

/** The reason why a sabotaged run may recover; undefined when there is none. */
export const exceptionOf = (
  { env, runbook }: RunExercise,
  step: string,
  sabotage: Sabotage | 'input' | LieName,
): string | undefined =>
  exceptions.find(
    (exception) =>
      env.startsWith(`${exception.system}/`) &&
      exception.runbook === runbook &&
      (exception.step ?? step) === step &&
      (exception.sabotage ?? sabotage) === sabotage,
  )?.reason;
