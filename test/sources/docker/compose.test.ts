import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { whyNoSecond } from '../../../src/sources/docker/operations/compose-program.ts';
import { containerLike } from './container-like.ts';
import { openStand, toldOf } from './stand.ts';

const entry = { project: 'shop', files: ['compose.yaml', '/etc/shop/production.yaml'] };

/** A directory with a program called docker, which notes how it was started and says what it was told to. */
const withProgram = async (does: string) => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-compose-'));
  const [program, book] = [join(dir, 'docker'), join(dir, 'book')];
  await writeFile(
    program,
    `#!/bin/sh\n{ pwd; echo "$DOCKER_HOST"; echo "$COMPOSE_PROJECT_NAME$SHOP_PASSWORD"; for one; do echo "$one"; done; } > ${book}\n${does}\n`,
  );
  await chmod(program, 0o755);
  return {
    dir,
    noted: async () => (await readFile(book, 'utf8')).trimEnd().split('\n'),
  };
};

describe('Compose', () => {
  const { PATH } = process.env;
  let program: Awaited<ReturnType<typeof withProgram>>;

  beforeEach(async () => {
    program = await withProgram('echo "Container shop-web-2  Started" >&2; exit 0');
    process.env.PATH = `${program.dir}${delimiter}${PATH}`;
    // Of our own environment nothing decides which project is meant.
    process.env.COMPOSE_PROJECT_NAME = 'other';
    process.env.SHOP_PASSWORD = 'hunter2';
  });
  afterEach(async () => {
    process.env.PATH = PATH;
    delete process.env.COMPOSE_PROJECT_NAME;
    delete process.env.SHOP_PASSWORD;
    await rm(program.dir, { recursive: true });
  });

  test('composeScale names project, files and service, and reaches this very daemon', async () => {
    await using stand = await openStand(entry, { dir: program.dir });
    const plan = await stand.plan('composeScale', { service: 'web', replicas: 3 });
    const argv = `compose -f ${program.dir}/compose.yaml -f /etc/shop/production.yaml -p shop up -d --no-deps --no-recreate --scale web=3 web`;
    expect(plan).toMatchObject({
      targets: [{ name: 'web', saw: '1 of shop/web:2.4.1', where: `project shop at ${stand.url}` }],
      calls: [{ line: `docker ${argv}`, target: 0 }],
    });
    expect(plan).not.toHaveProperty('lost');
    expect(await stand.recheck('composeScale', plan)).toBeUndefined();
    expect(toldOf(await stand.act('composeScale', plan))).toEqual([
      `call docker ${argv}`,
      'output Container shop-web-2  Started',
      'ok ended with status 0',
    ]);
    const [cwd, host, environment, ...given] = await program.noted();
    expect([cwd, host, environment]).toEqual([program.dir, stand.url.replace('http:', 'tcp:'), '']);
    expect(given.join(' ')).toBe(argv);
    expect(stand.undo('composeScale', plan)).toEqual({
      use: 'd.composeScale',
      with: { service: 'web', replicas: 1 },
      title: 'Scale web back to 1',
    });
  });

  test('composeUp makes one service as its files say, and nothing beside it', async () => {
    await using stand = await openStand(
      { ...entry, compose: ['docker', '--debug', 'compose'] },
      { dir: program.dir },
    );
    const plan = await stand.plan('composeUp', { service: 'web' });
    expect(plan.calls[0]?.line).toMatch(/^docker --debug compose -f \S+ -f \S+ -p shop up -d --no-deps web$/);
    expect(plan.lost).toContain('wrote outside of its volumes');
    expect(stand.undo('composeUp', plan)).toBeUndefined();
    expect(toldOf(await stand.act('composeUp', plan)).at(-1)).toBe('ok ended with status 0');
  });

  test('a service that has been made anew or scaled meanwhile is not what was planned for', async () => {
    await using stand = await openStand(entry);
    const plan = await stand.plan('composeScale', { service: 'web', replicas: 4 });
    stand.view.model.see('test', stand.clock.now()).scale('web', 2);
    expect(await stand.recheck('composeScale', plan)).toEqual({
      target: 'web',
      planned: '1 of shop/web:2.4.1',
      found: '2 of shop/web:2.4.1, others than planned',
    });
  });

  test('fewer containers are lost, with what they wrote; as many as there are is nothing to do', async () => {
    await using stand = await openStand(entry);
    expect((await stand.plan('composeScale', { service: 'web', replicas: 0 })).lost).toBe(
      '1 of its containers, and what they wrote outside of their volumes',
    );
    await expect(stand.plan('composeScale', { service: 'web', replicas: 1 })).rejects.toThrow(
      'web has 1 running containers already',
    );
    stand.strike('out-of-memory');
    // It is there, and does not run: Compose starts it.
    expect((await stand.plan('composeScale', { service: 'web', replicas: 1 })).calls).toHaveLength(1);
  });

  test('a program that fails, and one that is not there', async () => {
    await using stand = await openStand({ ...entry, compose: [join(program.dir, 'docker'), 'compose'] });
    const plan = await stand.plan('composeUp', { service: 'web' });
    await writeFile(join(program.dir, 'docker'), '#!/bin/sh\necho "no such service: web" >&2; exit 14\n');
    expect(toldOf(await stand.act('composeUp', plan)).slice(1)).toEqual([
      'output no such service: web',
      'failed ended with status 14',
    ]);
    await rm(join(program.dir, 'docker'));
    await expect(stand.act('composeUp', plan)).rejects.toMatchObject({ kind: 'missing' });
  });

  test.each([
    ['no project', { files: ['compose.yaml'] }, 'd names no Compose project and files'],
    ['no files', { project: 'shop' }, 'd names no Compose project and files'],
    ['TLS', { ...entry, tls: { ca: 'PEM' } }, 'd is reached over TLS'],
  ])('is refused where nobody can be sure what it would act on: %s', async (_, own, expected) => {
    await using stand = await openStand(own);
    await expect(stand.plan('composeUp', { service: 'web' })).rejects.toMatchObject({
      ending: 'not-applicable',
      message: expect.stringContaining(expected),
    });
  });
});

describe('a second container', () => {
  const web = containerLike({ name: 'shop-web-1' });
  test.each([
    ['can be', [web], undefined],
    ['can be, as the first Compose names them', [containerLike({ name: 'shop_web_1' })], undefined],
    ['nobody knows while there is none', [], undefined],
    [
      'cannot have the same name',
      [containerLike({ name: 'web' })],
      'web has a name of its own (container_name: web)',
    ],
    ['cannot have the same port', [{ ...web, hasFixedPort: true }], 'web is published at a port of the host'],
  ])('%s', (_, containers, expected) => {
    const why = whyNoSecond(containers, 'web');
    if (expected === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(expected);
  });
});
