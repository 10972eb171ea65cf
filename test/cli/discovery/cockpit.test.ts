import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCockpitBy } from '../../simulation/cockpit.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { localServer } from '../../support/local-server.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace({
    env: { OPSDECK_PROFILES: 'profiles', DOCKER_HOST: 'unix:///nonexistent/docker.sock' },
  });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const prometheus = () =>
  localServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"status":"success","data":{"alerts":[]}}');
  });

test('opens what is here, says that nothing is written, and saves it as the profile of init', async () => {
  await using server = await prometheus();
  await using cockpit = await openCockpitBy(workspace, ['--prometheus', server.url]);
  await cockpit.sees(/here · read-only · nothing is written +read-only/);
  await cockpit.keys('e');
  await cockpit.sees(/ENVIRONMENTS.*\n.*here\/here/);
  await cockpit.sees(/demo\/local/);
  expect(existsSync(workspace.path('profiles'))).toBe(false);
  await cockpit.keys('S');
  await cockpit.sees(/saved profiles\/[\w-]+\/production\.yaml: read it, opsdeck trust profiles/);
  const [, path = ''] = /saved (\S+):/.exec(cockpit.pty.screen().join('\n')) ?? [];
  const text = readFileSync(workspace.path(path), 'utf8');
  expect(text).toContain(`prometheus: { type: prometheus, url: "${server.url}" }`);
  expect(text).toContain('authority: [{ id: everyone, who: "*", may: read }]');
  expect((await workspace.run(['validate', '--strict', path])).code).toBe(0);
  expect(existsSync(`${workspace.stateDir}/history.db`)).toBe(false);
  await cockpit.keys('e', 'S');
  await cockpit.sees(/the profile was not saved: profiles\/.* already exists/);
});

test('with nothing here it says what was looked for, and offers the examples', async () => {
  await using cockpit = await openCockpitBy(workspace, []);
  await cockpit.sees(/HERE {2}nothing was found here/);
  await cockpit.sees(/not found {2}kubeconfig: no /);
  await cockpit.sees(/e choose an example/);
  await cockpit.keys('e');
  await cockpit.sees(/demo\/local/);
});

test('own profiles come first, with here beside them and without the examples', async () => {
  await workspace.put('profiles/own.yaml', 'opsdeck: 1\nsystem: own\nenv: dev\ntier: dev\nsources: {}\n');
  await using cockpit = await openCockpitBy(workspace, []);
  await cockpit.sees(/DEV/);
  await cockpit.keys('e');
  await cockpit.sees(/own\/dev.*\n.*here\/here/);
  expect(cockpit.pty.screen().join('\n')).not.toContain('demo/local');
});

test('opsdeck demo lists the examples only; old names and demo/SYSTEM/ENV name them', async () => {
  {
    await using cockpit = await openCockpitBy(workspace, ['demo']);
    await cockpit.sees(/demo\/local/);
    expect(cockpit.pty.screen().join('\n')).not.toContain('here/here');
  }
  for (const env of ['demo/local', 'demo/demo/local', 'local'])
    expect((await workspace.run(['runbooks', '--env', env])).stderr).toMatch(/profiles\/demo\/local\.yaml/);
  expect((await workspace.run(['demo', 'local'])).stderr).toContain('cannot open the cockpit');
});
