import { z } from 'zod';
import type { ActEvent } from '../../domain/runbooks/operation.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { parseYamlValue } from '../../domain/yaml/bounded-yaml.ts';
import { isFailedCi } from '../../kinds/ci/status.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { declareOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import { field, list, number, text } from '../kit/values/wire-value.ts';
import type { GithubClient } from './client.ts';
import { listIn, listOf, parseRun, type WorkflowRun } from './parse.ts';
import {
  commitPath,
  commitPullsPath,
  needs,
  reviewsPath,
  runsPath,
  workflowFilePath,
  workflowPath,
} from './paths.ts';

const zRef = z
  .string()
  .min(1)
  .meta({ description: 'branch, tag or commit whose CI is read', examples: ['main'] });

/** A result as data and as text. `unmet`: why it is not as the step requires. */
interface ReadResult {
  readonly json: unknown;
  readonly text: string;
  readonly unmet?: string | undefined;
}

/** Reads once, and reports the result. */
async function* readOnce(
  client: GithubClient,
  path: string,
  read: () => Promise<ReadResult>,
): AsyncGenerator<ActEvent> {
  const line = client.endpoint.line('GET', path);
  yield { is: 'call', line };
  try {
    const { json, text: written, unmet } = await read();
    yield { is: 'found', found: { json, text: written } };
    yield { is: 'output', text: written };
    yield { is: 'answered', line, status: unmet ?? '200 OK', ok: unmet === undefined };
  } catch (error) {
    const { message, remedy } = client.fault(path, error);
    yield {
      is: 'answered',
      line,
      status: remedy === undefined ? message : `${message}. ${sentenceCase(remedy)}`,
      ok: false,
    };
  }
}

/** The commit of a branch or tag. Throws WireError. */
const readCommit = async (
  client: GithubClient,
  ref: string,
  signal: AbortSignal,
): Promise<{ readonly sha: string; readonly title: string }> => {
  const path = commitPath(client, ref);
  const body = await client.json(path, signal, { needs: needs.contents, isUrgent: true });
  const sha = text(field(body, 'sha'));
  if (sha === undefined)
    throw new WireError(
      'malformed',
      'the response has no sha for the commit: check url and repo of the source',
    );
  return { sha, title: (text(field(field(body, 'commit'), 'message')) ?? '').split('\n')[0] ?? '' };
};

/** The plan of a reading of one commit. */
const planCommit = async (client: GithubClient, ref: string, signal: AbortSignal) => {
  const path = commitPath(client, ref);
  const { sha, title } = await readForPlan(client, path, () => readCommit(client, ref, signal));
  return {
    targets: [
      {
        name: ref,
        uid: client.endpoint.url(commitPath(client, sha)),
        saw: sha.slice(0, 12),
        where: client.config.repo,
      },
    ],
    calls: [{ line: client.endpoint.line('GET', path), target: 0 }],
    objects: [`${ref} at ${sha.slice(0, 7)}: ${title}`],
  };
};

/** 'success' when the newest run of every workflow succeeded; 'missing' without a run, which is not a success. */
const statusOf = (runs: readonly WorkflowRun[]): string => {
  if (runs.length === 0) return 'missing';
  const failed = runs.find(isFailedCi);
  if (failed !== undefined) return failed.status;
  return (runs.find(({ status }) => status !== 'success') ?? { status: 'success' }).status;
};

/** `commitRuns`: the newest runs of a commit, one of each workflow. Source: GitHub REST API, workflow runs, `head_sha`. */
export const commitRunsOperation = defineReadOperation(
  declareOperation({
    name: 'commitRuns',
    params: z.strictObject({
      ref: zRef,
      workflow: z
        .string()
        .min(1)
        .meta({
          description:
            'opsdeck checks only the workflow with this file name. By default, opsdeck checks every workflow',
          examples: ['ci.yml'],
        })
        .exactOptional(),
      expect: z
        .literal('success')
        .meta({
          description: 'status that the newest run of every workflow must have, otherwise the step fails',
        })
        .exactOptional(),
    }),
    resultKinds: ['json'],
  }),
  (client: GithubClient) => ({
    plan: ({ ref }, signal) => planCommit(client, ref, signal),
    act: ({ params: { ref, workflow, expect } }, _, signal) =>
      readOnce(client, runsPath(client, workflow, {}), async () => {
        const { sha } = await readCommit(client, ref, signal);
        const path = runsPath(client, workflow, { head_sha: sha, per_page: 100 });
        const body = await client.json(path, signal, { needs: needs.runs, isUrgent: true });
        const all = listIn(body, 'workflow_runs').map(parseRun);
        const newest = [...Map.groupBy(all, ({ file }) => file).values()].flatMap(([first]) => first ?? []);
        const status = statusOf(newest);
        const json = { sha, status, runs: newest.length, failed: newest.filter(isFailedCi).length };
        const lines = newest.map((run) => `${run.workflow} #${run.number ?? run.id} ${run.status}`);
        const unmet =
          expect === undefined || status === expect
            ? undefined
            : `the CI of ${ref} has the status ${status}, but the step expects success`;
        return { json, text: [`${sha.slice(0, 7)}: ${status}`, ...lines].join('\n'), unmet };
      }),
  }),
);

/** Reviews that decide: a comment neither approves nor rejects. */
const decisions: ReadonlySet<string> = new Set(['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED']);

/** The last decision of each reviewer of a pull request. */
const lastDecisions = (reviews: readonly unknown[]): ReadonlyMap<string, string> => {
  const last = new Map<string, string>();
  for (const review of reviews) {
    const user = text(field(field(review, 'user'), 'login')) ?? '';
    const state = text(field(review, 'state')) ?? '';
    if (decisions.has(state)) last.set(user, state);
  }
  return last;
};

/** Pull requests of a commit whose reviews are read. */
const maxPulls = 5;

/** `reviews`: the reviews of the pull requests that contain a commit. Source: GitHub REST API, pull request reviews. */
export const reviewsOperation = defineReadOperation(
  declareOperation({
    name: 'reviews',
    params: z.strictObject({
      ref: zRef,
      approvals: z
        .int()
        .min(1)
        .meta({
          description:
            'number of approvals that are needed. The step fails with fewer, or while a reviewer requests changes',
        })
        .exactOptional(),
    }),
    resultKinds: ['json'],
  }),
  (client: GithubClient) => ({
    plan: ({ ref }, signal) => planCommit(client, ref, signal),
    act: ({ params: { ref, approvals } }, _, signal) =>
      readOnce(client, commitPullsPath(client, ref), async () => {
        const { sha } = await readCommit(client, ref, signal);
        const how = { needs: needs.pulls, isUrgent: true };
        const pulls = listOf(await client.json(commitPullsPath(client, sha), signal, how)).slice(0, maxPulls);
        const lines: string[] = [];
        let approved = 0;
        let rejected = 0;
        for (const pull of pulls) {
          const id = number(field(pull, 'number')) ?? 0;
          const last = lastDecisions(listOf(await client.json(reviewsPath(client, id), signal, how)));
          const by = (state: string) => [...last].flatMap(([user, part]) => (part === state ? [user] : []));
          approved += by('APPROVED').length;
          rejected += by('CHANGES_REQUESTED').length;
          const words = [
            ['approved by', by('APPROVED')],
            ['changes requested by', by('CHANGES_REQUESTED')],
          ].flatMap(([what, users = []]) =>
            users.length === 0 ? [] : [`${what} ${[users].flat().join(', ')}`],
          );
          lines.push(`#${id} ${text(field(pull, 'title')) ?? ''}: ${words.join('; ') || 'no review'}`);
        }
        const isMet = approvals === undefined || (approved >= approvals && rejected === 0);
        return {
          unmet: isMet
            ? undefined
            : `the pull request has ${approved} of ${approvals} approvals, and ${rejected} reviewers request changes`,
          json: { sha, pulls: pulls.length, approved, rejected },
          text:
            lines.length === 0 ? `no pull request contains the commit ${sha.slice(0, 7)}` : lines.join('\n'),
        };
      }),
  }),
);

/** The cron lines of a workflow file. Throws `malformed` when it is not YAML. */
const cronLines = (file: string): readonly string[] => {
  try {
    return list(field(field(parseYamlValue(file), 'on'), 'schedule')).flatMap(
      (value) => text(field(value, 'cron')) ?? [],
    );
  } catch {
    throw new WireError(
      'malformed',
      'the workflow file is not valid YAML: correct the file in the repository',
    );
  }
};

/** `schedule`: the cron lines of a workflow on the default branch. Source: GitHub REST API, repository contents. */
export const scheduleOperation = defineReadOperation(
  declareOperation({
    name: 'schedule',
    params: z.strictObject({
      workflow: z
        .string()
        .min(1)
        .meta({
          description: 'read the schedule of the workflow with this file name',
          examples: ['scan.yml'],
        }),
    }),
    resultKinds: ['json'],
  }),
  (client: GithubClient) => ({
    plan: async ({ workflow }, signal) => {
      const path = workflowPath(client, workflow);
      const found = await readForPlan(client, path, () =>
        client.json(path, signal, { needs: needs.runs, isUrgent: true }),
      );
      const state = text(field(found, 'state')) ?? 'unknown';
      const file = workflowFilePath(client, workflow);
      return {
        targets: [{ name: workflow, uid: client.endpoint.url(path), saw: state, where: client.config.repo }],
        calls: [{ line: client.endpoint.line('GET', file), target: 0 }],
        objects: [`${workflow}: ${state}`],
      };
    },
    act: ({ params: { workflow }, targets }, _, signal) => {
      const path = workflowFilePath(client, workflow);
      return readOnce(client, path, async () => {
        const body = await client.json(path, signal, { needs: needs.contents, isUrgent: true });
        const content = text(field(body, 'content'));
        if (content === undefined)
          throw new WireError(
            'malformed',
            'the response has no content of the file: check url and repo of the source',
          );
        const cron = cronLines(Buffer.from(content, 'base64').toString('utf8'));
        const state = targets[0]?.saw ?? 'unknown';
        return {
          json: { state, scheduled: cron.length, cron: cron.join(', ') },
          text: `${workflow}: ${state}, ${cron.length === 0 ? 'no schedule' : `schedule ${cron.join(', ')}`}`,
        };
      });
    },
  }),
);
