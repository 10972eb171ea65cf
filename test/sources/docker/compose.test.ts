import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { explainUnscalable } from '../../../src/sources/docker/operations/compose-project.ts';
import { longTest } from '../../support/layer.ts';
import { containerLike } from './container-like.ts';
import { eventLines, openFixture } from './fixture.ts';

const entry = { project: 'shop', files: ['compose.yaml', '/etc/shop/production.yaml'] };

/** A directory with a fake docker program that records how it was started and prints a given output. */
const withProgram = async (does: string) => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-compose-'));
  const program = join(dir, 'docker');
  const book = join(dir, 'book');
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
    // Variables of the test's own environment that would select another project.
    process.env.COMPOSE_PROJECT_NAME = 'other';
    process.env.SHOP_PASSWORD = 'hunter2';
  });
  afterEach(async () => {
    process.env.PATH = PATH;
    delete process.env.COMPOSE_PROJECT_NAME;
    delete process.env.SHOP_PASSWORD;
    await rm(program.dir, { recursive: true });
  });

  longTest('composeScale passes project, files and service, and uses the same daemon', async () => {
    await using fixture = await openFixture(entry, { dir: program.dir });
    const plan = await fixture.plan('composeScale', { service: 'web', replicas: 3 });
    const argv = `compose -f ${program.dir}/compose.yaml -f /etc/shop/production.yaml -p shop up -d --no-deps --no-recreate --scale web=3 web`;
    expect(plan).toMatchObject({
      targets: [{ name: 'web', saw: '1 of shop/web:2.4.1', where: `project shop at ${fixture.url}` }],
      calls: [{ line: `docker ${argv}`, target: 0 }],
    });
    expect(plan).not.toHaveProperty('lost');
    expect(await fixture.recheck('composeScale', plan)).toBeUndefined();
    expect(eventLines(await fixture.act('composeScale', plan))).toEqual([
      `call docker ${argv}`,
      'output Container shop-web-2  Started',
      'ok exited with status 0',
    ]);
    const [cwd, host, environment, ...given] = await program.noted();
    expect([cwd, host, environment]).toEqual([program.dir, fixture.url.replace('http:', 'tcp:'), '']);
    expect(given.join(' ')).toBe(argv);
    expect(fixture.undo('composeScale', plan)).toEqual({
      use: 'd.composeScale',
      with: { service: 'web', replicas: 1 },
      title: 'Scale web back to 1',
    });
  });

  longTest('composeUp recreates one service from its files, and nothing else', async () => {
    await using fixture = await openFixture(
      { ...entry, compose: ['docker', '--debug', 'compose'] },
      { dir: program.dir },
    );
    const plan = await fixture.plan('composeUp', { service: 'web' });
    expect(plan.calls[0]?.line).toMatch(/^docker --debug compose -f \S+ -f \S+ -p shop up -d --no-deps web$/);
    expect(plan.lost).toContain('data outside of volumes');
    expect(fixture.undo('composeUp', plan)).toBeUndefined();
    expect(eventLines(await fixture.act('composeUp', plan)).at(-1)).toBe('ok exited with status 0');
  });

  describe('with variables', () => {
    const set = { service: 'web', env: { POOL_SIZE: 20 } };
    const own = { ...entry, override: 'opsdeck.yaml' };
    const overrideFile = async () => JSON.parse(await readFile(join(program.dir, 'opsdeck.yaml'), 'utf8'));

    test('they are written to a separate override file. The undo restores its content', async () => {
      await using fixture = await openFixture(own, { dir: program.dir });
      const plan = await fixture.plan('composeUp', set);
      const path = join(program.dir, 'opsdeck.yaml');
      expect(plan.calls[0]?.line).toBe(`write ${path}: web: POOL_SIZE=20`);
      expect(plan.calls[1]?.line).toContain(`-f ${path} -p shop up -d --no-deps web`);
      expect(plan.objects).toContain(`${path}: POOL_SIZE not set → POOL_SIZE=20`);
      expect(plan.targets[0]?.saw).toBe('1 of shop/web:2.4.1, POOL_SIZE not set');
      expect(await fixture.recheck('composeUp', plan)).toBeUndefined();
      await expect(overrideFile(), 'a plan writes nothing').rejects.toThrow('ENOENT');
      expect(eventLines(await fixture.act('composeUp', plan)).slice(0, 2)).toEqual([
        `call write ${path}: web: POOL_SIZE=20`,
        'ok written',
      ]);
      expect(await overrideFile()).toEqual({
        'x-written-by': 'opsdeck',
        services: { web: { environment: { POOL_SIZE: '20' } } },
      });
      expect((await program.noted()).join(' ')).toContain(`-f ${path} -p shop`);
      const undo = fixture.undo('composeUp', plan);
      expect(undo).toEqual({
        use: 'd.composeUp',
        with: { service: 'web', env: { POOL_SIZE: null } },
        title: 'Recreate web with POOL_SIZE not set',
      });
      await expect(fixture.plan('composeUp', set)).rejects.toThrow('already contains POOL_SIZE=20');
      const plain = await fixture.plan('composeScale', { service: 'web', replicas: 3 });
      expect(plain.calls[0]?.line, 'every call reads it from then on').toContain(`-f ${path} -p shop`);
      await fixture.act('composeUp', await fixture.plan('composeUp', undo?.with ?? {}));
      expect(await overrideFile()).toMatchObject({ services: { web: { environment: {} } } });
    });

    test('an override file modified since the plan is a drift', async () => {
      await using fixture = await openFixture(own, { dir: program.dir });
      const plan = await fixture.plan('composeUp', set);
      await fixture.act(
        'composeUp',
        await fixture.plan('composeUp', { service: 'web', env: { POOL_SIZE: '40' } }),
      );
      expect(await fixture.recheck('composeUp', plan)).toMatchObject({
        planned: '1 of shop/web:2.4.1, POOL_SIZE not set',
        found: '1 of shop/web:2.4.1, POOL_SIZE=40',
      });
    });

    test('an override file not written by opsdeck is left alone', async () => {
      await using fixture = await openFixture(own, { dir: program.dir });
      await writeFile(join(program.dir, 'opsdeck.yaml'), 'services: {}\n');
      await expect(fixture.plan('composeUp', set)).rejects.toThrow('was not written by opsdeck');
    });

    test.each([
      [
        'no override file is configured',
        entry,
        set,
        'd has no override file for variables. Set override: of the source in the profile',
      ],
      [
        'a secret',
        own,
        { service: 'web', env: { DB_PASSWORD: 'hunter2' } },
        'DB_PASSWORD looks like a secret',
      ],
    ])('are refused: %s', async (_, config, params, expected) => {
      await using fixture = await openFixture(config, { dir: program.dir });
      await expect(fixture.plan('composeUp', params)).rejects.toMatchObject({
        ending: 'not-applicable',
        message: expect.stringContaining(expected),
      });
    });
  });

  test('a service that was recreated or scaled since the plan is a drift', async () => {
    await using fixture = await openFixture(entry);
    const plan = await fixture.plan('composeScale', { service: 'web', replicas: 4 });
    fixture.view.model.environmentAt('test', fixture.clock.now()).scale('web', 2);
    expect(await fixture.recheck('composeScale', plan)).toEqual({
      target: 'web',
      planned: '1 of shop/web:2.4.1',
      found: '2 of shop/web:2.4.1 (different containers)',
    });
  });

  test('scaling down loses the files of removed containers. The current number is not applicable', async () => {
    await using fixture = await openFixture(entry);
    expect((await fixture.plan('composeScale', { service: 'web', replicas: 0 })).lost).toBe(
      '1 container, and the data outside volumes',
    );
    await expect(fixture.plan('composeScale', { service: 'web', replicas: 1 })).rejects.toThrow(
      'web already has 1 running container, so there is nothing to scale',
    );
    fixture.startScenario('out-of-memory');
    // It exists but is not running: Compose starts it.
    expect((await fixture.plan('composeScale', { service: 'web', replicas: 1 })).calls).toHaveLength(1);
  });

  longTest('a failing program, and a missing one', async () => {
    await using fixture = await openFixture({ ...entry, compose: [join(program.dir, 'docker'), 'compose'] });
    const plan = await fixture.plan('composeUp', { service: 'web' });
    await writeFile(join(program.dir, 'docker'), '#!/bin/sh\necho "no such service: web" >&2; exit 14\n');
    expect(eventLines(await fixture.act('composeUp', plan)).slice(1)).toEqual([
      'output no such service: web',
      'failed exited with status 14',
    ]);
    await rm(join(program.dir, 'docker'));
    await expect(fixture.act('composeUp', plan)).rejects.toMatchObject({ kind: 'missing' });
  });

  test.each([
    ['no project', { files: ['compose.yaml'] }, 'd has no Compose project or files'],
    ['no files', { project: 'shop' }, 'd has no Compose project or files'],
    ['TLS', { ...entry, tls: { ca: 'PEM' } }, 'd uses'],
  ])('is refused where its target would be ambiguous: %s', async (_, own, expected) => {
    await using fixture = await openFixture(own);
    await expect(fixture.plan('composeUp', { service: 'web' })).rejects.toMatchObject({
      ending: 'not-applicable',
      message: expect.stringContaining(expected),
    });
  });
});

describe('a second container', () => {
  const web = containerLike({ name: 'shop-web-1' });
  test.each([
    ['is possible', [web], undefined],
    ['is possible, with the names of Compose v1', [containerLike({ name: 'shop_web_1' })], undefined],
    ['is unknown without a running container', [], undefined],
    [
      'would need the same name',
      [containerLike({ name: 'web' })],
      'container_name: web allows only one container',
    ],
    [
      'would need the same port',
      [{ ...web, hasFixedPort: true }],
      'cannot scale web, because the service publishes a fixed host port, which only one container can use',
    ],
  ])('%s', (_, containers, expected) => {
    const why = explainUnscalable(containers, 'web');
    if (expected === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(expected);
  });
});
