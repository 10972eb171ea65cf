import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { githubHandler } from '../../../src/simulator/servers/github/api.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import { github } from '../../../src/sources/github/index.ts';
import { type Granted, withPermissions } from '../../support/github-permissions.ts';
import { githubRepository } from '../../support/github-repository.ts';
import { everyNth, longTest, sampled } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal } = new AbortController();

/** Permissions that the README lists for reading. */
const reading: Granted = {
  ...{ metadata: 'read', actions: 'read', deployments: 'read', contents: 'read', secrets: 'read' },
  ...{ pull_requests: 'read', security_events: 'read', vulnerability_alerts: 'read' },
};

/** A source that reads everything, with a token of these permissions. */
const opened = async (granted: Granted) => {
  const clock = manualClock();
  const repository = githubRepository(clock.now());
  const server = await serve(withPermissions(granted)(githubHandler(repository, clock)), clock);
  const config = github.config.parse({
    ...{ url: server.url, repo: 'acme/shop', findings: 'high' },
    auth: { bearer: 'a-token-of-the-test' },
  });
  const signals = [
    { id: 'secret', read: { secrets: 'oldest' } },
    { id: 'artifact', read: { artifacts: 'available' } },
  ];
  const source = await github.open({ id: 'gh', env: 'test', signals, config }, openReadIo(clock));
  const change = openChangeIo(clock);
  return {
    repository,
    doctor: async () => (await source.doctor?.(signal)) ?? [],
    faults: async () =>
      (await Promise.all(source.feeds.map((feed) => feed.read(signal)))).flatMap(({ faults }) => faults),
    run: async (name: string, params: Readonly<Record<string, unknown>>): Promise<readonly ActEvent[]> => {
      const operation = source.operations.find((candidate) => candidate.name === name);
      if (operation === undefined) throw new Error(`no operation ${name}`);
      const plan = await operation.plan(params, signal);
      const events: ActEvent[] = [];
      for await (const event of operation.act(plan, change, signal)) events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await change.close();
      await source.close();
      await server.close();
    },
  };
};

const readme = readFileSync('src/sources/github/README.md', 'utf8');

describe('reading', () => {
  longTest('the permissions that the README lists suffice', async () => {
    await using it = await opened(reading);
    const findings = await it.doctor();
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(await it.faults()).toEqual([]);
    expect(findings.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^operations also need actions: write .* deployments: write .* issues: write /),
    );
  });

  test.each(
    sampled(
      [
        ['actions', 'actions: read'],
        ['deployments', 'deployments: read'],
        ['contents', 'contents: read'],
        ['secrets', 'secrets: read'],
        ['security_events', 'code scanning alerts: read'],
        ['vulnerability_alerts', 'dependabot alerts: read'],
      ],
      everyNth(2),
    ),
  )(
    'without %s, the doctor and the faults name it as in the settings of a token',
    async (name, permission) => {
      const { [name]: _, ...rest } = reading;
      await using it = await opened(rest);
      const remedy = `grant the token the repository permission ${permission}`;
      const failed = (await it.doctor()).filter(({ ok }) => !ok);
      expect(new Set(failed.map((finding) => finding.remedy))).toEqual(new Set([remedy]));
      const faults = await it.faults();
      for (const fault of faults) expect(fault).toMatchObject({ kind: 'denied', remedy });
      expect(readme).toContain(`| ${permission} |`);
    },
  );

  test('without any, only the repository is reported', async () => {
    await using it = await opened({});
    expect(await it.doctor()).toMatchObject([
      { ok: false, remedy: 'grant the token the repository permission metadata: read' },
    ]);
  });
});

describe('operations', () => {
  const cases = [
    ['dispatch', { workflow: 'deploy.yml', ref: 'main' }, 'actions'],
    ['rerun', { run: '9000000003', jobs: 'failed' }, 'actions'],
    ['cancel', { run: '9000000006' }, 'actions'],
    [
      'approve',
      { run: '9000000004', environment: 'production', reason: 'checked', decision: 'approved' },
      'deployments',
    ],
    ['issue', { title: 'CI fails' }, 'issues'],
  ] as const;

  test.each(cases)(
    '%s without its permission is refused by name, and has changed nothing',
    async (name, params, needed) => {
      await using it = await opened(reading);
      const before = JSON.stringify([it.repository.newestRuns, it.repository.issues]);
      expect((await it.run(name, params)).at(-1)).toMatchObject({
        ...{ is: 'answered', ok: false },
        status: expect.stringContaining(`Grant the token the repository permission ${needed}: write`),
      });
      expect(JSON.stringify([it.repository.newestRuns, it.repository.issues])).toBe(before);
      expect(readme).toMatch(new RegExp(`^\\| .\\b${name}\\b.*\\| ${needed}: write \\|$`, 'm'));
    },
  );

  test('reviews without their permission names it', async () => {
    const { pull_requests: _, ...rest } = reading;
    await using it = await opened(rest);
    expect((await it.run('reviews', { ref: 'main' })).at(-1)).toMatchObject({
      ...{ is: 'answered', ok: false },
      status: expect.stringContaining('Grant the token the repository permission pull requests: read'),
    });
    expect(readme).toContain('| pull requests: read |');
  });

  test.each(cases)('%s needs no other write permission', async (name, params, needed) => {
    await using it = await opened({ ...reading, [needed]: 'write' });
    expect((await it.run(name, params)).filter((event) => event.is === 'answered' && !event.ok)).toEqual([]);
  });
});
