import type { Disk } from '../../platform/files/file-shapes.ts';

/** What a dump in plain text holds. */
export interface DumpFile {
  /** Rows by table, as the dump names it: 'public.events'. */
  readonly tables: ReadonlyMap<string, number>;
  /** False: the last line of pg_dump is missing, the dump was cut off. */
  readonly isComplete: boolean;
}

const lastLine = /^-- PostgreSQL database dump complete\s*$/;
const name = String.raw`((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?)`;
const table = new RegExp(`^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?${name} `);
const copy = new RegExp(`^COPY ${name} (?:\\(.*\\) )?FROM stdin;`);
const insert = new RegExp(`^INSERT INTO ${name} `);

/** `"public"."events"` and `events` as `public.events`. */
const plain = (written: string): string => {
  const bare = written.replaceAll('"', '');
  return bare.includes('.') ? bare : `public.${bare}`;
};

const blockEnd = '\\.';

/** Counts the tables and rows of a dump, line by line. */
const counter = () => {
  const tables = new Map<string, number>();
  let copying: string | undefined;
  let isComplete = false;
  const add = (of: string, rows: number): void => void tables.set(of, (tables.get(of) ?? 0) + rows);
  return {
    line: (text: string): void => {
      if (copying !== undefined) {
        if (text === blockEnd) copying = undefined;
        else add(copying, 1);
        return;
      }
      if (lastLine.test(text)) isComplete = true;
      const [made, copied, inserted] = [table, copy, insert].map((pattern) => pattern.exec(text)?.[1]);
      if (made !== undefined) add(plain(made), 0);
      if (inserted !== undefined) add(plain(inserted), 1);
      if (copied === undefined) return;
      copying = plain(copied);
      add(copying, 0);
    },
    // A block of rows without its end was cut off, whatever stands in it.
    end: (): DumpFile => ({ tables, isComplete: isComplete && copying === undefined }),
  };
};

/** Reads a dump of this machine to its end, unpacked where it is gzip. Throws WireError: `malformed` for a cut-off gzip. */
export const readDump = async (disk: Disk, path: string, signal: AbortSignal): Promise<DumpFile> => {
  const counted = counter();
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of disk.bytes(path, signal)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) counted.line(line);
  }
  if (rest !== '') counted.line(rest);
  return counted.end();
};
