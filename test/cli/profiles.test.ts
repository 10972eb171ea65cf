import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localServer } from '../io/local-server.ts';
import { type House, openHouse, shopProfile } from './support/house.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house[Symbol.asyncDispose]());

describe('validate', () => {
  test('says every error by file, line and column, and ends with 4', async () => {
    await house.put('profiles/good.yaml', shopProfile('http://127.0.0.1:1'));
    await house.put('profiles/bad.yaml', shopProfile('http://127.0.0.1:1', 'signls: []\n', 'bad'));
    const ended = await house.run(['validate', '--profiles', 'profiles']);
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(/^profiles\/bad\.yaml:12:1: .*signls.*\n$/);
    expect(ended.stderr).toContain('1 error, 0 warnings');
    expect((await house.run(['validate', 'profiles/good.yaml'])).code).toBe(0);
    expect((await house.run(['validate', 'profiles/none.yaml'])).code).toBe(4);
  });

  test('a reference without a value is a warning, and an error with --strict', async () => {
    await house.put('profiles/dev.yaml', shopProfile('${env:NOT_SET}'));
    const ended = await house.run(['validate', 'profiles']);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^profiles\/dev\.yaml:8:\d+: warning: .*NOT_SET/),
    });
    expect((await house.run(['validate', '--strict', 'profiles'])).code).toBe(4);
  });
});

describe('doctor', () => {
  test('all there: 0; a source without credentials: 3, and what to do', async () => {
    await using wire = await localServer((_request, response) => void response.end('{}'));
    await house.put('profiles/dev.yaml', shopProfile(wire.url));
    const well = await house.run(['doctor', '--env', 'shop/dev', '--json']);
    expect(well.code).toBe(0);
    expect(JSON.parse(well.stdout)).toMatchObject({
      system: 'shop',
      env: 'dev',
      level: 'ok',
      sources: [{ source: 'api', type: 'http', level: 'ok', requestsPerSecond: 1, findings: [{ ok: true }] }],
    });
    await house.put('profiles/dev.yaml', shopProfile('${env:NOT_SET}'));
    const blind = await house.run(['doctor', '--env', 'shop/dev']);
    expect(blind.code).toBe(3);
    expect(blind.stdout).toMatch(/\? UNKNOWN api \(http\)[\s\S]*MISSING .*NOT_SET/);
  });
});

describe('--rehearse', () => {
  test('runs a shipped profile against the embedded world, with the incident', async () => {
    const well = await house.run(['--rehearse', 'check', '--env', 'demo/production', '--json']);
    const ill = await house.run([
      'check',
      '--env',
      'demo/production',
      '--rehearse',
      'dependency-down',
      '--json',
    ]);
    const states = (json: string): readonly string[] =>
      JSON.parse(json)
        .breakers.filter((one: { name: string }) => one.name === 'broker')
        .map((one: { state: string }) => one.state);
    expect(new Set(states(well.stdout))).toEqual(new Set(['closed']));
    expect(new Set(states(ill.stdout))).toEqual(new Set(['open']));
    expect(ill.code).toBe(2);
  });
});

describe('completion', () => {
  const complete = async (words: readonly string[]): Promise<readonly string[]> => {
    const script = `
      opsdeck() { "${process.execPath}" "${resolve('bin/opsdeck.js')}" --profiles profiles "$@"; }
      source <(opsdeck completion bash)
      COMP_WORDS=(opsdeck ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
      _opsdeck; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: house.dir });
    return stdout.trim().split('\n');
  };

  test('bash completes sub-commands, their options, and the environments that there are', async () => {
    await house.put('profiles/dev.yaml', shopProfile('http://127.0.0.1:1'));
    expect(await complete(['ch'])).toEqual(['check']);
    expect(await complete(['check', '--ti'])).toEqual(['--timeout']);
    expect(await complete(['--env', 'dev', 'run', '--dr'])).toEqual(['--dry-run']);
    expect(await complete(['audit', 'v'])).toEqual(['verify']);
    expect(await complete(['check', '--env', ''])).toEqual(['dev', 'shop/dev']);
  });

  test.each(['zsh', 'fish'])('%s has every sub-command and option', async (shell) => {
    const { stdout, code } = await house.run(['completion', shell]);
    expect(code).toBe(0);
    for (const word of ['check', 'runbooks', 'world', 'dry-run', 'timeout', 'state-dir'])
      expect(stdout).toContain(word);
  });
});
