import type { Millis } from '../../../domain/base/fault.ts';
import type { EnvironmentContext } from '../instances/environment-part.ts';
import type { ServiceInstance } from '../instances/instance.ts';
import type { LogFormat } from '../spec/log-entry.ts';
import { formatLogEntry, stableNumber } from '../spec/log-entry.ts';
import type { ServerKind } from '../spec/system-spec.ts';
import type { ContainerLog, ContainerLogLine, LogBackfill } from './container-log.ts';
import { gatewayErrorLines, serverLines } from './server-lines.ts';
import { debugNoise, requestEntry, routineEntries, serviceEntries } from './service-entries.ts';

/** Retention of logs. */
const keptMs: Millis = 6 * 3_600_000;

const second: Millis = 1000;

/** The lines of one second, at least 0.01 ms apart. */
const spacedLines = (time: Millis, texts: readonly string[], index = 0): readonly ContainerLogLine[] =>
  texts.map((text, next) => ({ at: time + (10 * index + next) / 100, text }));

/** Start of a log whose beginning has been rotated away. */
export const backfillStart = (startedAt: Millis, now: Millis): Millis => Math.max(startedAt, now - keptMs);

/** Log of a process from before the start: a request every second or two, and messages about itself. */
export const serviceBackfill = (
  instance: ServiceInstance,
  format: LogFormat,
  span: { readonly from: Millis; readonly to: Millis },
): LogBackfill => {
  const { name, service } = instance;
  return {
    ...span,
    second: (time) => {
      const key = `${name}/${Math.floor(time / second)}`;
      const request = instance.request(stableNumber(`${key}/write`, 10) < 3, time + stableNumber(key, 900));
      const ms = Math.round(service.latencyMs * (0.6 + stableNumber(`${key}/ms`, 80) / 100));
      const entries = [
        ...routineEntries(name, format, time),
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

/** The same for other servers. */
export const serverBackfill = (
  kind: ServerKind,
  of: string,
  span: { readonly from: Millis; readonly to: Millis },
): LogBackfill => ({ ...span, second: (time) => spacedLines(time, serverLines(kind, of, time)) });

const everyMs: Millis = 1000;

/** Called once a second to write the logs of everything that runs. */
export const isLogTick = (now: Millis): boolean => now % everyMs < 100;

/** Writes an instance's last second to its log. */
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

/** The same for other servers; a database logs its problems. */
export const writeServerLog = (
  log: ContainerLog,
  env: EnvironmentContext,
  kind: ServerKind,
  name: string,
): void => {
  const time = env.now - everyMs;
  log.writeLater(() => serverLines(kind, name, time).map((text) => ({ at: time, text })));
  if (kind === 'kong' || kind === 'nginx')
    for (const line of gatewayErrorLines(env, kind, time)) log.write(env.now, line);
  if (kind === 'postgres') for (const line of env.databaseErrors(name)) log.write(env.now, line);
};
