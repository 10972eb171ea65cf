import { describe, expect, test } from 'vitest';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';
import { eventLines, openDocker, openFixture } from './fixture.ts';

const web = 'shop-web-1';

describe('container operations', () => {
  test('stop shows the exact call, ends the instance, and is undone by a start', async () => {
    await using fixture = await openFixture();
    const plan = await fixture.plan('stop', { container: web });
    expect(plan).toMatchObject({
      use: 'd.stop',
      danger: 'disruptive',
      targets: [
        {
          name: web,
          where: `${web} at ${fixture.url}`,
          saw: expect.stringMatching(/^running since .*, shop\/web:2\.4\.1$/),
        },
      ],
      calls: [
        {
          line: expect.stringMatching(/^POST http:\/\/127\S+\/containers\/[0-9a-f]{64}\/stop\?t=30$/),
          target: 0,
        },
      ],
    });
    expect(await fixture.recheck('stop', plan)).toBeUndefined();
    expect(eventLines(await fixture.act('stop', plan))).toEqual([
      'call POST /containers/ID/stop?t=30',
      'ok 204 No Content',
    ]);
    expect(fixture.states()).toContain(`${web} ended with 143`);
    expect(fixture.view.model.environmentAt('test', fixture.clock.now()).instance('web-0')?.running).toBe(
      false,
    );
    expect(fixture.undo('stop', plan)).toEqual({
      use: 'd.start',
      with: { container: web },
      title: `Start ${web} again`,
    });
    const back = await fixture.plan('start', { container: web });
    expect(eventLines(await fixture.act('start', back)).at(-1)).toBe('ok 204 No Content');
    expect(fixture.states()).toContain(`${web} runs`);
    expect(fixture.undo('start', back)?.use).toBe('d.stop');
  });

  test('a container already in that state is not a failure', async () => {
    await using fixture = await openFixture();
    const plan = await fixture.plan('start', { service: 'cache' });
    expect(eventLines(await fixture.act('start', plan)).at(-1)).toBe('ok 304 Not Modified');
    expect(fixture.undo('start', plan)).toBeUndefined();
  });

  test('a restart loses memory contents, and has no undo', async () => {
    await using fixture = await openFixture();
    const plan = await fixture.plan('restart', { service: 'web', grace: '2m' });
    expect(plan).toMatchObject({
      lost: 'data in the memory of the container is lost',
      targets: [{ name: 'web' }],
    });
    await fixture.clock.advance(1000);
    expect(eventLines(await fixture.act('restart', plan))).toEqual([
      'call POST /containers/ID/restart?t=120',
      'ok 204 No Content',
    ]);
    expect(fixture.view.model.environmentAt('test', fixture.clock.now()).instance('web-0')?.startedAt).toBe(
      fixture.clock.now(),
    );
    expect(fixture.undo('restart', plan)).toBeUndefined();
  });

  test('kill sends the signal; a signal that does not end the process has no undo', async () => {
    await using fixture = await openFixture();
    const harmless = await fixture.plan('kill', { container: web, signal: 'SIGUSR1' });
    expect(eventLines(await fixture.act('kill', harmless))[0]).toBe(
      'call POST /containers/ID/kill?signal=SIGUSR1',
    );
    expect(fixture.undo('kill', harmless)).toBeUndefined();
    expect(fixture.states()).toContain(`${web} runs`);
    const plan = await fixture.plan('kill', { container: web });
    await fixture.act('kill', plan);
    expect(fixture.states()).toContain(`${web} ended with 137`);
    expect(fixture.undo('kill', plan)?.use).toBe('d.start');
    await expect(fixture.plan('kill', { container: web })).rejects.toThrow(
      `${web} is exited, so there is nothing to kill`,
    );
    const unknown = await fixture.plan('kill', { container: 'shop-cache-1', signal: 'SIGNONE' });
    expect(eventLines(await fixture.act('kill', unknown)).at(-1)).toBe(
      'failed 400 Bad Request: Invalid signal: SIGNONE',
    );
  });

  test('a container that was restarted or has ended since the plan is a drift', async () => {
    await using fixture = await openFixture();
    const plan = await fixture.plan('restart', { container: web });
    await fixture.clock.advance(5000);
    await fixture.act('restart', plan);
    expect(await fixture.recheck('restart', plan)).toMatchObject({
      target: `${web} at ${fixture.url}`,
      found: 'running since 2026-03-04T10:15:12Z, shop/web:2.4.1',
    });
    fixture.startScenario('out-of-memory');
    expect(await fixture.recheck('restart', plan)).toMatchObject({ found: 'OOMKilled, shop/web:2.4.1' });
  });

  test('an unknown container is reported with the known ones', async () => {
    await using fixture = await openFixture();
    await expect(fixture.plan('stop', { container: 'shop-db-1' })).rejects.toMatchObject({
      ending: 'not-applicable',
      message: `no shop-db-1 in project shop at ${fixture.url}. Available: shop-broker-1, shop-cache-1, shop-web-1`,
    });
    await expect(fixture.plan('stop', { service: 'db' })).rejects.toThrow('. Available: broker, cache, web');
    // A pattern is not a name.
    await expect(fixture.plan('stop', { container: 'shop.web.1' })).rejects.toThrow('no shop.web.1 in');
  });

  longTest('a source of another project neither sees nor changes these containers', async () => {
    await using fixture = await openFixture({ project: 'green' });
    for (const params of [{ container: web }, { service: 'web' }])
      await expect(fixture.plan('stop', params)).rejects.toThrow('project green at');
    const [feed] = fixture.source.feeds;
    expect((await feed?.read(new AbortController().signal))?.items).toEqual([]);
  });
});

describe('pull', () => {
  test('an existing image, and an unknown one, which is refused with status 200', async () => {
    await using fixture = await openFixture();
    const plan = await fixture.plan('pull', { image: 'shop/web:2.4.1' });
    expect(plan.targets[0]?.saw).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(eventLines(await fixture.act('pull', plan))).toEqual([
      'call POST /images/create?fromImage=shop%2Fweb&tag=2.4.1',
      'output Pulling from shop/web 2.4.1',
      'output Status: Image is up to date for shop/web:2.4.1',
      'ok 200 OK',
    ]);
    const missing = await fixture.plan('pull', { image: 'localhost:5000/shop@sha256:abc' });
    expect(missing.targets[0]?.saw).toBe('not present');
    const lines = eventLines(await fixture.act('pull', missing));
    expect(lines[0]).toBe('call POST /images/create?fromImage=localhost%3A5000%2Fshop&tag=sha256%3Aabc');
    expect(lines.at(-1)).toMatch(/^failed 200 OK: manifest for .* not found: manifest unknown$/);
  });
});

describe('logs', () => {
  test('the last matching lines of every container of a service', async () => {
    await using fixture = await openFixture();
    await fixture.clock.advance(3000);
    const plan = await fixture.plan('logs', { service: 'web', lines: 3 });
    expect(plan).toMatchObject({
      danger: 'read',
      calls: [{ line: expect.stringMatching(/^GET .*&tail=3$/) }],
    });
    const lines = eventLines(await fixture.act('logs', plan));
    expect(lines.slice(1, -1)).toHaveLength(3);
    expect(lines.every((line) => /^(call|ok|output \S+Z +(INFO|WARN|DEBUG) 1 --- \[web\])/.test(line))).toBe(
      true,
    );
    const starts = await fixture.plan('logs', { service: 'cache', include: '^Started c.che' });
    expect(eventLines(await fixture.act('logs', starts)).slice(1)).toEqual([
      'output Started cache in 2.412 seconds',
      'ok read',
    ]);
    const ofNow = await fixture.plan('logs', { container: 'shop-cache-1', since: '1s' });
    expect(eventLines(await fixture.act('logs', ofNow))).toHaveLength(2);
  });
});

describe('permission checks', () => {
  test.each([
    ['stop', { service: 'web' }],
    ['exec', { container: 'shop-web-1', argv: ['true'] }],
    ['pull', { image: 'shop/web:2.4.1' }],
  ])('the permission for %s is checked in advance', async (name, params) => {
    await using fixture = await openFixture();
    const plan = await fixture.plan(name, params);
    expect(await fixture.permits(name, plan)).toEqual({
      allowed: true,
      why: `${fixture.url} lets everyone who can connect do everything, because the Docker API has no finer permissions`,
    });
    // A read-only operation needs no permission check.
    expect(await fixture.permits('logs', plan)).toBeUndefined();
  });

  test('a refusal by an authorization proxy denies; no answer is unknown', async () => {
    await using fixture = await openFixture();
    const plan = await fixture.plan('stop', { service: 'web' });
    const server = await localServer((_, response) => {
      response.writeHead(403).end('{"message":"_ping is not allowed here"}');
    });
    await using opened = await openDocker({ host: server.url });
    expect(await opened.permits('stop', plan)).toEqual({
      allowed: false,
      why: `GET ${server.url}/_ping: answered 403 Forbidden: _ping is not allowed here`,
      remedy: expect.stringContaining('ask the owner of this daemon'),
    });
    await server[Symbol.asyncDispose]();
    await expect(opened.permits('stop', plan)).rejects.toMatchObject({ kind: 'unreachable' });
  });
});
