import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { openConsole } from '../../src/doors/console.ts';
import { WireError } from '../../src/platform/runtime/wire-error.ts';
import type { InteractiveTerminal } from '../../src/platform/terminal/interactive-terminal.ts';

const { signal } = new AbortController();

/** A terminal whose program is a function. */
const lend = (run: (argv: readonly string[]) => { readonly status: number }) => {
  const terminal: InteractiveTerminal = {
    size: () => ({ columns: 80, rows: 24 }),
    onResize: () => {},
    onInput: () => {},
    write: () => {},
    run: async ({ argv }) => run(argv),
  };
  return <T>(use: (lent: InteractiveTerminal) => Promise<T>): Promise<T> => use(terminal);
};

const request = {
  to: { host: 'db', port: 5432 },
  files: { 'key.pem': 'PRIVATE KEY' },
  defaultCaFile: 'ca.pem',
  typed: 'psql',
  greeting: '',
  program: (place: { file(name: string): string }) => ({
    argv: ['psql', place.file('key.pem'), place.file('ca.pem')],
    env: {},
  }),
};

test('private files have mode 0600 in a directory of mode 0700, and are removed when the program has ended', async () => {
  const seen: string[] = [];
  const open = openConsole({
    lendTerminal: lend(([, key = '', ca = '']) => {
      seen.push(key);
      expect(statSync(key).mode & 0o777).toBe(0o600);
      expect(statSync(dirname(key)).mode & 0o777).toBe(0o700);
      expect(readFileSync(key, 'utf8')).toBe('PRIVATE KEY');
      expect(readFileSync(ca, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
      return { status: 0 };
    }),
  });
  expect(await open(request, signal)).toEqual({ status: 0 });
  expect(seen.map((path) => existsSync(dirname(path)))).toEqual([false]);
});

test('they are also removed when opsdeck runs without a terminal, so no shell or console can be opened', async () => {
  const seen: string[] = [];
  const open = openConsole({
    lendTerminal: () => Promise.reject(new WireError('unconfigured', 'the screen is shared')),
  });
  const failing = open(
    {
      ...request,
      program: (place) => {
        seen.push(place.file('key.pem'));
        expect(existsSync(place.file('key.pem'))).toBe(true);
        return request.program(place);
      },
    },
    signal,
  );
  await expect(failing).rejects.toThrow('the screen is shared');
  expect(seen.map((path) => existsSync(path))).toEqual([false]);
});

test('a program that has changed since its directory was trusted is not started', async () => {
  const open = openConsole({
    lendTerminal: lend(() => {
      throw new Error('started in spite of it');
    }),
    programPolicy: {
      covers: () => true,
      cover: () => {},
      checkNamed: () => Promise.resolve(),
      check: ({ argv }) => Promise.reject(new WireError('denied', `${argv[0]} has changed`)),
    },
  });
  await expect(open(request, signal)).rejects.toThrow('psql has changed');
});
