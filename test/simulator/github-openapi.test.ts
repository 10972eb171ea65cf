import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { githubHandler } from '../../src/simulator/servers/github/api.ts';
import type { ParsedRequest } from '../../src/simulator/servers/http/http-server.ts';
import { githubRepository, heads } from '../support/github-repository.ts';
import { manualClock } from '../support/manual-clock.ts';

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

interface Extract {
  readonly source: { readonly package: string; readonly version: string; readonly license: string };
  readonly responses: Readonly<Record<string, object>>;
  readonly definitions: object;
}

/** GitHub's own description of its responses, extracted by `scripts/github-openapi.ts`. */
const extract: Extract = JSON.parse(
  readFileSync(new URL('../recordings/github-openapi/responses.json', import.meta.url), 'utf8'),
);

const schemaOf = (name: string): z.ZodType => {
  const schema = extract.responses[name];
  if (schema === undefined) throw new Error(`no schema of ${name}`);
  return z.fromJSONSchema({ ...schema, definitions: extract.definitions } as JsonSchema, {
    defaultTarget: 'openapi-3.0',
  });
};

const repo = '/repos/{owner}/{repo}';

/** Each operation of the description, with a request of the simulator: its path, and its body for a change. */
const requests: Readonly<Record<string, readonly [path: string, body?: object]>> = {
  [`GET ${repo}`]: [''],
  [`GET ${repo}/actions/runs`]: ['/actions/runs'],
  [`GET ${repo}/actions/workflows/{workflow_id}/runs`]: ['/actions/workflows/ci.yml/runs'],
  [`GET ${repo}/actions/runs/{run_id}`]: ['/actions/runs/9000000003'],
  [`GET ${repo}/actions/runs/{run_id}/jobs`]: ['/actions/runs/9000000003/jobs'],
  [`GET ${repo}/actions/runs/{run_id}/pending_deployments`]: ['/actions/runs/9000000004/pending_deployments'],
  [`POST ${repo}/actions/runs/{run_id}/pending_deployments`]: [
    '/actions/runs/9000000004/pending_deployments',
    { environment_ids: [7001], state: 'approved', comment: 'checked' },
  ],
  [`GET ${repo}/actions/workflows`]: ['/actions/workflows'],
  [`GET ${repo}/actions/workflows/{workflow_id}`]: ['/actions/workflows/ci.yml'],
  [`POST ${repo}/actions/workflows/{workflow_id}/dispatches`]: [
    '/actions/workflows/deploy.yml/dispatches',
    { ref: 'main', return_run_details: true },
  ],
  [`GET ${repo}/actions/artifacts`]: ['/actions/artifacts'],
  [`GET ${repo}/actions/secrets`]: ['/actions/secrets'],
  [`GET ${repo}/commits/{commit_sha}/pulls`]: [`/commits/${heads.main}/pulls`],
  [`GET ${repo}/pulls/{pull_number}/reviews`]: ['/pulls/12/reviews'],
  [`GET ${repo}/deployments`]: ['/deployments'],
  [`GET ${repo}/deployments/{deployment_id}`]: ['/deployments/900000000211'],
  [`GET ${repo}/deployments/{deployment_id}/statuses`]: ['/deployments/900000000211/statuses'],
  [`GET ${repo}/environments`]: ['/environments'],
  [`GET ${repo}/commits/{ref}`]: ['/commits/main'],
  [`GET ${repo}/code-scanning/alerts`]: ['/code-scanning/alerts'],
  [`GET ${repo}/dependabot/alerts`]: ['/dependabot/alerts'],
  [`GET ${repo}/releases`]: ['/releases'],
  [`GET ${repo}/issues/{issue_number}`]: ['/issues/1'],
  [`POST ${repo}/issues`]: ['/issues', { title: 'Orders fail', labels: ['incident'] }],
};

const ask = (name: string, path: string, body?: object): unknown => {
  const clock = manualClock();
  const handler = githubHandler(githubRepository(clock.now()), clock);
  const rawPath = name === 'GET /rate_limit' ? '/rate_limit' : `/repos/acme/shop${path}`;
  const request: ParsedRequest = {
    method: name.split(' ')[0] ?? '',
    path: rawPath.split('/').filter((part) => part !== ''),
    rawPath,
    query: new URLSearchParams(),
    body: body === undefined ? '' : JSON.stringify(body),
    contentType: 'application/json',
    host: 'api.example.com',
  };
  const reply = handler(request);
  if (reply === 'cut') throw new Error('the simulator cut the connection');
  expect(reply.status).toBeLessThan(300);
  return JSON.parse(JSON.stringify(reply.json));
};

test('every described operation has a request', () => {
  expect([...Object.keys(requests), 'GET /rate_limit'].toSorted()).toEqual(
    Object.keys(extract.responses).toSorted(),
  );
  expect(extract.source).toMatchObject({ package: '@octokit/openapi', version: '23.0.2' });
  expect(extract.source.license).toContain('MIT');
});

test.each(Object.keys(extract.responses))('%s is as GitHub describes it', (name) => {
  const [path = '', body] = requests[name] ?? [];
  const { error } = schemaOf(name).safeParse(ask(name, path, body));
  expect(error?.issues.slice(0, 5)).toBeUndefined();
});

test('a response without a required property, or with one of another type, is detected', () => {
  const name = `GET ${repo}/actions/runs`;
  const schema = schemaOf(name);
  const body = z
    .object({ total_count: z.number(), workflow_runs: z.array(z.record(z.string(), z.unknown())) })
    .parse(ask(name, '/actions/runs'));
  const [first = {}] = body.workflow_runs;
  const { head_sha: _, ...without } = first;
  expect(schema.safeParse({ ...body, workflow_runs: [without] }).success).toBe(false);
  expect(schema.safeParse({ ...body, workflow_runs: [{ ...first, id: '1' }] }).success).toBe(false);
});
