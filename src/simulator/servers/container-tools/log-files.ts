import type { Millis } from '../../../domain/base/fault.ts';
import type { ContainerLog } from '../../model/logs/container-log.ts';
import { fnv1a } from '../../model/spec/seeded-random.ts';
import type { ContainerFile } from './file-tools.ts';

/** Filters that derive log files from a container's output. */
export const logFilters: Readonly<Record<string, (text: string) => boolean>> = {
  'application.log': () => true,
  'access.log': (text) => / (GET|POST) \S+ \d{3} /.test(text),
  'error.log': (text) => /ERROR|Exception|^\tat /.test(text),
};

/** Bytes of a file whose lines the log has dropped; a real file keeps them. */
interface Book {
  /** The last counted line. */
  last: { readonly at: Millis; readonly text: string } | undefined;
  bytes: number;
}

const books = new WeakMap<ContainerLog, Map<string, Book>>();

const bookOf = (log: ContainerLog, name: string): Book => {
  const all = books.get(log) ?? new Map<string, Book>();
  books.set(log, all);
  const book = all.get(name) ?? { last: undefined, bytes: 0 };
  all.set(name, book);
  return book;
};

const lengthOf = (lines: readonly { readonly text: string }[]): number =>
  lines.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);

/** Counts lines written since the last call. */
const counted = (log: ContainerLog, name: string): number => {
  const book = bookOf(log, name);
  const matches = logFilters[name] ?? (() => false);
  const from = book.last === undefined ? 0 : log.lines.indexOf(book.last) + 1;
  book.bytes += lengthOf(log.lines.slice(from).filter(({ text }) => matches(text)));
  book.last = log.lines.at(-1);
  return book.bytes;
};

/** Current log file; lines that the log has dropped are empty. */
const logFile = (dir: string, name: string, log: ContainerLog, startedAt: Millis): ContainerFile => {
  const sizeBytes = counted(log, name);
  const lines = log.lines.filter(({ text }) => logFilters[name]?.(text) === true);
  const kept = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
  const rotatedBytes = sizeBytes - kept.length;
  return {
    path: `${dir}/${name}`,
    sizeBytes,
    writtenAt: lines.at(-1)?.at ?? startedAt,
    inode: fnv1a(`${startedAt} ${dir}/${name}`),
    part: (begin, end) =>
      Buffer.concat([
        Buffer.alloc(Math.max(0, Math.min(end, rotatedBytes) - begin), '\n'),
        kept.subarray(Math.max(0, begin - rotatedBytes), Math.max(0, end - rotatedBytes)),
      ]),
  };
};

/** Files of a container under `/opt/NAME/logs`. */
export const logFiles = (name: string, log: ContainerLog, startedAt: Millis): readonly ContainerFile[] =>
  Object.keys(logFilters).map((file) => logFile(`/opt/${name}/logs`, file, log, startedAt));

/** A text file. */
export const textFile = (path: string, text: string, writtenAt: Millis): ContainerFile => {
  const bytes = Buffer.from(text);
  return {
    path,
    sizeBytes: bytes.length,
    writtenAt,
    inode: fnv1a(path),
    part: (begin, end) => bytes.subarray(begin, end),
  };
};
