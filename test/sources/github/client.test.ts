import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../src/domain/base/fault.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { githubHandler } from '../../../src/simulator/servers/github/api.ts';
import { type Handler, serve } from '../../../src/simulator/servers/http/http-server.ts';
import { github } from '../../../src/sources/github/index.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { githubRepository } from '../../support/github-repository.ts';
import { longDescribe, longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal } = new AbortController();

/** A source on the simulator; `wrap` replaces responses. */
const opened = async (
  wrap: (handler: Handler) => Handler = (handler) => handler,
  config: object = {},
  base = '',
) => {
  const clock = manualClock();
  const counted: string[] = [];
  const questions: string[] = [];
  const repository = githubRepository(clock.now());
  const handler = githubHandler(repository, clock, (line) => counted.push(line));
  const answer = wrap(handler);
  const server = await serve((ask) => {
    questions.push(`${ask.method} ${ask.rawPath}`);
    return answer(ask);
  }, clock);
  const source: Source = await github.open(
    {
      id: 'gh',
      env: 'test',
      signals: [],
      config: github.config.parse({
        url: `${server.url}${base}`,
        repo: 'acme/shop',
        auth: { bearer: 'ghp_secretsecretsecretsecretsecret' },
        ...config,
      }),
    },
    openReadIo(clock),
  );
  const feed = (name: string) => {
    const found = source.feeds.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no feed ${name}`);
    return found;
  };
  return {
    clock,
    counted,
    asked: questions,
    repository,
    source,
    read: (name: string) => feed(name).read(signal),
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await server.close();
    },
  };
};

const answering =
  (path: RegExp, status: number, message: string, headers: Readonly<Record<string, string>> = {}) =>
  (handler: Handler): Handler =>
  (ask) =>
    path.test(ask.rawPath) ? { status, json: { message }, headers } : handler(ask);

const faultOf = (faults: readonly Fault[]): Fault | undefined => faults[0];

describe('conditional requests', () => {
  test('an unchanged repository costs nothing after the first reading', async () => {
    await using it = await opened();
    const first = await it.read('runs');
    expect(first.faults).toEqual([]);
    const after = it.counted.length;
    expect(after).toBeGreaterThan(0);
    const second = await it.read('runs');
    expect(second.items).toEqual(first.items);
    expect(it.counted).toHaveLength(after);
  });

  test('a run in progress lasts until now', async () => {
    await using it = await opened();
    await it.clock.advance(30_000);
    expect((await it.read('runs')).items[0]).toMatchObject({ status: 'in_progress', seconds: 90 });
  });

  test('a change is read at once', async () => {
    await using it = await opened();
    await it.read('deployments');
    const run = it.repository.newestRuns.find(
      ({ workflow, number }) => workflow === 'deploy.yml' && number === 2,
    );
    run?.reviews.set('production', { at: it.clock.now(), isApproved: true });
    expect((await it.read('deployments')).items).toMatchObject([{ status: 'in_progress', actor: 'bob' }]);
  });

  test('jobs of a completed attempt are read once', async () => {
    await using it = await opened();
    await it.read('runs');
    await it.read('runs');
    expect(it.asked.filter((line) => line.endsWith('/jobs'))).toHaveLength(1);
  });
});

longDescribe('pages', () => {
  longTest('are followed by their links, on GitHub Enterprise Server too', async () => {
    for (const base of ['', '/api/v3']) {
      await using it = await opened(undefined, { findings: 'low' }, base);
      const more = Array.from({ length: 250 }, (_, index) => ({
        number: 100 + index,
        severity: 'high',
        name: `rule-${index}`,
        summary: 'found',
        place: 'a.java',
        createdAt: 0,
      }));
      Object.assign(it.repository.spec, { codeScanning: more });
      const { items, faults } = await it.read('code-scanning');
      expect(faults).toEqual([]);
      expect(items).toHaveLength(250);
      expect(it.asked.filter((line) => line.includes('code-scanning'))).toHaveLength(3);
    }
  });
});

describe('the rate limit', () => {
  const used =
    (remaining: number) =>
    (handler: Handler): Handler =>
    (ask) => {
      const reply = handler(ask);
      if (reply === 'cut' || reply.headers?.['x-ratelimit-limit'] === undefined) return reply;
      return { ...reply, headers: { ...reply.headers, 'x-ratelimit-remaining': String(remaining) } };
    };

  test('polling stops at the reserve until the reset, and sends nothing', async () => {
    await using it = await opened(used(500));
    await it.read('runs');
    const before = it.asked.length;
    const { items, faults } = await it.read('runs');
    expect(items).toEqual([]);
    expect(faultOf(faults)).toMatchObject({
      kind: 'throttled',
      message: expect.stringContaining('rate limit: 500 of 5,000 requests left, resets in 44m'),
      retryAfterMs: 44 * 60_000 + 53_000,
    });
    expect(it.asked).toHaveLength(before);
    await it.clock.advance(45 * 60_000);
    expect((await it.read('runs')).items.length).toBeGreaterThan(0);
  });

  test('an operator may use the reserve', async () => {
    await using it = await opened(used(500));
    await it.read('runs');
    const [run] = it.repository.newestRuns;
    const subject = { source: 'gh', kind: 'run', namespace: '', name: String(run?.id), owner: '', node: '' };
    expect((await it.source.describe?.(subject, 'describe', signal))?.lines[0]).toContain('CI #4');
  });

  test('a used-up limit waits for the reset', async () => {
    const reset = String(Date.parse('2026-03-04T10:25:07Z') / 1000);
    const headers = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    await using it = await opened(answering(/\/actions\/runs$/, 403, 'API rate limit exceeded', headers));
    expect(faultOf((await it.read('runs')).faults)).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 600_000,
    });
  });

  test('a secondary limit waits as long as it demands, at least a minute without a time', async () => {
    const text = 'You have exceeded a secondary rate limit.';
    await using told = await opened(answering(/\/actions\/runs$/, 403, text, { 'retry-after': '90' }));
    expect(faultOf((await told.read('runs')).faults)).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 90_000,
    });
    await using untold = await opened(answering(/\/actions\/runs$/, 429, text));
    expect(faultOf((await untold.read('runs')).faults)).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 60_000,
    });
  });
});

describe('errors', () => {
  test('a missing permission is the one that GitHub names', async () => {
    const headers = { 'x-accepted-github-permissions': 'actions=read; metadata=read,contents=read' };
    await using it = await opened(
      answering(/\/actions\/runs$/, 403, 'Resource not accessible by personal access token', headers),
    );
    expect(faultOf((await it.read('runs')).faults)).toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('Resource not accessible by personal access token'),
      remedy: 'grant the token the repository permission actions: read, or metadata: read and contents: read',
    });
    const findings = (await it.source.doctor?.(signal)) ?? [];
    expect(findings.filter(({ ok }) => !ok)).toMatchObject([
      { remedy: expect.stringContaining('actions: read') },
    ]);
  });

  test('single sign-on names the page', async () => {
    const headers = {
      'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=A1',
    };
    await using it = await opened(answering(/\/deployments$/, 403, 'Resource protected by SAML', headers));
    expect(faultOf((await it.read('deployments')).faults)?.remedy).toBe(
      'authorize the token for single sign-on: https://github.com/orgs/acme/sso?authorization_request=A1',
    );
  });

  test('a revoked token is not a missing permission', async () => {
    await using it = await opened(answering(/./, 401, 'Bad credentials'));
    expect(faultOf((await it.read('runs')).faults)).toMatchObject({
      kind: 'denied',
      remedy:
        'the token is invalid, revoked or expired: create a new token, and write the token to auth.bearer of the source',
    });
  });

  test('a feature that is not enabled is no fault, and the doctor says so', async () => {
    await using it = await opened(undefined, { findings: 'high' });
    Object.assign(it.repository.spec, { codeScanning: undefined, dependabot: undefined });
    for (const name of ['code-scanning', 'dependabot'])
      expect(await it.read(name)).toEqual({ items: [], faults: [] });
    const whats = ((await it.source.doctor?.(signal)) ?? []).map(({ what }) => what);
    expect(whats).toContain('code-scanning: not enabled');
    expect(whats).toContain('dependabot: not enabled');
  });

  test('the token never reaches the storage of the logs', async () => {
    const seen: (string | undefined)[] = [];
    await using it = await opened((handler) => (ask) => {
      if (ask.rawPath.startsWith('/_storage')) seen.push(ask.authorization);
      return handler(ask);
    });
    const { items, faults } = await it.read('failures');
    expect(faults).toEqual([]);
    expect(items).toMatchObject([{ title: expect.stringContaining('test / Run tests') }]);
    expect(seen).toEqual([undefined]);
  });

  test('a log that is gone says so', async () => {
    await using it = await opened(answering(/\/logs$/, 410, 'Server Error'));
    expect((await it.read('failures')).items).toMatchObject([
      { text: 'the log no longer exists, because a person deleted the log or the retention has ended' },
    ]);
  });

  test('a token that expires soon is reported', async () => {
    await using it = await opened((handler) => (ask) => {
      const reply = handler(ask);
      if (reply === 'cut') return reply;
      const headers = {
        ...reply.headers,
        'github-authentication-token-expiration': '2026-03-06 10:15:07 UTC',
      };
      return { ...reply, headers };
    });
    const findings = (await it.source.doctor?.(signal)) ?? [];
    expect(findings.filter(({ ok }) => !ok)).toMatchObject([{ what: 'the token expires in 2d' }]);
  });
});
