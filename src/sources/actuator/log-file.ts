import type { LogSettings } from '../../domain/profile/profile.ts';
import type { HeadOptions } from '../../logs/format/head-reader.ts';
import { fileLinesAround } from '../../logs/reading/file-lines-around.ts';
import { olderFileLines } from '../../logs/reading/older-file-lines.ts';
import type { Tail } from '../../logs/reading/tail.ts';
import { tailLogFile } from '../../logs/reading/tail-log-file.ts';
import type { LogFile, LogFileStat, LogFiles } from '../../platform/files/file-interfaces.ts';
import type { HttpStream } from '../../platform/network/http-messages.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { type Clock, withTimeout } from '../../platform/runtime/clock.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Source } from '../kit/contract/source.ts';
import { headOptions } from '../kit/counting/line-count.ts';
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

/** Content-Range of a response, in bytes. A missing value is undefined. */
interface ContentRange {
  readonly begin: number | undefined;
  /** Number of bytes of the part. */
  readonly length: number;
  /** Size of the whole file. */
  readonly sizeBytes: number | undefined;
}

/** Parses Content-Range ('bytes 0-99/2048', 'bytes *\/0', 'bytes 0-99/*'). Source: RFC 9110, 14.4. */
const contentRange = ({ headers }: HttpStream): ContentRange => {
  const [, first, last, size] =
    /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(\d{1,15}|\*)$/.exec(headers['content-range'] ?? '') ?? [];
  const length = Number(last) - Number(first) + 1;
  const sizeBytes = size === undefined || size === '*' ? undefined : Number(size);
  return length > 0
    ? { begin: Number(first), length, sizeBytes }
    : { begin: undefined, length: 0, sizeBytes };
};

const discard = async (response: HttpStream): Promise<void> => {
  await response.text(0).catch(() => {});
};

/** A request of a part: `over` aborts with the caller's `signal`, or at the deadline of the request. */
interface PartRequest {
  readonly over: AbortSignal;
  readonly signal: AbortSignal;
}

/**
 * Fills `into` from the body of a response. Stops when it is full, because a server may send more than it declares, and
 * at the deadline if some bytes have arrived. Returns the number of bytes. Throws WireError.
 */
const fillFrom = async (
  { chunks }: HttpStream,
  into: Uint8Array,
  { over, signal }: PartRequest,
): Promise<number> => {
  let size = 0;
  try {
    for await (const chunk of chunks) {
      const fitting = chunk.subarray(0, into.length - size);
      into.set(fitting, size);
      size += fitting.length;
      if (size === into.length) break;
    }
  } catch (error) {
    if (size === 0 || signal.aborted || !over.aborted) throw error;
  }
  return size;
};

/**
 * The log file of an instance as Actuator serves it: `/logfile` with byte ranges. 206 is a part, 416 a range beyond the end.
 * Every request ends within the profile's timeout. Source: Spring Boot actuator, logfile endpoint.
 */
const openLogFiles = ({ endpoint, config, wallNow }: ActuatorInstance, clock: Clock): LogFiles => {
  /**
   * Requests the bytes from `from` to `to`. Returns the response that carries them, or the size of the file if it has no
   * byte at `from`. Throws WireError.
   */
  const range = async (from: number, to: number, signal: AbortSignal): Promise<HttpStream | number> => {
    const response = await endpoint.bytes(path, signal, { range: `bytes=${from}-${to}` });
    const { begin, sizeBytes } = contentRange(response);
    if (response.status === 206 && begin === from) return response;
    await discard(response);
    if (response.status === 206) {
      const sent =
        begin === undefined
          ? 'has no valid Content-Range: check proxies between opsdeck and the service'
          : `begins at byte ${begin}: check proxies between opsdeck and the service`;
      throw new WireError(
        'malformed',
        `the log file was requested from byte ${from}, but the response ${sent}`,
      );
    }
    if (response.status === 416) return sizeBytes ?? from;
    if (response.status === 404) throw noLogFile;
    if (response.status === 401 || response.status === 403)
      throw new WireError('denied', `answered ${response.status}`);
    if (response.status === 200)
      throw new WireError(
        'malformed',
        'the service sent the whole file instead of a range: check proxies between opsdeck and the service',
      );
    throw new WireError('unreachable', `answered ${response.status}`);
  };

  const stat = (signal: AbortSignal): Promise<LogFileStat> =>
    withTimeout(clock, config.timeout, signal, async (over) => {
      const response = await range(0, 0, over);
      if (typeof response === 'number')
        return { path, id: onlyId, sizeBytes: response, writtenAt: wallNow() };
      await discard(response);
      const { sizeBytes } = contentRange(response);
      if (sizeBytes === undefined)
        throw new WireError(
          'malformed',
          'the Content-Range of the response has no file size: check proxies between opsdeck and the service',
        );
      const modified = Date.parse(response.headers['last-modified'] ?? '');
      return { path, id: onlyId, sizeBytes, writtenAt: Number.isNaN(modified) ? wallNow() : modified };
    });

  /** Reads a part with one request. Not complete: a slow connection has delivered its first bytes only. */
  const readPart = (
    into: Uint8Array,
    position: number,
    signal: AbortSignal,
  ): Promise<{ readonly count: number; readonly isComplete: boolean }> =>
    withTimeout(clock, config.timeout, signal, async (over) => {
      const response = await range(position, position + into.length - 1, over);
      if (typeof response === 'number') return { count: 0, isComplete: true };
      const part = into.subarray(0, contentRange(response).length);
      const count = await fillFrom(response, part, { over, signal });
      return { count, isComplete: count === 0 || count === part.length };
    });

  const file: LogFile = {
    path,
    id: onlyId,
    stat,
    read: async (into, offset, signal) => {
      let size = 0;
      while (size < into.length) {
        const part = await readPart(into.subarray(size), offset + size, signal);
        size += part.count;
        if (part.isComplete) break;
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
      throw new WireError(
        'missing',
        `opsdeck cannot read the packed log file ${name} over HTTP: use a source of type host or kubernetes`,
      );
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
    around: (request, signal) => fileLinesAround(context, request, signal),
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
