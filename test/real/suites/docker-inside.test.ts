import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ViaSpec } from '../../../src/domain/profile/profile.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { entryOf, openRemote, signalOf } from '../../engine/via/remote-fixture.ts';
import { type Container, runContainer } from '../docker/containers.ts';
import { detailOf, underTest } from '../setting.ts';

const socket = detailOf(underTest(), 'socket');
const via: ViaSpec = { source: 'engine', target: 'inside' };
const engine = () => entryOf('docker', 'engine', { socket, stats: false });
let container: Container;

describe('programs and files in a container of a real daemon', () => {
  beforeAll(async () => {
    container = await runContainer(socket, {
      name: 'inside',
      script: 'mkdir /data; printf "name,depth\\nq,7\\n" >/data/queue.csv; while :; do sleep 0.1; done',
    });
  });
  afterAll(() => container[Symbol.asyncDispose]());

  test('output, exit status and argv of a check, a missing program and a hanging one', async () => {
    const checks = [
      ['words', 'echo', '$(id)', "it's"],
      ['bad', 'sh', '-c', 'echo no >&2; exit 2'],
      ['none', 'no-such-check'],
      ['closed', '/data/queue.csv'],
      ['place', 'sh', '-c', 'echo "$PWD $A"'],
      ['hangs', 'sleep', '1000'],
    ].map(([service = '', ...run]) => ({
      service,
      run,
      ...(service === 'place' ? { cwd: '/data', env: { A: 'b c' } } : {}),
      ...(service === 'hangs' ? { timeout: '2s' } : {}),
    }));
    await using inside = await openRemote(systemClock(), [
      engine(),
      entryOf('script', 'checks', { checks }, via),
    ]);
    await inside.read();
    expect(inside.health()).toEqual([
      "words inside up $(id) it's",
      'bad inside down no',
      'none inside unknown no `no-such-check` in this container',
      'closed inside unknown `/data/queue.csv` cannot be run in this container: permission denied',
      'place inside up /data b c',
      'hangs inside down no answer in 2s',
    ]);
  });

  test('files, and a removed container', async () => {
    const script = entryOf('script', 'checks', { checks: [{ service: 'ok', run: ['true'] }] }, via);
    await using inside = await openRemote(
      systemClock(),
      [engine(), script, entryOf('file', 'files', { paths: ['/data/*'] }, via)],
      [
        signalOf('depth', 'files', { csv: '/data/queue.csv', column: 'depth' }),
        signalOf('bytes', 'files', { newest: '/data/*.csv', read: 'bytes' }),
        signalOf('none', 'files', { exists: '/data/none' }),
      ],
    );
    await inside.read();
    expect(inside.faults()).toEqual([]);
    expect(inside.samples().toSorted()).toEqual(['bytes 15', 'depth 7', 'none 0']);
    await container[Symbol.asyncDispose]();
    await inside.read();
    expect(inside.health()).toEqual([expect.stringMatching(/^ok (inside )?unknown/)]);
    expect(inside.faults()).toContainEqual(expect.stringMatching(/tunnel cut: engine inside: /));
  });
});
