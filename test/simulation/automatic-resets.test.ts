import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';
import { openCockpitIn } from './cockpit.ts';
import { openWorkspace } from './workspace.ts';

/** A service whose logger keeps its level over restarts of opsdeck. */
interface LoggingService extends LocalServer {
  level: string | undefined;
}

const loggingService = async (): Promise<LoggingService> => {
  const server = await localServer((request, response) => {
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (bytes) => {
        body += String(bytes);
      });
      request.on('end', () => {
        service.level = JSON.parse(body).configuredLevel ?? undefined;
        response.writeHead(204).end();
      });
    } else if (request.url?.includes('/loggers/') === true)
      response.end(
        JSON.stringify({
          ...(service.level === undefined ? {} : { configuredLevel: service.level }),
          effectiveLevel: service.level ?? 'INFO',
        }),
      );
    else response.writeHead(404).end('{}');
  });
  const service: LoggingService = Object.assign(server, { level: undefined });
  return service;
};

const profile = (url: string): string => `opsdeck: 1
system: shop
env: dev
tier: dev
sources: { bus: { type: actuator, service: bus, instances: { bus-0: "${url}" } } }
runbooks:
  - id: debug
    title: Debug logging
    act: [{ id: a1, title: Set the level, use: bus.logger, with: { name: app, level: DEBUG, for: 3m } }]
    verify: none
`;

const ledgerOf = async (stateDir: string): Promise<readonly { entry: Record<string, unknown> }[]> =>
  (await readFile(join(stateDir, 'audit.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a temporary log level is reset by a later process: listed until then, and not before its time', async () => {
  await using workspace = openWorkspace();
  await using service = await loggingService();
  await workspace.put('profiles/dev.yaml', profile(service.url));
  const made = await workspace.run(['run', 'debug', '--env', 'shop/dev']);
  expect(made).toMatchObject({ code: 0 });
  expect(made.stdout).toContain('resets automatically in 3m: Reset logger app to the inherited level');
  expect(service.level).toBe('DEBUG');

  const early = await workspace.run(['run', '--resets', '--env', 'shop/dev']);
  expect(early).toMatchObject({ code: 0, stderr: expect.stringContaining('not due: Reset logger app') });
  expect(service.level).toBe('DEBUG');

  await workspace.wait(3 * 60_000);
  const late = await workspace.run(['run', '--resets', '--env', 'shop/dev']);
  expect(late.stdout).toContain('Reset: Debug logging');
  expect(late).toMatchObject({ code: 0 });
  expect(service.level).toBeUndefined();
  const ended = (await ledgerOf(workspace.stateDir)).flatMap(({ entry }) =>
    entry.event === 'ended' ? [entry.ending] : [],
  );
  expect(ended).toEqual(['recovered', 'recovered']);
  expect((await workspace.run(['run', '--resets', '--env', 'shop/dev'])).stdout).toBe('');
});

longTest(
  'a cockpit that starts after the time sends nothing by itself: the reset is a row in Problems, sent by enter',
  async () => {
    await using workspace = openWorkspace();
    await using service = await loggingService();
    await workspace.put('profiles/dev.yaml', profile(service.url));
    await workspace.run(['run', 'debug', '--env', 'shop/dev']);
    {
      await using cockpit = await openCockpitIn(workspace, ['--env', 'shop/dev']);
      await cockpit.sees(/DEV +shop +shop dev +1 reset in [23]m/);
      await cockpit.keys('J', 'J');
      await cockpit.sees(
        /reset due in [23]m.* \(\d\d:\d\d:\d\d\), by a person: Reset logger app to the inherited level/,
      );
    }
    expect(service.level).toBe('DEBUG');
    await workspace.wait(5 * 60_000);
    await using cockpit = await openCockpitIn(workspace, ['--env', 'shop/dev']);
    await cockpit.sees(/due: reset of Reset logger app to the inherited level · send with enter in Problems/);
    await workspace.wait(2 * 60_000);
    expect(service.level).toBe('DEBUG');
    await cockpit.keys('W');
    await cockpit.sees(/due: reset of Reset logger app to the inherited level · enter to send/);
    await cockpit.keys('\r');
    await cockpit.sees(/Reset: Debug logging/);
    await workspace.wait(2000);
    await cockpit.keys('\r');
    await cockpit.sees(/RECOVERED/);
    expect(service.level).toBeUndefined();
  },
);

longTest('the cockpit that made a temporary change takes it back at its time, without a person', async () => {
  await using workspace = openWorkspace();
  await using service = await loggingService();
  await workspace.put('profiles/dev.yaml', profile(service.url));
  await using cockpit = await openCockpitIn(workspace, ['--env', 'shop/dev']);
  await cockpit.sees(/1 Health/);
  cockpit.pty.press(':run debug\r');
  await cockpit.sees(/Confirm in dev/);
  await workspace.wait(2000);
  cockpit.pty.press('\r');
  await cockpit.sees(/EXECUTED, NOT VERIFIED/);
  expect(service.level).toBe('DEBUG');
  await workspace.wait(4 * 60_000);
  await cockpit.sees(/done automatically: Reset logger app to the inherited level/);
  expect(service.level).toBeUndefined();
});

test('a level that another person set meanwhile stays', async () => {
  await using workspace = openWorkspace();
  await using service = await loggingService();
  await workspace.put('profiles/dev.yaml', profile(service.url));
  await workspace.run(['run', 'debug', '--env', 'shop/dev']);
  service.level = 'WARN';
  await workspace.wait(3 * 60_000);
  const late = await workspace.run(['run', '--resets', '--env', 'shop/dev']);
  expect(late).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('app has changed since the run: expected DEBUG, found WARN'),
  });
  expect(service.level).toBe('WARN');
});
