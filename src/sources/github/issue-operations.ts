import { z } from 'zod';
import { notApplicable } from '../../domain/runbooks/operation.ts';
import { declareOperation, defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { field, list, number, text } from '../kit/values/wire-value.ts';
import { bodyOf, pageUrl, sendChange } from './change-calls.ts';
import type { GithubClient } from './client.ts';
import { issuePath, needs } from './paths.ts';

/** `issue`: creates an issue. Source: GitHub REST API, Create an issue. */
export const issueOperation = defineOperation(
  declareOperation({
    name: 'issue',
    danger: 'safe',
    params: z.strictObject({
      title: z.string().trim().min(1).max(256).meta({ description: 'title' }),
      body: z.string().max(60_000).meta({ description: 'text in Markdown' }).default(''),
      labels: z.array(z.string().min(1)).meta({ description: 'labels' }).default([]),
    }),
    bindingRules: { body: 'document' },
  }),
  (client: GithubClient) => ({
    plan: async ({ title, body, labels }, signal) => {
      const { repoPath, config, endpoint } = client;
      const found = await readForPlan(client, repoPath, () =>
        client.json(repoPath, signal, { isUrgent: true }),
      );
      if (field(found, 'has_issues') === false)
        throw notApplicable(
          `issues of ${config.repo} are disabled. Enable them in the settings of the repository`,
        );
      return {
        targets: [
          { name: config.repo, uid: endpoint.url(repoPath), saw: 'accepts issues', where: endpoint.base },
        ],
        calls: [
          {
            line: endpoint.line('POST', issuePath(client)),
            body: JSON.stringify({ title, body, labels }),
            target: 0,
          },
        ],
        objects: [title, ...(labels.length === 0 ? [] : [`labels ${labels.join(', ')}`])],
      };
    },
    recheck: async () => undefined,
    act: async function* (plan, change, signal) {
      const body = plan.calls[0]?.body;
      if (body === undefined) throw new Error('internal error: an issue was planned without a body');
      const answer = yield* sendChange(
        client,
        change,
        { method: 'POST', path: issuePath(client), body, needs: needs.issues },
        signal,
      );
      const created = answer === undefined ? undefined : bodyOf(answer);
      const issue = number(field(created, 'number'));
      if (issue === undefined) return;
      yield { is: 'made', key: 'issue', value: String(issue) };
      yield { is: 'output', text: `issue #${issue} ${pageUrl(created)}`.trim() };
    },
    undo: (plan) => ({
      use: `${client.source}.closeIssue`,
      with: { issue: '${made.issue}' },
      title: `Close the issue in ${plan.targets[0]?.name ?? ''}`,
      pins: 'gone',
    }),
  }),
);

const zIssue = z
  .union([
    z.int().min(1),
    z
      .string()
      .regex(/^[1-9]\d{0,9}$/)
      .transform(Number),
  ])
  .meta({ description: 'number of the issue in the repository', examples: [12] });

/** `closeIssue`: closes an issue. Source: GitHub REST API, Update an issue. */
export const closeIssueOperation = defineOperation(
  declareOperation({ name: 'closeIssue', danger: 'safe', params: z.strictObject({ issue: zIssue }) }),
  (client: GithubClient) => {
    const stateOf = async (issue: number, signal: AbortSignal) => {
      const body = await client.json(issuePath(client, issue), signal, {
        needs: needs.issues,
        isUrgent: true,
      });
      return {
        state: text(field(body, 'state')) ?? 'unknown',
        title: text(field(body, 'title')) ?? '',
        body,
      };
    };
    return {
      plan: async ({ issue }, signal) => {
        const path = issuePath(client, issue);
        const { state, title, body } = await readForPlan(client, path, () => stateOf(issue, signal));
        if (state === 'closed')
          throw notApplicable(`issue #${issue} is already closed, so there is nothing to close`);
        const labels = list(field(body, 'labels')).map(
          (value) => text(value) ?? text(field(value, 'name')) ?? '',
        );
        return {
          targets: [
            { name: `#${issue}`, uid: client.endpoint.url(path), saw: state, where: client.config.repo },
          ],
          calls: [{ line: client.endpoint.line('PATCH', path), body: '{"state":"closed"}', target: 0 }],
          objects: [`#${issue} ${title}`, ...(labels.length === 0 ? [] : [`labels ${labels.join(', ')}`])],
        };
      },
      recheck: async (plan, signal) => {
        const [target] = plan.targets;
        const { state } = await stateOf(plan.params.issue, signal);
        return target === undefined || state === target.saw
          ? undefined
          : { target: target.name, planned: target.saw, found: state };
      },
      act: async function* (plan, change, signal) {
        const path = issuePath(client, plan.params.issue);
        const body = '{"state":"closed"}';
        yield* sendChange(client, change, { method: 'PATCH', path, body, needs: needs.issues }, signal);
      },
    };
  },
);
