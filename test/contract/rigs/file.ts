import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { FailureMode } from '../../../src/testing/failure-modes.ts';
import type { Stage, Wire } from '../../../src/testing/source-rig.ts';
import { makeFifo } from '../../support/make-fifo.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** Replaces every file. */
interface FileFailureMode extends FailureMode {
  put(path: string): Promise<void>;
}

const source = 'file';
const writtenAt = new Date('2026-03-04T10:14:07Z');

const writeAt = async (path: string, content: string | Uint8Array): Promise<void> => {
  await writeFile(path, content);
  await utimes(path, writtenAt, writtenAt);
};

const failureModes: readonly FileFailureMode[] = [
  { name: 'down', fault: 'malformed', row: 'down', put: async (path) => void (await mkdir(path)) },
  { name: 'missing', fault: 'missing', row: 'unknown', isAbsence: true, put: async () => {} },
  { name: 'a symlink loop', fault: 'malformed', row: 'down', put: (path) => symlink(path, path) },
  {
    name: 'a FIFO without a writer',
    fault: 'malformed',
    row: 'down',
    put: async (path) => makeFifo(path),
  },
  { name: 'a device', fault: 'malformed', row: 'down', put: (path) => symlink('/dev/zero', path) },
  { name: 'zero bytes', fault: 'malformed', row: 'down', put: (path) => writeAt(path, new Uint8Array(64)) },
  {
    name: 'UTF-16',
    fault: 'malformed',
    row: 'down',
    put: (path) => writeAt(path, Buffer.from('\ufeffa,b\n', 'utf16le')),
  },
  { name: 'an empty file', fault: 'malformed', row: 'down', put: (path) => writeAt(path, '') },
  {
    name: 'garbage',
    fault: 'malformed',
    row: 'down',
    put: (path) => writeAt(path, 'a,b\n1,"\u001b[2J unclosed\n'),
  },
  {
    name: 'five megabytes on one line',
    fault: 'malformed',
    row: 'down',
    put: (path) => writeAt(path, '1'.repeat(5_000_000)),
  },
];

const files = {
  'builds.csv': 'at,seconds,branch\n2026-03-04T09:00:00Z,431,main\n2026-03-04T10:00:00Z,412,main\n',
  'report.json': '{"tests":{"passed":812,"skipped":null}}',
};

const openWire = async (): Promise<Wire<FileFailureMode>> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-contract-'));
  const each = async (put: (path: string, content: string) => Promise<void>): Promise<void> => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(dir, name);
      await rm(path, { recursive: true, force: true });
      await put(path, content);
    }
  };
  await each(writeAt);
  return {
    url: dir,
    dir,
    set: (failure) => each(failure.put),
    heal: () => each(writeAt),
    methods: () => new Set(),
    asked: () => 0,
    arrived: async () => {},
    drained: async () => {},
    close: () => rm(dir, { recursive: true }),
  };
};

/** Files instead of a server. Reading a file cannot block, so this wire never hangs. */
export const fileStage: Stage<FileFailureMode> = {
  failureModes,
  call: /^read \/\S+: \S/,
  // The end of a file is shown whatever it contains; a path that is no file is no match.
  untouched: (_, feedId) => feedId === 'file/files' || feedId === 'file/tail',
  isAnonymous: true,
  clock: () => manualClock(),
  open: openWire,
  rig: {
    type: 'file',
    config: () => ({ paths: ['*.csv'] }),
    signals: [
      { id: 'build.seconds', read: { csv: 'builds.csv', column: 'seconds' } },
      { id: 'build.longest', read: { csv: 'builds.csv', column: 'seconds', fold: 'max' } },
      { id: 'build.branch', read: { csv: 'builds.csv', column: 2 } },
      { id: 'tests.passed', read: { json: 'report.json', path: 'tests.passed' } },
      { id: 'tests.skipped', read: { json: 'report.json', path: 'tests.skipped' } },
    ],
    healthy: {
      'file/metrics:csv builds.csv': {
        items: [
          { source, signal: 'build.seconds', labels: {}, value: 412 },
          { source, signal: 'build.longest', labels: {}, value: 431 },
          { source, signal: 'build.branch', labels: {}, value: 'main' },
        ],
      },
      'file/metrics:json report.json': {
        items: [
          { source, signal: 'tests.passed', labels: {}, value: 812 },
          {
            source,
            signal: 'tests.skipped',
            labels: {},
            why: 'there is no number or text at tests.skipped: check path',
          },
        ],
      },
      'file/files': {
        items: [{ source, title: expect.stringMatching(/\/builds\.csv$/), text: '78 bytes, written 1m ago' }],
      },
      'file/tail': {
        items: [
          {
            source,
            title: expect.stringMatching(/\/builds\.csv, written 1m ago$/),
            text: files['builds.csv'].trimEnd(),
          },
        ],
      },
    },
    unknowns: {
      'file/metrics:json report.json': ({ items }) =>
        items
          .filter((item) => 'signal' in item && item.signal === 'tests.skipped')
          .map((item) => ('value' in item ? item.value : undefined)),
    },
    operations: {},
  },
};
