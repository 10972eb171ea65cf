import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ViaSpec } from '../../../../src/domain/profile/profile.ts';
import { http } from '../../../../src/sources/http/index.ts';
import type { SourceModule } from '../../../../src/sources/kit/contract/source.ts';
import { entry, openEnvironment } from '../../../engine/via/environment.ts';
import { healthy } from '../../../engine/via/servers.ts';
import { createTunnel } from '../../../engine/via/tunnel.ts';

const client = fileURLToPath(new URL('../../../fixtures/programs/plays-ssh', import.meta.url));
const { PATH } = process.env;
let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-ssh-'));
  await writeFile(join(dir, 'ssh'), `#!/bin/sh\nexec '${process.execPath}' '${client}' "$@"\n`, {
    mode: 0o755,
  });
  process.env.PATH = `${dir}:${PATH}`;
});

afterAll(async () => {
  process.env.PATH = PATH;
  await rm(dir, { recursive: true });
});

const shop = (via: ViaSpec) =>
  entry(http as SourceModule, 'shop', { checks: [{ service: 'shop', path: '/health' }] }, via);

const readOnce = async (via: ViaSpec) => {
  await using environment = await openEnvironment(createTunnel([]), [shop(via)], { memory: false });
  await environment.engine.readOnce(10_000);
  return { health: environment.health(), faults: environment.engine.snapshot().faults };
};

test('a source is read through an ssh host, at a port of that host or of one that it reaches', async () => {
  await using server = await healthy();
  const { port } = server;
  expect(await readOnce({ ssh: 'deploy@box', port })).toEqual({ health: ['shop box up'], faults: [] });
  expect(await readOnce({ ssh: 'box', host: '127.0.0.1', port })).toEqual({
    health: ['shop box up'],
    faults: [],
  });
  expect(server.headers[0]?.host).toBe(`box:${port}`);
});

test('a refused port is down; a host with a changed key is unknown, with a remedy', async () => {
  const result = await readOnce({ ssh: 'box', port: 1 });
  expect(result.health).toEqual(['shop box down']);
  const changed = await readOnce({ ssh: 'changed', port: 1 });
  expect(changed.health).toEqual(['shop changed unknown']);
  expect(changed.faults).toMatchObject([
    {
      kind: 'unreachable',
      source: 'shop',
      message: expect.stringMatching(/tunnel cut: ssh changed: the host key has changed/),
      remedy: expect.stringContaining('ssh-keygen -R changed'),
    },
  ]);
});
