import type { Millis } from '../../../domain/fault.ts';
import type { EnvironmentContext } from '../environment-part.ts';
import type { ServiceInstance } from '../instance.ts';
import type { ServerKind } from '../system-spec.ts';
import type { ContainerLog, ContainerLogLine, LogBackfill } from './container-log.ts';
import type { LogFormat } from './log-entry.ts';
import { formatLogEntry, stableNumber } from './log-entry.ts';
import { gatewayErrorLines, serverLines } from './server-lines.ts';
import { debugNoise, requestEntry, routineEntries, serviceEntries } from './service-entries.ts';

/** What is older has been rotated away. */
const keptMs: Millis = 6 * 3_600_000;

const second: Millis = 1000;

/** Lines of a second as they follow each other, a hundredth of a ms apart at least. */
const spacedLines = (at: Millis, texts: readonly string[], index = 0): readonly ContainerLogLine[] =>
  texts.map((text, next) => ({ at: at + (10 * index + next) / 100, text }));

/** When a log that began at a moment begins now. */
export const backfillStart = (startedAt: Millis, now: Millis): Millis => Math.max(startedAt, now - keptMs);

/** What a process wrote before the world opened: a request every second or two, and what it says of itself. */
export const serviceBackfill = (
  instance: ServiceInstance,
  format: LogFormat,
  span: { readonly from: Millis; readonly to: Millis },
): LogBackfill => {
  const { name, service } = instance;
  return {
    ...span,
    second: (at) => {
      const key = `${name}/${Math.floor(at / second)}`;
      const request = instance.request(stableNumber(`${key}/write`, 10) < 3, at + stableNumber(key, 900));
      const ms = Math.round(service.latencyMs * (0.6 + stableNumber(`${key}/ms`, 80) / 100));
      const entries = [
        ...routineEntries(name, format, at),
        ...(stableNumber(`${key}/any`, 3) === 0
          ? []
          : [requestEntry(name, { ...request, status: 200, exception: 'none', ms })]),
      ];
      return entries.flatMap((entry, index) =>
        spacedLines(entry.at, formatLogEntry(format, service.name, entry), index),
      );
    },
  };
};

/** The same of a server beside the services. */
export const serverBackfill = (
  kind: ServerKind,
  of: string,
  span: { readonly from: Millis; readonly to: Millis },
): LogBackfill => ({ ...span, second: (at) => spacedLines(at, serverLines(kind, of, at)) });

const everyMs: Millis = 1000;

/** True once a second: then everything that runs writes down what that second brought. */
export const isLogTick = (now: Millis): boolean => now % everyMs < 100;

/** What an instance has to say of the last second goes into its log. */
export const writeServiceLog = (
  log: ContainerLog,
  env: EnvironmentContext,
  instance: ServiceInstance,
  format: LogFormat,
): void => {
  const { now } = env;
  const { name, service, noise } = instance;
  const entries = serviceEntries(env, instance, now);
  log.writeLater(() =>
    [...routineEntries(name, format, now - everyMs), ...entries(), ...debugNoise(name, noise, now)]
      .sort((a, b) => a.at - b.at)
      .flatMap((entry) =>
        formatLogEntry(format, service.name, entry).map((text) => ({ at: entry.at, text })),
      ),
  );
};

/** The same of a server beside the services; what ails a database stands in its log. */
export const writeServerLog = (
  log: ContainerLog,
  env: EnvironmentContext,
  kind: ServerKind,
  name: string,
): void => {
  const at = env.now - everyMs;
  log.writeLater(() => serverLines(kind, name, at).map((text) => ({ at, text })));
  if (kind === 'kong' || kind === 'nginx')
    for (const line of gatewayErrorLines(env, kind, at)) log.write(env.now, line);
  if (kind === 'postgres') for (const line of env.databaseErrors(name)) log.write(env.now, line);
};
