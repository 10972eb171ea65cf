import { describe, expect, test } from 'vitest';
import type { Note } from '../../../src/domain/facts/facts.ts';
import { redis } from '../../../src/sources/redis/index.ts';
import { redisProtocol } from '../../replay/frames.ts';
import { type Played, play } from '../../replay/open-through.ts';
import { wireRecording } from '../../replay/recording.ts';
import { redisScenarios } from '../../replay/redis-scenarios.ts';
import { type Replay, replayInOrder } from '../../replay/replay-frames.ts';

/** Replays a scenario recorded from a real Redis. */
const replayed = async (name: string): Promise<Played & { readonly replay: Replay }> => {
  const scenario = redisScenarios.find((redisScenario) => redisScenario.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const recording = wireRecording(`redis-7.0/${name}`);
  const replay = replayInOrder(recording, redisProtocol);
  return { ...(await play(redis, scenario, { dial: replay.dial, at: recording.at })), replay };
};

const itemsOf = ({ batches }: Played) => batches.flatMap(({ items }) => items);
const faultsOf = ({ batches }: Played) =>
  batches.flatMap(({ faults }) => faults.map(({ kind, message }) => `${kind}: ${message}`));
const valuesOf = (played: Played): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...itemsOf(played), ...played.batches.flatMap(({ samples = [] }) => samples)].flatMap((item) =>
      'signal' in item && 'labels' in item ? [[item.signal, item.value ?? item.why]] : [],
    ),
  );
const linesOf = (played: Played): readonly string[] =>
  itemsOf(played)
    .filter((item): item is Note => 'title' in item)
    .map(({ title, text }) => `${title}: ${text}`);
const healthOf = (played: Played) =>
  itemsOf(played).flatMap((item) => ('components' in item ? [[item.status, item.detail]] : []));

describe('responses of a real Redis 7.0', () => {
  test.each(redisScenarios)('$name: every command sent is the recorded one', async ({ name }) => {
    const { replay } = await replayed(name);
    expect(replay.differences()).toEqual([]);
  });

  test('health: a master is up', async () => {
    expect(healthOf(await replayed('health'))).toEqual([
      ['up', ''],
      ['up', ''],
    ]);
  });

  test('sessions: the waiting worker and the replica', async () => {
    const rows = itemsOf(await replayed('sessions')).flatMap((item) =>
      'pid' in item ? [[item.application, item.state, item.waiting, item.user]] : [],
    );
    expect(rows).toContainEqual(['worker', 'waiting', 'blpop', 'default']);
    expect(rows.map(([, state]) => state)).toContain('replica');
  });

  test('pools: connections, and signals of INFO', async () => {
    const played = await replayed('pools');
    expect(itemsOf(played)).toContainEqual(expect.objectContaining({ max: 60, taken: expect.any(Number) }));
    expect(valuesOf(played)).toEqual({
      ...{ role: 'master', seconds: expect.any(Number), bytes: expect.any(Number) },
      ...{ link: 'INFO of this server has no field master_link_status' },
      ...{ memory: expect.any(Number), keys: 4, empty: 0, policy: 'allkeys-lru' },
      ...{ saved: expect.any(Number), missing: 'INFO of this server has no field no_such_field' },
    });
    expect(Number(valuesOf(played).bytes)).toBeGreaterThanOrEqual(0);
  });

  test('keys: lengths by type; a missing key is empty', async () => {
    expect(valuesOf(await replayed('keys'))).toEqual({ k0: 3, k1: 1, k2: 1, k3: 0 });
  });

  test('details: every table, without texts that are unknown', async () => {
    const played = await replayed('details');
    expect(faultsOf(played)).toEqual([]);
    const lines = linesOf(played);
    expect(lines.join('\n')).not.toContain('unknown');
    for (const line of [
      /^used memory: [\d.]+ [KM]iB of 100 MiB · allkeys-lru$/,
      /^db0: 4 keys · 0 with expiry$/,
      /^replica 127\.0\.0\.1:\d+: online · lag \d+ s · \d+ B behind$/,
      /^RDB: last save ok · \d+ changes since$/,
      /^append-only file: off$/,
      /^maxmemory: 104857600$/,
    ])
      expect(lines).toContainEqual(expect.stringMatching(line));
  });

  test('plans: what they affect, and why others are not applicable', async () => {
    const { plans } = await replayed('plans');
    const [set, unknown, remove, none, kill] = plans;
    expect(set).toMatchObject({ earlier: expect.anything(), calls: [{ line: 'CONFIG SET maxmemory 64mb' }] });
    expect(unknown).toBeInstanceOf(Error);
    expect(remove).toMatchObject({ targets: [expect.anything()], danger: 'destructive' });
    expect(none).toMatchObject({ ending: 'not-applicable' });
    expect(kill).toMatchObject({ ending: 'not-applicable' });
  });

  test('doctor: version, mode, role and permissions', async () => {
    const { findings } = await replayed('doctor');
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings[0]?.what).toMatch(
      /^Redis 7\.0\.\d+ at redis:\/\/redis\.example:6379\/0 as default, standalone, master$/,
    );
  });

  test('refused: a standalone server is neither a cluster node nor a sentinel', async () => {
    expect(faultsOf(await replayed('refused'))).toEqual([
      expect.stringMatching(/^missing: .* topology:state: the server is not a cluster node/),
      expect.stringMatching(/^missing: .* topology:quorum: this server does not support the command/),
    ]);
  });

  test('replica: its link and lag. The lag in bytes is that of the master to tell', async () => {
    const played = await replayed('replica');
    expect(healthOf(played)).toEqual([['up', expect.stringMatching(/^replica of 127\.0\.0\.1:\d+$/)]]);
    expect(valuesOf(played)).toEqual({
      ...{ role: 'slave', link: 'up', seconds: expect.any(Number) },
      bytes: 'only a master reports the lag in bytes: read lag in seconds here',
    });
    expect(linesOf(played)).toEqual([
      expect.stringMatching(/^replica of 127\.0\.0\.1:\d+: link up · last data \d+ s ago$/),
    ]);
    expect(itemsOf(played)).toContainEqual(expect.objectContaining({ state: 'master' }));
  });

  test('cluster: slots without a node degrade it; a key of such a slot is a fault', async () => {
    const played = await replayed('cluster');
    const problem = 'cluster state fail: 16283 of 16384 slots are not served';
    expect(healthOf(played)).toEqual([['degraded', problem]]);
    expect(valuesOf(played)).toEqual({
      ...{ state: 'fail', unservedSlots: 16_283, failedSlots: 0, nodes: 1, masters: 1 },
    });
    expect(linesOf(played)).toEqual([
      'cluster state: fail',
      'slots: 101 of 16,384 served · 0 suspected · 0 failed',
      'nodes: 1 known · 1 masters with slots',
    ]);
    expect(faultsOf(played)).toEqual([expect.stringMatching(/keys:key: the cluster is down/)]);
    expect(played.findings.filter(({ ok }) => !ok)).toMatchObject([{ what: problem }]);
  });

  test('sentinel: its master and quorum; tables that a sentinel does not have are missing', async () => {
    const played = await replayed('sentinel');
    expect(healthOf(played)).toEqual([['up', '']]);
    expect(valuesOf(played)).toEqual({
      ...{ state: 'ok', address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), sentinels: 1, quorum: 1 },
      replicas: expect.any(Number),
      none: 'the sentinel monitors no master none',
    });
    expect(faultsOf(played)).toEqual([
      expect.stringMatching(/^missing: .* slowlog: this server does not support the command/),
      expect.stringMatching(/^missing: .* settings: this server does not support the command/),
    ]);
    expect(played.findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(played.findings[0]?.what).toMatch(/ as default, sentinel$/);
  });
});
