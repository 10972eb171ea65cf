import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { openPtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { launcher } from './pty.ts';

const profile = (env: string, checks: string): string =>
  [
    'opsdeck: 1',
    'system: shop',
    `env: ${env}`,
    'tier: dev',
    `sources: { api: { type: http, url: "http://127.0.0.1:1", ${checks}: [{ service: api, path: / }] } }`,
    '',
  ].join('\n');

/** A cockpit of shop/here, whose profiles and state are in the directory. */
const openHere = (dir: string) => {
  const argv = [process.execPath, launcher, '--env', 'shop/here', '--profiles', dir];
  return openPtyTerminal([...argv, '--state-dir', join(dir, 'state')], {
    ...{ columns: 160, rows: 30 },
    env: { XDG_CONFIG_HOME: dir },
  });
};

test('an invalid profile of another environment is reported with its line, and the current one keeps working', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-across-'));
  try {
    await mkdir(join(dir, 'shop'));
    await writeFile(join(dir, 'shop', 'here.yaml'), profile('here', 'checks'));
    await writeFile(join(dir, 'shop', 'there.yaml'), profile('there', 'chekcs'));
    await using pty = openHere(dir);
    await pty.until(
      (screen) => /cannot show there: .*there\.yaml:5:\d+: unknown key "chekcs"/.test(screen.join('\n')),
      'the error of the other environment',
    );
    await pty.until((screen) => /✗.* api /.test(screen.join('\n')), 'the health of the current environment');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

/** An HTTP server on loopback that counts requests. */
const openCounter = async (answer: RequestListener) => {
  let requests = 0;
  const server = createServer((incoming, outgoing) => {
    requests += 1;
    server.emit('counted');
    answer(incoming, outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    /** Resolves once it has received so many further requests. */
    more: async (count: number) => {
      for (const expected = requests + count; requests < expected; ) await once(server, 'counted');
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

test('hanging sources of another environment do not delay those of the open one', async () => {
  await using prompt = await openCounter((_, outgoing) => outgoing.end());
  await using hanging = await openCounter(() => {});
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-across-'));
  const env = (name: string, url: string, sources: readonly string[], timeout: string): string =>
    [
      'opsdeck: 1',
      'system: shop',
      `env: ${name}`,
      'tier: dev',
      'sources:',
      ...sources.map(
        (id) =>
          `  ${id}: { type: http, url: "${url}", every: 1s, timeout: ${timeout}, checks: [{ service: ${id}, path: / }] }`,
      ),
      '',
    ].join('\n');
  try {
    await mkdir(join(dir, 'shop'));
    await writeFile(join(dir, 'shop', 'here.yaml'), env('here', prompt.url, ['api'], '1s'));
    // More than a process reads at the same time, and each read takes longer than the test.
    const many = Array.from({ length: 40 }, (_, index) => `hang-${index}`);
    await writeFile(join(dir, 'shop', 'there.yaml'), env('there', hanging.url, many, '5m'));
    await using pty = openHere(dir);
    await hanging.more(8);
    await pty.until((screen) => /●.* api /.test(screen.join('\n')), 'the health of the open environment');
    await prompt.more(5);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
