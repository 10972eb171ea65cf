import { expect, test } from 'vitest';
import type { Runbook, VerifyStep } from '../../../src/domain/runbooks/runbook.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { githubHandler } from '../../../src/simulator/servers/github/api.ts';
import { type Handler, serve } from '../../../src/simulator/servers/http/http-server.ts';
import { github } from '../../../src/sources/github/index.ts';
import { openActing } from '../../real/acting.ts';
import { githubRepository } from '../../support/github-repository.ts';

type Values = Readonly<Record<string, string>>;

/** Only ends a run that hangs. A run that must not recover waits for all of its own, shorter limit. */
const longMs = 60_000;
const shortMs = 5000;

/** The verification of an action with these parameters. */
const verifyOf = (operation: string, params: Values, withinMs: number): readonly VerifyStep[] => {
  const verify = github.operations[operation]?.actions?.[0]?.verify ?? [];
  const bound = (text: string): string =>
    Object.entries(params).reduce(
      (rest, [name, value]) => rest.replaceAll(`\${param.${name}}`, value),
      text.replaceAll('$source', 'gh'),
    );
  return verify === 'none'
    ? []
    : verify.map((step) => ({
        ...step,
        ...(step.that === undefined ? {} : { that: bound(step.that) }),
        withinMs,
      }));
};

/** Runs the operation of an action, and verifies it as the action does. */
const runAction = async (
  operation: string,
  params: Values,
  more: Values = {},
  wrap: (handler: Handler) => Handler = (it) => it,
  withinMs = shortMs,
) => {
  const clock = systemClock();
  const repository = githubRepository(clock.now());
  const [newest] = repository.newestRuns;
  // Only a completed run can be rerun.
  if (operation === 'rerun' && newest !== undefined) {
    newest.startedAt = clock.now() - 30 * 60_000;
    newest.failsAt = { job: 'test', step: 'Run tests' };
  }
  const server = await serve(wrap(githubHandler(repository, clock)), clock);
  await using acting = await openActing('gh', 'github', {
    url: server.url,
    repo: 'acme/shop',
    auth: { bearer: 'a-token-of-the-test' },
  });
  const runbook: Runbook = {
    ...{ id: operation, title: operation, covers: [], params: [], diagnose: [] },
    act: [{ id: 'a1', title: operation, use: `gh.${operation}`, with: { ...params, ...more } }],
    verify: verifyOf(operation, params, withinMs),
    position: { file: 'p.yaml', line: 1, col: 1 },
  };
  try {
    return { repository, ended: (await acting.run(runbook)).ended };
  } finally {
    await server.close();
  }
};

/** Accepts a change and does nothing. */
const accepting =
  (path: RegExp, status: number, json: unknown = {}) =>
  (handler: Handler): Handler =>
  (ask) =>
    ask.method === 'POST' && path.test(ask.rawPath) ? { status, json } : handler(ask);

interface ActionCase {
  readonly name: string;
  readonly params: Values;
  readonly more?: Values;
  /** GitHub's response to the change. */
  readonly path: RegExp;
  readonly status: number;
  readonly json?: unknown;
}

const cases: readonly ActionCase[] = [
  {
    name: 'dispatch',
    params: { workflow: 'deploy.yml', ref: 'main' },
    path: /\/dispatches$/,
    status: 200,
    json: { workflow_run_id: 1, run_url: '', html_url: '' },
  },
  { name: 'rerun', params: { run: '9000000006' }, path: /\/rerun-failed-jobs$/, status: 201 },
  { name: 'cancel', params: { run: '9000000006' }, path: /\/cancel$/, status: 202 },
  {
    name: 'approve',
    params: { run: '9000000004', environment: 'production' },
    more: { reason: 'checked' },
    path: /\/pending_deployments$/,
    status: 200,
    json: [],
  },
];

test.concurrent.each(cases)('$name has recovered when its effect appears', async ({ name, params, more }) => {
  const { ended } = await runAction(name, params, more, undefined, longMs);
  expect(ended).toMatchObject({ ending: 'recovered' });
});

test.concurrent.each(cases)(
  '$name that GitHub accepts without an effect has not recovered',
  async ({ name, params, more, path, status, json }) => {
    const { ended } = await runAction(name, params, more, accepting(path, status, json));
    expect(ended).toMatchObject({ ending: 'executed-not-recovered' });
  },
);
