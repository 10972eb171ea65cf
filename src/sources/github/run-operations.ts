import { z } from 'zod';
import { notApplicable } from '../../domain/runbooks/operation.ts';
import { declareOperation, defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { readRun, runDrift, runTarget, sendChange, writePermit, zRunId } from './change-calls.ts';
import type { GithubClient } from './client.ts';
import { needs, runPath } from './paths.ts';
import { runLine } from './run-report.ts';

/** `rerun`: a new attempt of a completed run. Source: GitHub REST API, Re-run failed jobs from a workflow run. */
export const rerunOperation = defineOperation(
  declareOperation({
    name: 'rerun',
    danger: 'disruptive',
    params: z.strictObject({
      run: zRunId,
      jobs: z
        .enum(['failed', 'all'])
        .meta({
          description:
            'which jobs to run again. With failed, the failed and canceled jobs and the jobs after them',
        })
        .default('failed'),
    }),
    actions: [
      {
        id: 'rerun-failed-jobs',
        verb: 'rerun',
        title: 'Rerun failed jobs',
        step: 'Rerun the failed jobs of run ${param.run}',
        on: 'ci',
        where: 'kind = run and status in (failure, timed_out, cancelled, startup_failure)',
        params: [{ name: 'run', type: 'choice', from: 'ci.run', title: 'Run' }],
        with: { run: '${param.run}', jobs: 'failed' },
        verify: [
          {
            id: 'v1',
            title: 'GitHub has started a new attempt of the run',
            that: 'any(ci[source = "$source" and kind = run and run = "${param.run}"] | new)',
            withinMs: 180_000,
            forMs: 0,
          },
        ],
      },
    ],
  }),
  (client: GithubClient) => ({
    plan: async ({ run: id, jobs }, signal) => {
      const run = await readForPlan(client, runPath(client, id), () => readRun(client, id, signal));
      if (!run.isCompleted)
        throw notApplicable(
          `run ${id} is ${run.status}: only a completed run can run again. Wait for the end, or cancel the run`,
        );
      if (jobs === 'failed' && run.status === 'success')
        throw notApplicable(
          `run ${id} has no failed jobs, so there is nothing to run again. To run every job again, set jobs: all`,
        );
      const path = `${runPath(client, id)}/${jobs === 'failed' ? 'rerun-failed-jobs' : 'rerun'}`;
      return {
        targets: [runTarget(client, run)],
        calls: [{ line: client.endpoint.line('POST', path), target: 0 }],
        objects: [runLine(run), `${run.title} · ${run.sha.slice(0, 7)}`],
        changes: [`attempt: ${run.attempt} → ${run.attempt + 1}`],
        lost: 'jobs that deploy will deploy again, and canceling the attempt does not revert a deployment',
      };
    },
    permits: (_, signal) => writePermit(client, needs.dispatch, signal),
    recheck: (plan, signal) => runDrift(client, plan.params.run, plan.targets[0], signal),
    act: async function* (plan, change, signal) {
      const { run, jobs } = plan.params;
      const path = `${runPath(client, run)}/${jobs === 'failed' ? 'rerun-failed-jobs' : 'rerun'}`;
      yield* sendChange(client, change, { method: 'POST', path, needs: needs.dispatch }, signal);
    },
    undo: (plan) => ({
      use: `${client.source}.cancel`,
      with: { run: plan.params.run },
      title: `Cancel run ${plan.params.run}`,
      pins: 'nothing',
    }),
  }),
);

/** `cancel`: cancels a run that is not completed. Source: GitHub REST API, Cancel a workflow run. */
export const cancelRunOperation = defineOperation(
  declareOperation({
    name: 'cancel',
    danger: 'disruptive',
    params: z.strictObject({ run: zRunId }),
    actions: [
      {
        id: 'cancel-run',
        verb: 'cancel-run',
        title: 'Cancel run',
        step: 'Cancel run ${param.run}',
        on: 'ci',
        where: 'kind = run and status in (queued, in_progress, waiting, requested, pending)',
        params: [{ name: 'run', type: 'choice', from: 'ci.run', title: 'Run' }],
        with: { run: '${param.run}' },
        verify: [
          {
            id: 'v1',
            title: 'GitHub has canceled the run',
            that: 'any(ci[source = "$source" and kind = run and run = "${param.run}"] | status = cancelled and status != ${before})',
            withinMs: 300_000,
            forMs: 0,
          },
        ],
      },
    ],
  }),
  (client: GithubClient) => ({
    plan: async ({ run: id }, signal) => {
      const run = await readForPlan(client, runPath(client, id), () => readRun(client, id, signal));
      if (run.isCompleted)
        throw notApplicable(`run ${id} has ended with ${run.status}, so there is nothing to cancel`);
      return {
        targets: [runTarget(client, run)],
        calls: [{ line: client.endpoint.line('POST', `${runPath(client, id)}/cancel`), target: 0 }],
        objects: [runLine(run), `${run.title} · ${run.sha.slice(0, 7)}`],
        lost: 'jobs in progress are stopped, and a deployment may stop halfway',
        effects: [{ does: 'ends', kind: 'ci', where: { kind: 'approval', run: id } }],
      };
    },
    permits: (_, signal) => writePermit(client, needs.dispatch, signal),
    recheck: (plan, signal) => runDrift(client, plan.params.run, plan.targets[0], signal),
    act: async function* (plan, change, signal) {
      const path = `${runPath(client, plan.params.run)}/cancel`;
      yield* sendChange(client, change, { method: 'POST', path, needs: needs.dispatch }, signal);
    },
    undo: (plan) => ({
      use: `${client.source}.rerun`,
      with: { run: plan.params.run, jobs: 'failed' },
      title: `Rerun the canceled jobs of run ${plan.params.run}`,
      pins: 'nothing',
    }),
  }),
);
