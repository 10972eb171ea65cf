import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { readNewestLedgerLines } from '../../../src/persistence/ledger/newest-lines.ts';
import { actsCounted } from '../../../src/runs/context/check-parts.ts';
import { tempDir } from '../../persistence/ledger/entries.ts';
import { longTest } from '../../support/layer.ts';
import { closeStep, events, openStage, type Stage } from '../stage.ts';

const second = { ...closeStep, id: 'a2', with: { name: 'ledger', to: 'closed' } };
const rate = { acts: 3, perMs: 600_000 };

/** Actions of another process that shares the ledger. */
const actElsewhere = async (
  { stateDir, clock }: Pick<Stage, 'stateDir' | 'clock'>,
  agoMs: number,
  env = 'dev',
): Promise<void> => {
  const ledger = await openLedger(stateDir);
  const entry: RunEvent = { run: 'r-other', at: 1, event: 'acting', step: 'a1', title: 'x' };
  const time = clock.now() - agoMs;
  await ledger.append({ at: time, who: { user: 'ben', host: 'vm-2', pid: 7 }, system: 'demo', env, entry });
};

test('counts actions of other processes, but not of another environment or older ones', async () => {
  await using stage = await openStage({ guard: { rate } });
  await actElsewhere(stage, 700_000);
  await actElsewhere(stage, 550_000);
  await actElsewhere(stage, 100_000, 'staging');
  await actElsewhere(stage, 60_000);
  expect((await stage.propose()).checks).toContainEqual({
    what: 'rate',
    ok: true,
    why: '2 of 3 actions per 10m used',
  });
  await actElsewhere(stage, 1000);
  const proposal = await stage.propose();
  expect(proposal.refusal).toMatchObject({
    ending: 'forbidden',
    why: 'the profile permits 3 actions per 10m: 3 are used, and this run adds 1. Retry in 50s',
  });
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(stage.server.changes).toEqual([]);
});

longTest(
  'drills on a simulator and actions in the real environment of the same name are counted apart',
  async () => {
    await using real = await openStage({ guard: { rate } });
    await real.go(await real.propose()).end();
    const counted = (drill: boolean) =>
      actsCounted(real.stateDir)({
        system: 'demo',
        env: real.engine.profile.env,
        drill,
        now: real.clock.wallNow(),
        perMs: 600_000,
      });
    expect((await counted(false)).at).toHaveLength(1);
    expect((await counted(true)).at).toEqual([]);
    await using drill = await openStage({ guard: { rate }, drill: true });
    await drill.go(await drill.propose()).end();
    const checks = (await drill.propose()).checks;
    expect(checks).toContainEqual({ what: 'rate', ok: true, why: '1 of 3 actions per 10m used' });
  },
);

test('counts the actions of the plan itself: a run that exceeds the limit is not started', async () => {
  await using stage = await openStage({ act: [closeStep, second], guard: { rate } });
  await actElsewhere(stage, 400_000);
  await actElsewhere(stage, 300_000);
  expect((await stage.propose()).refusal?.why).toBe(
    'the profile permits 3 actions per 10m: 2 are used, and this run adds 2. Retry in 3m20s',
  );
  await using small = await openStage({ act: [closeStep, second], guard: { rate: { ...rate, acts: 1 } } });
  expect((await small.propose()).refusal?.why).toBe(
    'this run has 2 actions, and the profile permits 1 action per 10m. Select fewer targets',
  );
});

test('counts the actions of others again before each request', async () => {
  await using stage = await openStage({ guard: { rate }, tier: 'production' });
  stage.arming.arm('psp outage');
  const going = stage.go(await stage.propose());
  await going.until('window');
  for (const ago of [3000, 2000, 1000]) await actElsewhere(stage, ago, 'production');
  expect(await going.end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(events(going.events)).not.toContain('acting');
  expect(stage.server.changes).toEqual([]);
});

test('an action that another process records after the last check is counted, too', async () => {
  let isFirst = true;
  const stage: Stage = await openStage({
    guard: { rate: { ...rate, acts: 1 } },
    onAppend: async ({ entry }) => {
      if (entry.event !== 'acting' || !isFirst) return;
      isFirst = false;
      await actElsewhere(stage, 0);
    },
  });
  await using _ = stage;
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({
    ending: 'forbidden',
    why: expect.stringMatching(
      /^the profile permits 1 action per 10m: 1 are used, and this run adds 1. Retry in (?:10m|\dm\d\ds)$/,
    ),
    sent: [],
  });
  expect(events(going.events)).not.toContain('acting');
  expect(stage.server.changes).toEqual([]);
});

test('an unreadable ledger makes the rate unknown, and the reason is reported', async () => {
  await using stage = await openStage({ guard: { rate } });
  await mkdir(join(stage.stateDir, 'audit.jsonl'));
  expect((await stage.propose()).checks).toContainEqual(
    expect.objectContaining({ what: 'rate', ok: 'unknown', why: expect.stringContaining('cannot be read') }),
  );
});

test('reads a ledger backward, line by line, across many chunks, and no further than requested', async () => {
  await using dir = await tempDir();
  const path = join(dir.path, 'audit.jsonl');
  const long = 'ü'.repeat(50_000);
  const lines = Array.from({ length: 40 }, (_, i) => `${i} ${i % 3 === 0 ? long : ''}`);
  await writeFile(path, `${lines.join('\n')}\n`);
  const seen: string[] = [];
  const keep = (line: string): boolean => seen.push(line) < 1000;
  expect(await readNewestLedgerLines(dir.path, 1e9, keep)).toBe(true);
  expect(seen).toEqual([...lines].reverse());

  seen.length = 0;
  expect(await readNewestLedgerLines(dir.path, 1e9, (line) => keep(line) && seen.length < 3)).toBe(true);
  expect(seen).toHaveLength(3);

  seen.length = 0;
  expect(await readNewestLedgerLines(dir.path, 1000, keep)).toBe(false);
  expect(seen).toEqual([]);
  await appendFile(path, 'last');
  expect(await readNewestLedgerLines(dir.path, 1000, keep)).toBe(false);
  expect(seen).toEqual(['last']);
});

test('without a ledger no action has been taken', async () => {
  await using dir = await tempDir();
  const counted = await actsCounted(dir.path)({
    system: 'demo',
    env: 'dev',
    drill: false,
    now: 0,
    perMs: 1000,
  });
  expect(counted).toEqual({ at: [], whole: true });
});
