import { appendFileSync, existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Millis } from '../../../domain/base/fault.ts';
import { dayMs } from '../../../domain/text/duration.ts';
import { makeDirSync } from '../../../platform/files/make-dir.ts';
import { stableNumber } from '../../model/spec/log-entry.ts';
import type { ScriptContext, ScriptLogSpec } from '../../model/spec/system-spec.ts';
import type { SimulatorContext } from './simulator-context.ts';

const timeText = (time: Millis): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ');
const dateText = (time: Millis): string => timeText(time).slice(0, 10).replaceAll('-', '');

/** Time of the last line of a file: its first word, or the time of the file. */
const writtenAt = (path: string, hasOwnTimes: boolean): Millis | undefined => {
  if (hasOwnTimes) return existsSync(path) ? statSync(path).mtimeMs : undefined;
  const last = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) : undefined;
  const time = Date.parse(`${last?.slice(1, 20).replace(' ', 'T')}Z`);
  return Number.isNaN(time) ? undefined : time;
};

const scriptView = ({ model, env, clock }: SimulatorContext, time: Millis): ScriptContext => {
  const seen = model.environmentAt(env, clock.now());
  return {
    at: time,
    services: [...seen.deployments.values()].map(({ service, replicas, release }) => ({
      name: service.name,
      version: release.version,
      running: seen.instancesOf(service.name).filter(({ running }) => running).length,
      wanted: replicas,
    })),
    some: (what, below) => stableNumber(`${env}/${what}/${time}`, below),
  };
};

/** Last run of a script with this interval; a manual one ran at night. */
const lastRun = ({ everyMs }: ScriptLogSpec, now: Millis): Millis =>
  everyMs === undefined ? now - (now % dayMs) : now - (now % everyMs);

/** Updates the log files of a system's scripts synchronously. */
export const writeScriptLogs = (view: SimulatorContext, dir: string): void => {
  const now = view.clock.now();
  for (const spec of view.model.spec.scriptLogs ?? []) {
    const time = lastRun(spec, now);
    const path = join(dir, spec.file.replace('{date}', dateText(time)));
    const hasOwnTimes = spec.hasOwnTimes === true;
    if ((writtenAt(path, hasOwnTimes) ?? Number.NEGATIVE_INFINITY) >= time) continue;
    const lines = spec.lines(scriptView(view, time));
    makeDirSync(dirname(path));
    appendFileSync(
      path,
      lines.map((line) => (hasOwnTimes ? `${line}\n` : `[${timeText(time)}] ${line}\n`)).join(''),
    );
    utimesSync(path, time / 1000, time / 1000);
  }
};
