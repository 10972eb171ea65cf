import type { LogSettings } from '../../domain/profile.ts';
import type { HeadOptions } from '../../logs/format/head-reader.ts';
import { headOptions } from '../../logs/reading/line-count.ts';
import { olderFileLines } from '../../logs/reading/older-file-lines.ts';
import type { Tail } from '../../logs/reading/tail.ts';
import { tailLogFile } from '../../logs/reading/tail-log-file.ts';
import type { Clock } from '../../platform/clock.ts';
import type { LogFile, LogFileStat, LogFiles } from '../../platform/files/file-interfaces.ts';
import type { HttpStream } from '../../platform/network/http-messages.ts';
import { RemediedError } from '../../platform/to-fault.ts';
import { WireError } from '../../platform/wire-error.ts';
import type { Source } from '../source.ts';
import type { ActuatorInstance } from './instance.ts';

const path = '/logfile';

/** An HTTP resource has no device and inode: a rotation shows only as a file that became smaller. */
const onlyId = '0:0';

/** Interval between two requests of a follower. */
const pollMs = 2000;

/** Spring returns 404 without the endpoint and also without a log file. */
const noLogFile = new RemediedError(
  'missing',
  'answered 404: endpoint "logfile" is not exposed, or the service writes no log file',
  'set logging.file.name, and add logfile to management.endpoints.web.exposure.include of the service',
);

/** The size of the whole file from Content-Range ('bytes 0-99/2048', 'bytes *\/0'). Source: RFC 9110, 14.4. */
const sizeIn = ({ headers }: HttpStream): number | undefined => {
  const [, size] = /^bytes (?:\d+-\d+|\*)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  return size === undefined ? undefined : Number(size);
};

const discard = async (response: HttpStream): Promise<void> => {
  await response.text(0).catch(() => {});
};

/**
 * The log file of an instance as Actuator serves it: `/logfile` with byte ranges. 206 is a part, 416 a range beyond the end.
 * Source: Spring Boot actuator, logfile endpoint.
 */
const openLogFiles = ({ endpoint, wallNow }: ActuatorInstance, clock: Clock): LogFiles => {
  /** Requests a range; undefined if it begins at or after the end of the file. Throws WireError. */
  const range = async (from: number, to: number, signal: AbortSignal): Promise<HttpStream | number> => {
    const response = await endpoint.bytes(path, signal, { range: `bytes=${from}-${to}` });
    if (response.status === 206) return response;
    await discard(response);
    if (response.status === 416) return sizeIn(response) ?? from;
    if (response.status === 404) throw noLogFile;
    if (response.status === 401 || response.status === 403)
      throw new WireError('denied', `answered ${response.status}`);
    if (response.status === 200)
      throw new WireError('malformed', 'the response is the whole file: byte ranges are not supported');
    throw new WireError('unreachable', `answered ${response.status}`);
  };

  const stat = async (signal: AbortSignal): Promise<LogFileStat> => {
    const response = await range(0, 0, signal);
    if (typeof response === 'number') return { path, id: onlyId, sizeBytes: response, writtenAt: wallNow() };
    await discard(response);
    const sizeBytes = sizeIn(response);
    if (sizeBytes === undefined) throw new WireError('malformed', 'the response has no Content-Range');
    const modified = Date.parse(response.headers['last-modified'] ?? '');
    return { path, id: onlyId, sizeBytes, writtenAt: Number.isNaN(modified) ? wallNow() : modified };
  };

  const file: LogFile = {
    path,
    id: onlyId,
    stat,
    read: async (into, at, signal) => {
      if (into.length === 0) return 0;
      const response = await range(at, at + into.length - 1, signal);
      if (typeof response === 'number') return 0;
      let size = 0;
      for await (const chunk of response.chunks) {
        const fitting = chunk.subarray(0, into.length - size);
        into.set(fitting, size);
        size += fitting.length;
      }
      return size;
    },
    close: async () => {},
  };

  return {
    stat: async (_, signal) => stat(signal),
    open: async (_, signal) => {
      await stat(signal);
      return file;
    },
    siblings: async () => [],
    // biome-ignore lint/correctness/useYield: there are no packed files.
    unpacked: async function* (name) {
      throw new WireError('missing', `${name}: a log file over HTTP has no packed files`);
    },
    watch: () => ({ changed: (signal) => clock.sleep(pollMs, signal), close: () => {} }),
  };
};

/** The log stream of an instance: named like it, or like the service for a single one. */
const logFileTail = (instance: ActuatorInstance, clock: Clock, heads: HeadOptions): Tail => {
  const context = {
    files: openLogFiles(instance, clock),
    clock,
    path,
    heads,
    fault: (error: unknown) => instance.endpoint.fault(path, error),
  };
  return {
    stream: instance.name || instance.service,
    open: (from, signal) => tailLogFile(context, from, signal),
    older: (before, signal) => olderFileLines(context, before, signal),
  };
};

/** The log streams of all instances; `of` selects one by its name. */
export const logFileTails = (
  instances: readonly ActuatorInstance[],
  settings: LogSettings | undefined,
  clock: Clock,
): NonNullable<Source['tails']> => {
  const tails = instances.map((instance) => logFileTail(instance, clock, headOptions(settings, clock)));
  return async (of) => tails.filter(({ stream }) => of === undefined || stream === of);
};
