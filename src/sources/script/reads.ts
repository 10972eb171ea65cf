import type { WantedSignal } from '../source.ts';
import { type CheckRead, checkId, type ExecRead, type ScriptConfig, scriptReads } from './config.ts';

export const execReadOf = (read: WantedSignal['read']): ExecRead | undefined => {
  const parsed = scriptReads.parse(read);
  return 'exec' in parsed ? parsed : undefined;
};

export const checkReadOf = (read: WantedSignal['read']): CheckRead | undefined => {
  const parsed = scriptReads.parse(read);
  return 'exec' in parsed ? undefined : parsed;
};

/** What a read calls the check that it reads. */
export const checkOf = (read: CheckRead): string => {
  if ('perf' in read) return read.perf;
  if ('status' in read) return read.status;
  return 'latency' in read ? read.latency : read.value;
};

/** The id of the check that a read names: by id, or by the only check of a service; undefined when none fits. */
export const namedCheck = (name: string, { checks }: ScriptConfig): string | undefined => {
  const ofService = checks.filter((check) => check.service === name);
  const found =
    checks.find((check) => checkId(check) === name) ?? (ofService.length === 1 ? ofService[0] : undefined);
  return found && checkId(found);
};

/** What is wrong with a read that the schema has passed. */
export const readProblem = (read: WantedSignal['read'], config: ScriptConfig): string | undefined => {
  const exec = execReadOf(read);
  if (exec !== undefined)
    return exec.parse === 'csv' && exec.column === undefined
      ? 'of a CSV output it has to say which column; write column: NAME'
      : undefined;
  const wanted = checkReadOf(read);
  if (wanted === undefined) return undefined;
  const name = checkOf(wanted);
  const id = namedCheck(name, config);
  const check = config.checks.find((one) => checkId(one) === id);
  const there = config.checks.map(checkId).join(', ');
  if (check === undefined)
    return `there is no check "${name}" here; there ${there === '' ? 'are none' : `is ${there}`}`;
  return 'perf' in wanted && check.parse !== 'nagios'
    ? `"${name}" is no nagios check, so it has no performance data`
    : undefined;
};
