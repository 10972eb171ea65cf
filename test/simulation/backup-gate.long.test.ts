import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSimulation } from './simulation.ts';

/** The shipped profiles, with the age of the backups of the trading service read from another directory. */
const profilesWithBackups = async (): Promise<{ readonly profiles: string; readonly backups: string }> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-backups-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const profiles = join(dir, 'profiles');
  const backups = join(dir, 'backups');
  await mkdir(backups);
  await cp('profiles', profiles, { recursive: true });
  const file = join(profiles, 'trading', 'platform.yaml');
  const text = await readFile(file, 'utf8');
  const shipped = '${backups}/*';
  expect(text).toContain(shipped);
  await writeFile(file, text.replaceAll(shipped, `${backups}/*`));
  return { profiles, backups };
};

/** Runs a runbook on the healthy simulated system, and returns its last event. */
const run = async (runbook: string, profiles: string): Promise<unknown> => {
  await using simulation = openSimulation();
  const args = [
    'run',
    runbook,
    '--env',
    'trading/production',
    '--rehearse',
    '--confirm',
    'trademaster_trading',
  ];
  const command = simulation.start([...args, '--arm', 'a test', '--json'], { OPSDECK_PROFILES: profiles });
  const { stdout, stderr } = await command.ended();
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  expect(last, stderr).toContain('"ended"');
  return JSON.parse(last);
};

const refused = { ending: 'not-applicable', sent: [], why: expect.stringContaining('backup.hours') };

test.each(['vacuum', 'reindex'])(
  '%s is refused while the newest backup is old, or unknown',
  async (runbook) => {
    const { profiles, backups } = await profilesWithBackups();
    expect(await run(runbook, profiles)).toMatchObject(refused);
    const backup = join(backups, 'trading_20200101.sql.gz');
    await writeFile(backup, 'a backup');
    await utimes(backup, 1_577_836_800, 1_577_836_800);
    expect(await run(runbook, profiles)).toMatchObject(refused);
  },
);
