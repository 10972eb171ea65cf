import type { Ground } from './ground.ts';
import { requestLines, timed } from './startup.ts';

const everyMs = 1000;

/** Has every pod that serves write of its latest request, once a second. */
export const writeLogs = ({ lives, spec, now }: Ground): void => {
  if (now % everyMs >= 100) return;
  for (const life of lives.values()) {
    if (life.instance === undefined || life.step !== 'running') continue;
    const runtime = spec.services[life.role.service ?? '']?.runtime;
    const after = life.log.lines.at(-1)?.at ?? 0;
    for (const line of requestLines(life.instance, runtime, now, after))
      life.log.write(now, timed(now, line));
  }
};
