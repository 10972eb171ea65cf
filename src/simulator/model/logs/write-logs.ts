import type { Millis } from '../../../domain/fault.ts';
import type { Instance } from '../instance.ts';
import type { Surroundings } from '../part.ts';
import type { ServerKind } from '../spec.ts';
import type { ContainerLog, LogLine, PastLines } from './container-log.ts';
import type { LogFormat } from './format.ts';
import { draw, linesOfEntry } from './format.ts';
import { gatewayTroubles, serverLines } from './server-lines.ts';
import { chatterOf, entriesOf, noiseOf, requestEntry } from './service-entries.ts';

/** What is older has been rotated away. */
const keptMs: Millis = 6 * 3_600_000;

const second: Millis = 1000;

/** Lines of a second as they follow each other, a hundredth of a ms apart at least. */
const placed = (at: Millis, texts: readonly string[], index = 0): readonly LogLine[] =>
  texts.map((text, next) => ({ at: at + (10 * index + next) / 100, text }));

/** When a log that began at a moment begins now. */
export const pastBegins = (startedAt: Millis, now: Millis): Millis => Math.max(startedAt, now - keptMs);

/** What a process wrote before the world opened: a request every second or two, and what it says of itself. */
export const servicePast = (
  instance: Instance,
  format: LogFormat,
  span: { readonly from: Millis; readonly to: Millis },
): PastLines => {
  const { name, service } = instance;
  return {
    ...span,
    second: (at) => {
      const key = `${name}/${Math.floor(at / second)}`;
      const request = instance.request(draw(`${key}/write`, 10) < 3, at + draw(key, 900));
      const ms = Math.round(service.latencyMs * (0.6 + draw(`${key}/ms`, 80) / 100));
      const entries = [
        ...chatterOf(name, format, at),
        ...(draw(`${key}/any`, 3) === 0
          ? []
          : [requestEntry(name, { ...request, status: 200, exception: 'none', ms })]),
      ];
      return entries.flatMap((entry, index) =>
        placed(entry.at, linesOfEntry(format, service.name, entry), index),
      );
    },
  };
};

/** The same of a server beside the services. */
export const serverPast = (
  kind: ServerKind,
  of: string,
  span: { readonly from: Millis; readonly to: Millis },
): PastLines => ({ ...span, second: (at) => placed(at, serverLines(kind, of, at)) });

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
