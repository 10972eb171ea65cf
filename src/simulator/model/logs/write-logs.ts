import type { Millis } from '../../../domain/fault.ts';
import type { Instance } from '../instance.ts';
import type { Surroundings } from '../part.ts';
import type { ServerKind } from '../spec.ts';
import { chatterOf, noiseOf } from './chatter.ts';
import type { ContainerLog } from './container-log.ts';
import type { LogFormat } from './entry.ts';
import { linesOfEntry } from './format.ts';
import { serverLines } from './server-lines.ts';
import { entriesOf } from './service-entries.ts';
import { gatewayTroubles } from './troubles.ts';

const everyMs: Millis = 1000;

/** True once a second: then everything that runs writes down what that second brought. */
export const isWritingTime = (now: Millis): boolean => now % everyMs < 100;

/** What an instance has to say of the last second goes into its log. */
export const writeService = (
  log: ContainerLog,
  env: Surroundings,
  instance: Instance,
  format: LogFormat,
): void => {
  const { now } = env;
  const { name, service, noise } = instance;
  const entries = entriesOf(env, instance, now);
  log.writeLater(() =>
    [...chatterOf(name, format, now - everyMs), ...entries(), ...noiseOf(name, noise, now)]
      .sort((a, b) => a.at - b.at)
      .flatMap((entry) => linesOfEntry(format, service.name, entry).map((text) => ({ at: entry.at, text }))),
  );
};

/** The same of a server beside the services; what ails a database stands in its log. */
export const writeServer = (log: ContainerLog, env: Surroundings, kind: ServerKind, name: string): void => {
  const at = env.now - everyMs;
  log.writeLater(() => serverLines(kind, name, at).map((text) => ({ at, text })));
  if (kind === 'kong' || kind === 'nginx')
    for (const line of gatewayTroubles(env, kind, at)) log.write(env.now, line);
  if (kind === 'postgres') for (const line of env.databaseTroubles(name)) log.write(env.now, line);
};
