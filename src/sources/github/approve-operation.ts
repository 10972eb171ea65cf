import { z } from 'zod';
import { notApplicable } from '../../domain/runbooks/operation.ts';
import { declareOperation, defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { readRun, runState, sendChange, writePermit, zRunId } from './change-calls.ts';
import type { GithubClient } from './client.ts';
import { parsePendingDeployments } from './parse.ts';
import { needs, pendingPath, runPath } from './paths.ts';
import { runLine } from './run-report.ts';

/** `approve`: reviews an environment that a run waits for. Source: GitHub REST API, Review pending deployments. */
export const approveOperation = defineOperation(
  declareOperation({
    name: 'approve',
    danger: 'disruptive',
    params: z.strictObject({
      run: zRunId,
      environment: z
        .string()
        .min(1)
        .meta({ description: 'approve the deployment to this environment, which the run waits for' }),
      decision: z.enum(['approved', 'rejected']).default('approved'),
      reason: z.string().trim().min(1).meta({ description: 'review comment' }),
    }),
    actions: [
      {
        id: 'approve-deployment',
        verb: 'approve',
        title: 'Approve deployment',
        step: 'Approve ${param.environment} of run ${param.run}',
        on: 'ci',
        where: 'kind = approval',
        params: [
          { name: 'run', type: 'choice', from: 'ci.run', title: 'Run' },
          { name: 'environment', type: 'choice', from: 'ci.environment', title: 'Environment' },
          { name: 'reason', type: 'string', title: 'Reason' },
        ],
        with: {
          run: '${param.run}',
          environment: '${param.environment}',
          decision: 'approved',
          reason: '${param.reason}',
        },
        verify: [
          {
            id: 'v1',
            title: 'The run no longer waits for a review of the environment',
            that: 'count(ci[source = "$source" and kind = approval and run = "${param.run}" and environment = "${param.environment}" and status = waiting]) < ${before}',
            withinMs: 180_000,
            forMs: 0,
          },
        ],
      },
    ],
  }),
  (client: GithubClient) => {
    const readPending = async (run: string, environment: string, signal: AbortSignal) => {
      const body = await client.json(pendingPath(client, run), signal, { needs: needs.runs, isUrgent: true });
      return parsePendingDeployments(body).find(
        (pendingDeployment) => pendingDeployment.environment === environment,
      );
    };
    return {
      plan: async ({ run: id, environment, decision, reason }, signal) => {
        const run = await readForPlan(client, runPath(client, id), () => readRun(client, id, signal));
        const pending = await readForPlan(client, pendingPath(client, id), () =>
          readPending(id, environment, signal),
        );
        if (pending === undefined)
          throw notApplicable(
            `run ${id} does not wait for a review of ${environment}: check the run and the environment`,
          );
        const { environmentId, reviewers, canApprove } = pending;
        const body = { environment_ids: [environmentId], state: decision, comment: reason };
        return {
          targets: [
            {
              name: environment,
              uid: `${client.endpoint.url(runPath(client, id))} ${environmentId}`,
              rowUid: `${run.id}/${run.attempt}`,
              saw: `${runState(run)}, waits for ${environment}`,
              where: `${client.config.repo} run ${id}`,
            },
          ],
          calls: [
            {
              line: client.endpoint.line('POST', pendingPath(client, id)),
              body: JSON.stringify(body),
              target: 0,
            },
          ],
          objects: [
            runLine(run),
            `${run.title} · ${run.sha.slice(0, 7)}`,
            `reviewers: ${reviewers.join(', ')}`,
          ],
          lost:
            decision === 'approved'
              ? `the jobs that deploy to ${environment} start at once, and canceling the run does not revert a deployment`
              : 'a rejected run fails, and only a new attempt can deploy',
          effects: [{ does: 'ends', kind: 'ci', where: { kind: 'approval', run: id, environment } }],
          earlier: canApprove,
        };
      },
      permits: async (plan, signal) => {
        if (plan.earlier === false)
          return {
            allowed: false,
            why: `the user of the token is not a reviewer of ${plan.params.environment}`,
            remedy: 'ask a reviewer of the environment to approve, or use the token of a reviewer',
          };
        return writePermit(client, needs.review, signal);
      },
      recheck: async (plan, signal) => {
        const { run: id, environment } = plan.params;
        const [target] = plan.targets;
        if (target === undefined) return undefined;
        const run = await readRun(client, id, signal);
        const pending = await readPending(id, environment, signal);
        const found = `${runState(run)}, ${pending === undefined ? 'does not wait' : 'waits'} for ${environment}`;
        return found === target.saw ? undefined : { target: target.name, planned: target.saw, found };
      },
      act: async function* (plan, change, signal) {
        const body = plan.calls[0]?.body;
        if (body === undefined) throw new Error('internal error: a review was planned without a body');
        const path = pendingPath(client, plan.params.run);
        yield* sendChange(client, change, { method: 'POST', path, body, needs: needs.review }, signal);
      },
      undo: (plan) =>
        plan.params.decision === 'rejected'
          ? undefined
          : {
              use: `${client.source}.cancel`,
              with: { run: plan.params.run },
              title: `Cancel run ${plan.params.run}`,
              pins: 'nothing',
            },
    };
  },
);
