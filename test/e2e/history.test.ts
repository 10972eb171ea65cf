import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openShell, type ShellTerminal } from './pty.ts';

const cockpit = 'clear; "$NODE" "$OPSDECK" --env demo/production; echo "status "$?';

const open = async (shell: ShellTerminal): Promise<void> => {
  shell.type(cockpit);
  await shell.sees(/2 Threshold matrix ─+.* ● \d+ ok/);
};
const quit = async (shell: ShellTerminal): Promise<void> => {
  shell.pty.press('q');
  await shell.sees('status 0');
};

const stateOf = ({ home }: ShellTerminal): string => join(home, 'state', 'opsdeck');

/** Returns the number of stored values of a signal, by environment. */
const storedCounts = (shell: ShellTerminal, key: string): Readonly<Record<string, number>> => {
  const db = new DatabaseSync(join(stateOf(shell), 'history.db'), { readOnly: true });
  try {
    const rows = db
      .prepare('SELECT env, count(*) AS n FROM points JOIN series ON id = series WHERE key = ? GROUP BY env')
      .all(key);
    return Object.fromEntries(rows.map(({ env, n }) => [String(env), Number(n)]));
  } finally {
    db.close();
  }
};

test('stores the history of every environment when the cockpit exits', async () => {
  await using shell = await openShell(process.execPath, { columns: 120, rows: 36 });
  await open(shell);
  shell.pty.press('2z');
  await shell.sees(/Error rate %(.*● OK){4}/);
  await quit(shell);
  // Closing the database has merged its journal into the file.
  expect(readdirSync(stateOf(shell)).filter((name) => name.startsWith('history'))).toEqual(['history.db']);
  const stored = storedCounts(shell, 'error.rate');
  expect(Object.keys(stored).toSorted()).toEqual(['dev', 'local', 'production', 'staging']);
  expect(stored.production).toBeGreaterThan(0);
});

test('history: off in the settings stores nothing', async () => {
  await using shell = await openShell(process.execPath, { columns: 120, rows: 36 });
  mkdirSync(join(shell.home, 'config', 'opsdeck'), { recursive: true });
  writeFileSync(join(shell.home, 'config', 'opsdeck', 'config.yaml'), 'history: off\n');
  await open(shell);
  await quit(shell);
  expect(existsSync(join(stateOf(shell), 'history.db'))).toBe(false);
});

test('a corrupt history database is moved aside and reported', async () => {
  await using shell = await openShell(process.execPath, { columns: 180, rows: 36 });
  mkdirSync(stateOf(shell), { recursive: true });
  writeFileSync(
    join(stateOf(shell), 'history.db'),
    'no database at all, and longer than a page of one. '.repeat(200),
  );
  await open(shell);
  await shell.sees(/file is not a database, \S*history\.db. Moved to/);
  await quit(shell);
  expect(
    readdirSync(stateOf(shell))
      .filter((name) => name.startsWith('history'))
      .toSorted(),
  ).toEqual(['history.db', 'history.db.broken']);
});

test('a one-shot command stores nothing', async () => {
  await using shell = await openShell(process.execPath, { columns: 120, rows: 36 });
  shell.type('clear; "$NODE" "$OPSDECK" check --env demo/production > /dev/null; echo "status "$?');
  await shell.sees(/status \d/);
  expect(existsSync(join(stateOf(shell), 'history.db'))).toBe(false);
});
