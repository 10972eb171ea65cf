import { describe, expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { githubHandler } from '../../../src/simulator/servers/github/api.ts';
import { type Handler, serve } from '../../../src/simulator/servers/http/http-server.ts';
import { github } from '../../../src/sources/github/index.ts';
import { githubRepository, heads } from '../../support/github-repository.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal } = new AbortController();
const failedRun = '9000000003';
const waitingRun = '9000000004';
const activeRun = '9000000006';

/** The repository of a test, and a function that plans and carries out an operation on it. */
const opened = async (wrap: (handler: Handler) => Handler = (handler) => handler) => {
  const clock = manualClock();
  const repository = githubRepository(clock.now());
  const changes: string[] = [];
  const handler = wrap(githubHandler(repository, clock));
  const server = await serve((ask) => {
    if (ask.method !== 'GET') changes.push(`${ask.method} ${ask.rawPath} ${ask.body}`.trim());
    return handler(ask);
  }, clock);
  const config = github.config.parse({
    url: server.url,
    repo: 'acme/shop',
    auth: { bearer: 'a-token-of-the-test' },
  });
  const source = await github.open({ id: 'gh', env: 'test', signals: [], config }, openReadIo(clock));
  const change = openChangeIo(clock);
  const operation = (name: string) => {
    const found = source.operations.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
  };
  const carryOut = async (name: string, params: Readonly<Record<string, unknown>>) => {
    const plan = await operation(name).plan(params, signal);
    expect(await operation(name).recheck(plan, signal)).toBeUndefined();
    const events: ActEvent[] = [];
    for await (const event of operation(name).act(plan, change, signal)) events.push(event);
    return { plan, events };
  };
  return {
    clock,
    repository,
    changes,
    operation,
    carryOut,
    run: async (name: string, params: Readonly<Record<string, unknown>>) =>
      (await carryOut(name, params)).events,
    state: (id: string) => {
      const run = repository.run(Number(id));
      return run === undefined ? undefined : repository.state(run, clock.now());
    },
    [Symbol.asyncDispose]: async () => {
      await change.close();
      await source.close();
      await server.close();
    },
  };
};

const madeBy = (events: readonly ActEvent[]): readonly string[] =>
  events.flatMap((event) => (event.is === 'made' ? [`${event.key} ${event.value}`] : []));

const answer =
  (method: string, path: RegExp, reply: ReturnType<Handler>) =>
  (handler: Handler): Handler =>
  (ask) =>
    ask.method === method && path.test(ask.rawPath) ? reply : handler(ask);

describe('dispatch', () => {
  const params = { workflow: 'deploy.yml', ref: 'main', inputs: { version: '1.4.3' } };

  test('names the new run by the response, and undo cancels exactly that run', async () => {
    await using it = await opened();
    const { plan, events } = await it.carryOut('dispatch', params);
    expect(plan.objects).toEqual([
      'main at a1b2c3d: Retry orders with a deadline',
      'latest: Deploy #2 waiting · main · workflow_dispatch by bob',
      'a run has not completed: Deploy #2 waiting · main · workflow_dispatch by bob',
    ]);
    const [newest] = it.repository.newestRuns;
    expect(newest).toMatchObject({ workflow: 'deploy.yml', event: 'workflow_dispatch', number: 3 });
    expect(madeBy(events)).toEqual([`run ${newest?.id}`]);
    expect(it.changes).toEqual([
      `POST /repos/acme/shop/actions/workflows/deploy.yml/dispatches {"ref":"main","inputs":{"version":"1.4.3"},"return_run_details":true}`,
    ]);
    expect(it.operation('dispatch').undo?.(plan)).toMatchObject({
      use: 'gh.cancel',
      with: { run: '${made.run}' },
    });
    await it.run('cancel', { run: String(newest?.id) });
    expect(it.state(String(newest?.id))).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
  });

  test('a server that names no run: the only run that did not exist before, after it has appeared', async () => {
    await using it = await opened((handler) => (ask) => {
      const reply = handler(ask);
      return reply !== 'cut' && ask.rawPath.endsWith('/dispatches') ? { status: 204 } : reply;
    });
    const events = await it.run('dispatch', params);
    expect(madeBy(events)).toEqual([`run ${it.repository.newestRuns[0]?.id}`]);
    expect(events.at(-1)).toMatchObject({ text: expect.stringContaining('new run: Deploy #3') });
  });

  test('accepted, but no run appears: the step fails', async () => {
    await using it = await opened(answer('POST', /\/dispatches$/, { status: 204 }));
    const events: ActEvent[] = [];
    const plan = await it.operation('dispatch').plan(params, signal);
    const pauses: number[] = [];
    const sleep = (ms: number): Promise<void> => {
      pauses.push(ms);
      return it.clock.advance(ms);
    };
    const change = openChangeIo({ ...it.clock, sleep });
    for await (const event of it.operation('dispatch').act(plan, change, signal)) events.push(event);
    await change.close();
    expect(pauses).toEqual(Array.from({ length: 10 }, () => 2000));
    expect(madeBy(events)).toEqual([]);
    expect(events.at(-1)).toMatchObject({
      ok: false,
      status:
        'GitHub accepted the dispatch, but no new run has appeared. Check the Actions page of the repository',
    });
  });

  test('a branch that moved after the plan is refused', async () => {
    await using it = await opened();
    const plan = await it.operation('dispatch').plan(params, signal);
    it.repository.heads.set('main', 'f'.repeat(40));
    expect(await it.operation('dispatch').recheck(plan, signal)).toMatchObject({
      planned: 'main at a1b2c3d4e5f6',
      found: 'main at ffffffffffff',
    });
    Object.assign(it.repository.spec.heads, { main: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334' });
  });

  test('a disabled workflow is refused before anything is sent', async () => {
    await using it = await opened();
    await expect(it.operation('dispatch').plan({ workflow: 'nightly.yml' }, signal)).rejects.toThrow(
      'nightly.yml is disabled_manually: enable the workflow at GitHub',
    );
    expect(it.changes).toEqual([]);
  });

  test('a denied change names the permission; a lost response may have taken effect', async () => {
    const denied = {
      status: 403,
      json: { message: 'Resource not accessible by personal access token' },
      headers: { 'x-accepted-github-permissions': 'actions=write' },
    };
    await using refused = await opened(answer('POST', /\/dispatches$/, denied));
    expect((await refused.run('dispatch', params)).at(-1)).toMatchObject({
      ok: false,
      status: expect.stringContaining('Grant the token the repository permission actions: write'),
    });
    await using lost = await opened(answer('POST', /\/dispatches$/, 'cut'));
    expect((await lost.run('dispatch', params)).at(-1)).toMatchObject({
      ok: false,
      status: expect.stringContaining('The request may have taken effect anyway'),
    });
  });
});

describe('readings of a commit', () => {
  const found = (events: readonly ActEvent[]): unknown =>
    events.flatMap((event) => (event.is === 'found' ? [event.found.json] : [])).at(-1);

  test('commitRuns: the newest run of each workflow; one in progress is no success', async () => {
    await using it = await opened();
    expect(found(await it.run('commitRuns', { ref: 'main', workflow: 'deploy.yml' }))).toMatchObject({
      sha: heads.main,
      status: 'waiting',
      runs: 1,
      failed: 0,
    });
    const events = await it.run('commitRuns', {
      ref: 'feature/retry',
      workflow: 'ci.yml',
      expect: 'success',
    });
    expect(found(events)).toMatchObject({ status: 'failure', failed: 1 });
    expect(events.at(-1)).toMatchObject({
      ok: false,
      status: 'the CI of feature/retry has the status failure, but the step expects success',
    });
    expect(it.changes).toEqual([]);
  });

  test('commitRuns: a commit without a run is missing, not a success', async () => {
    await using it = await opened();
    it.repository.heads.set('untested', 'e'.repeat(40));
    const events = await it.run('commitRuns', { ref: 'untested', expect: 'success' });
    expect(events.at(-1)).toMatchObject({
      ok: false,
      status: 'the CI of untested has the status missing, but the step expects success',
    });
  });

  test('reviews: the last decision of each reviewer counts', async () => {
    await using it = await opened();
    const events = await it.run('reviews', { ref: 'main', approvals: 1 });
    expect(found(events)).toEqual({ sha: heads.main, pulls: 1, approved: 1, rejected: 0 });
    expect(events.at(-1)).toMatchObject({ ok: true });
    expect((await it.run('reviews', { ref: 'main', approvals: 2 })).at(-1)).toMatchObject({
      ok: false,
      status: 'the pull request has 1 of 2 approvals, and 0 reviewers request changes',
    });
    expect((await it.run('reviews', { ref: 'feature/retry', approvals: 1 })).at(-1)).toMatchObject({
      ok: false,
    });
  });

  test('schedule: the cron lines of the file; without one there are none', async () => {
    await using it = await opened();
    expect(found(await it.run('schedule', { workflow: 'ci.yml' }))).toEqual({
      state: 'active',
      scheduled: 1,
      cron: '17 3 * * *',
    });
    expect(found(await it.run('schedule', { workflow: 'nightly.yml' }))).toMatchObject({
      state: 'disabled_manually',
      scheduled: 0,
    });
  });
});

describe('rerun and cancel', () => {
  test('rerun starts a new attempt of the failed jobs only', async () => {
    await using it = await opened();
    const { plan } = await it.carryOut('rerun', { run: failedRun });
    expect(plan.changes).toEqual(['attempt: 1 → 2']);
    expect(it.changes).toEqual([`POST /repos/acme/shop/actions/runs/${failedRun}/rerun-failed-jobs`]);
    expect(it.state(failedRun)).toMatchObject({ status: 'queued' });
    await expect(it.operation('rerun').plan({ run: failedRun }, signal)).rejects.toThrow(
      'only a completed run',
    );
  });

  test('a run without failed jobs has none to rerun, but all of them', async () => {
    await using it = await opened();
    await expect(it.operation('rerun').plan({ run: '9000000001' }, signal)).rejects.toThrow(
      'run 9000000001 has no failed jobs, so there is nothing to run again. To run every job again, set jobs: all',
    );
    const plan = await it.operation('rerun').plan({ run: '9000000001', jobs: 'all' }, signal);
    expect(plan.calls[0]?.line).toMatch(/\/runs\/9000000001\/rerun$/);
  });

  test('cancel ends a run in progress, and its undo reruns it', async () => {
    await using it = await opened();
    const { plan } = await it.carryOut('cancel', { run: activeRun });
    expect(it.state(activeRun)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    expect(it.operation('cancel').undo?.(plan)).toMatchObject({
      use: 'gh.rerun',
      with: { run: activeRun, jobs: 'failed' },
    });
    await expect(it.operation('cancel').plan({ run: activeRun }, signal)).rejects.toThrow(
      'ended with cancelled',
    );
  });

  test('a run that ended after the plan is refused', async () => {
    await using it = await opened();
    const plan = await it.operation('cancel').plan({ run: activeRun }, signal);
    await it.clock.advance(10 * 60_000);
    expect(await it.operation('cancel').recheck(plan, signal)).toMatchObject({
      planned: 'attempt 1, in_progress',
      found: 'attempt 1, success',
    });
  });
});

describe('approve', () => {
  const params = { run: waitingRun, environment: 'production', reason: 'INC-7, checked' };

  test('the deployment starts, with the reason', async () => {
    await using it = await opened();
    const { plan } = await it.carryOut('approve', params);
    expect(plan).toMatchObject({
      danger: 'disruptive',
      objects: expect.arrayContaining(['reviewers: ana, bob']),
    });
    expect(it.changes).toEqual([
      `POST /repos/acme/shop/actions/runs/${waitingRun}/pending_deployments {"environment_ids":[7001],"state":"approved","comment":"INC-7, checked"}`,
    ]);
    expect(it.state(waitingRun)).toMatchObject({ status: 'in_progress' });
    await expect(it.operation('approve').plan(params, signal)).rejects.toThrow(
      'run 9000000004 does not wait for a review of production',
    );
  });

  test('a rejection fails the run, and has no undo', async () => {
    await using it = await opened();
    const { plan } = await it.carryOut('approve', { ...params, decision: 'rejected' });
    expect(it.operation('approve').undo?.(plan)).toBeUndefined();
    expect(it.state(waitingRun)).toMatchObject({ status: 'completed', conclusion: 'failure' });
  });

  test('a user who is not a reviewer is refused', async () => {
    await using it = await opened();
    Object.assign(it.repository.spec, { user: 'eve' });
    const plan = await it.operation('approve').plan(params, signal);
    expect(await it.operation('approve').permits?.(plan, signal)).toMatchObject({
      allowed: false,
      why: 'the user of the token is not a reviewer of production',
    });
  });
});

describe('issue', () => {
  test('is created with its labels, and undo closes it', async () => {
    await using it = await opened();
    const { plan, events } = await it.carryOut('issue', {
      title: 'Orders fail',
      body: '# INC-7',
      labels: ['incident'],
    });
    expect(it.repository.issues.at(-1)).toMatchObject({ number: 2, title: 'Orders fail', body: '# INC-7' });
    expect(madeBy(events)).toEqual(['issue 2']);
    expect(it.operation('issue').undo?.(plan)).toMatchObject({
      use: 'gh.closeIssue',
      with: { issue: '${made.issue}' },
    });
    await it.run('closeIssue', { issue: '2' });
    expect(it.repository.issues.at(-1)?.closedAt).toBeDefined();
    await expect(it.operation('closeIssue').plan({ issue: 2 }, signal)).rejects.toThrow(
      'issue #2 is already closed',
    );
  });
});
