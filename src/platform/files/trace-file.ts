import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Millis } from '../../domain/base/fault.ts';
import type { Trace } from '../../domain/runs/trace.ts';
import { errorMessage } from '../../domain/text/error-message.ts';

/** The most events that wait for the disk; later ones are dropped and counted. */
const mostWaiting = 5000;
/** Events per write: masking them takes a few milliseconds, then the event loop continues. */
const atOnce = 50;
const mostBytes = 256 * 1024 * 1024;
/** Size limit of a line, in characters. A longer event is reduced to its time, kind and length. */
const longestLine = 256 * 1024;
/** `close` gives up after this time without a written event, in ms: the disk hangs. A busy machine is only slow. */
const closingMs: Millis = 2000;
/** Covers the first line of a trace. */
const headBytes = 4096;

/** Thrown for a file that cannot be used as a trace; the message gives the reason. */
export class TraceFileError extends Error {}

/** A file that events are appended to. */
interface TraceFile {
  readonly emit: Trace;
  /** Resolves when all events are written, or when none was for 2 s. */
  close(): Promise<void>;
}

/** Serialization of events and the dependencies of the writer. */
export interface TraceFileParts {
  /** An event as JSON without secrets, on one line. */
  line(event: object): string;
  /** Wall clock. */
  now(): Millis;
  /** Called once when writing fails; nothing more is written then. */
  failed(why: string): void;
  /** Writes to the file; by default as the system does. */
  append?(file: FileHandle, text: string): Promise<unknown>;
  readonly mostWaiting?: number;
  readonly mostBytes?: number;
}

/** No symbolic links, since another user may have made one; opening a FIFO does not block. */
const flags =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

const isTraceStart = (line: string): boolean => {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && 'trace' in parsed && 'what' in parsed;
  } catch {
    return false;
  }
};

/** Throws TraceFileError unless the file is empty or a trace; sets mode 0600. Resolves to its size in bytes. */
const admit = async (file: FileHandle): Promise<number> => {
  const { size, mode } = await file.stat().then((stats) => {
    if (!stats.isFile())
      throw new TraceFileError(
        'the path is not a regular file, but a directory, a FIFO, a socket or a device',
      );
    return stats;
  });
  if (size > 0) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const [first = ''] = buffer.toString('utf8', 0, bytesRead).split('\n');
    if (!isTraceStart(first)) throw new TraceFileError('the file is not a trace of opsdeck');
  }
  if ((mode & 0o777) !== 0o600) await file.chmod(0o600);
  return size;
};

const openAdmitted = async (path: string): Promise<{ readonly file: FileHandle; readonly size: number }> => {
  let file: FileHandle | undefined;
  try {
    file = await open(path, flags, 0o600);
    return { file, size: await admit(file) };
  } catch (error) {
    await file?.close();
    if (error instanceof TraceFileError) throw error;
    throw new TraceFileError(errorMessage(error));
  }
};

/**
 * Opens a new or existing trace for appending: private (0600), not a symbolic link, at most 256 MiB. At most 5,000
 * events wait in memory for the disk; dropped events are counted in a `lost` line. Throws TraceFileError for a file
 * that is not a trace or cannot be written.
 */
export const openTraceFile = async (path: string, parts: TraceFileParts): Promise<TraceFile> => {
  const { line, now, failed, append = (to, text) => to.appendFile(text) } = parts;
  const { file, size } = await openAdmitted(path);
  const limit = parts.mostWaiting ?? mostWaiting;
  const most = parts.mostBytes ?? mostBytes;
  let waiting: object[] = [];
  let lost = 0;
  let bytes = size;
  let isOver = false;
  let work: Promise<void> | undefined;

  const lineOf = (event: object): string => {
    const text = line(event);
    if (text.length <= longestLine) return `${text}\n`;
    const { at, what } = { at: undefined, what: undefined, ...event };
    return `${line({ at, what, cut: text.length })}\n`;
  };

  const next = (): readonly object[] => {
    const some = waiting.slice(0, atOnce);
    waiting = waiting.slice(atOnce);
    if (lost === 0 || waiting.length > 0) return some;
    const count = lost;
    lost = 0;
    return [...some, { at: new Date(now()).toISOString(), what: 'lost', count }];
  };

  const write = async (): Promise<void> => {
    while (!isOver && (waiting.length > 0 || lost > 0)) {
      // The caller of `emit` does not wait for masking.
      await new Promise<void>((resolve) => setImmediate(resolve));
      let text = next().map(lineOf).join('');
      if (bytes + text.length > most) {
        text = lineOf({ at: new Date(now()).toISOString(), what: 'full', bytes });
        isOver = true;
      }
      await append(file, text);
      bytes += Buffer.byteLength(text);
    }
  };

  const begin = (): void => {
    work ??= write()
      .catch((error: unknown) => {
        isOver = true;
        failed(errorMessage(error));
      })
      .finally(() => {
        work = undefined;
        if (isOver) waiting = [];
        else if (waiting.length > 0) begin();
      });
  };

  return {
    emit: (event) => {
      if (isOver) return;
      if (waiting.length >= limit) lost += 1;
      else waiting.push({ at: new Date(now()).toISOString(), ...event });
      begin();
    },
    close: async () => {
      const all = async (): Promise<void> => {
        while (work !== undefined) await work;
      };
      const written = all();
      for (let had = -1; work !== undefined && had !== bytes; ) {
        had = bytes;
        const limitOver = Promise.withResolvers<void>();
        const timer = setTimeout(limitOver.resolve, closingMs);
        await Promise.race([written, limitOver.promise]);
        clearTimeout(timer);
      }
      isOver = true;
      if (work === undefined) await file.close();
      // Closing would wait for a write that hangs.
      else void work.then(() => file.close()).catch(() => {});
    },
  };
};
