import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openPtyTerminal, type PtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { readMs } from '../support/cockpit-verbs.ts';
import { launcher } from './pty.ts';
import { openSandbox } from './support/sandbox.ts';

/** A program that ends when the other one has started, too: both runs are going on at the same time. */
const meeting = '#!/bin/sh\n: > "$1"\nwhile [ ! -e "$2" ]; do sleep 0.05; done\n';

/** A runbook with a source of its own: runs on one target exclude each other. */
const runbook = (id: string, own: string, other: string): string =>
  `  - { id: ${id}, title: Meet as ${id}, act: [{ id: a1, title: Meet, use: ${id}-desk.exec, with: { argv: [./meet.sh, ${own}, ${other}] }, danger: safe }], verify: none }`;

const profile = [
  'opsdeck: 1',
  'system: shop',
  'env: here',
  'tier: local',
  'sources:',
  '  ana-desk: { type: script, cwd: DIR, checks: [{ service: desk, run: ["true"], timeout: 5s }] }',
  '  ben-desk: { type: script, cwd: DIR, checks: [{ service: lamp, run: ["true"], timeout: 5s }] }',
  'runbooks:',
  runbook('ana', 'ana.there', 'ben.there'),
  runbook('ben', 'ben.there', 'ana.there'),
  '',
].join('\n');

const shows = (screen: readonly string[], text: RegExp): boolean => text.test(screen.join('\n'));
const sees = (pty: PtyTerminal, text: RegExp): Promise<void> =>
  pty.until((screen) => shows(screen, text), `waiting for ${String(text)}`, 30_000);

/** Starts the runbook from the list of runbooks. */
const start = async (pty: PtyTerminal, id: string): Promise<void> => {
  pty.press('R');
  await sees(pty, /Runbooks/);
  pty.press('/');
  for (const letter of id) pty.press(letter);
  await sees(pty, new RegExp(`Runbooks +/${id}_`));
  await sees(pty, new RegExp(`▸ . ${id} `));
  pty.press('\r');
  await sees(pty, /enter confirm/);
  await sleep(readMs);
  pty.press('\r');
};

/** A record of the ledger, as far as it is compared. */
interface Line {
  readonly pid: number;
  readonly event: string;
}

test('two cockpits act at the same time on one ledger: each shows the run of the other, and the chain is whole', {
  timeout: 120_000,
}, async () => {
  await using sandbox = await openSandbox();
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-two-'));
  try {
    await mkdir(join(dir, 'shop'));
    await writeFile(join(dir, 'shop', 'here.yaml'), profile.replaceAll('DIR', dir));
    await writeFile(join(dir, 'meet.sh'), meeting);
    await chmod(join(dir, 'meet.sh'), 0o755);
    const state = join(dir, 'state');
    const args = ['--env', 'shop/here', '--profiles', dir, '--state-dir', state];
    const open = (): PtyTerminal =>
      openPtyTerminal([process.execPath, launcher, ...args], {
        columns: 140,
        rows: 36,
        env: { XDG_CONFIG_HOME: dir, XDG_CACHE_HOME: dir },
      });
    await using ana = open();
    await using ben = open();
    await Promise.all([ana, ben].map((pty) => sees(pty, /● .*(?:desk|2 more|lamp)/)));
    await start(ana, 'ana');
    await sees(ana, /RUNNING|Running/);
    await start(ben, 'ben');
    await Promise.all([ana, ben].map((pty) => sees(pty, /EXECUTED/)));
    for (const [pty, other] of [
      [ana, 'ben'],
      [ben, 'ana'],
    ] as const) {
      pty.press('\u001b[27u');
      pty.press('JJ');
      await sees(pty, new RegExp(`Meet as ${other} .*started`));
      await sees(pty, new RegExp(`Meet as ${other} .*EXECUTED`));
      pty.press('q');
      expect((await pty.exited).code).toBe(0);
    }
    const verified = await sandbox.run(['audit', 'verify', '--state-dir', state]);
    expect([verified.code, verified.stderr]).toEqual([0, '']);
    const lines = (await readFile(join(state, 'audit.jsonl'), 'utf8')).trimEnd().split('\n');
    const records = lines.map((line) => {
      const { pid, entry } = JSON.parse(line) as { pid: number; entry: Omit<Line, 'pid'> }; // a record of the ledger
      return { pid, ...entry };
    });
    expect(new Set(records.map(({ pid }) => pid)).size).toBe(2);
    expect(records.filter(({ event }) => event === 'ended')).toHaveLength(2);
    // Both runs were going on at once: each began before the other one ended.
    const firstEnd = records.findIndex(({ event }) => event === 'ended');
    expect(records.slice(0, firstEnd).filter(({ event }) => event === 'acting')).toHaveLength(2);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
