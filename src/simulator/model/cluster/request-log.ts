import { linesOfEntry } from '../logs/format.ts';
import { isWritingTime, writeServer, writeService } from '../logs/write-logs.ts';
import type { Ground } from './ground.ts';
import { mainOf } from './main-container.ts';
import { memoryOf } from './memory.ts';
import type { PodLife } from './pod-life.ts';
import { quantity } from './quantity.ts';
import { formatOf, serverOf } from './startup.ts';

const nearLimit = 0.75;
const leakEveryMs = 5000;
const mib = 1024 * 1024;

/** A container whose memory nears its limit says so: whoever is killed at it says nothing more. */
const writeLeak = (ground: Ground, life: PodLife): void => {
  const { env, now, shelves } = ground;
  if (life.leak === undefined || now % leakEveryMs >= 1000) return;
  const pod = shelves.pods.get(life.namespace, life.name);
  const limit = pod && quantity(mainOf(pod).resources?.limits?.memory);
  const used = memoryOf(env, life) ?? 0;
  if (limit === undefined || used < nearLimit * limit) return;
  const fields = { used_mib: Math.round(used / mib), limit_mib: Math.round(limit / mib) };
  const message = 'heap near its limit, out of memory soon';
  const entry = { at: now, level: 'WARN', logger: 'runtime.Memory', message, fields } as const;
  for (const line of linesOfEntry(formatOf(ground, life), life.role.service ?? '', entry))
    life.log.write(now, line);
};

/** Has a pod that serves write down what the last second brought. */
const writeLog = (ground: Ground, life: PodLife): void => {
  const { env } = ground;
  if (life.instance !== undefined) writeService(life.log, env, life.instance, formatOf(ground, life));
  writeLeak(ground, life);
  const server = serverOf(ground, life);
  if (server !== undefined) writeServer(life.log, env, server, life.role.dependency ?? life.name);
};

/** Once a second everything that runs writes of what it does. */
export const writeLogs = (ground: Ground): void => {
  if (!isWritingTime(ground.now)) return;
  for (const life of ground.lives.values()) if (life.step === 'running') writeLog(ground, life);
};
