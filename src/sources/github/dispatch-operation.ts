import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import type { ActEvent } from '../../domain/runbooks/operation.ts';
import { notApplicable } from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { declareOperation, defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { field, number, text } from '../kit/values/wire-value.ts';
import { bodyOf, readAfter, sendChange, writePermit } from './change-calls.ts';
import type { GithubClient } from './client.ts';
import { listIn, parseRun, type WorkflowRun } from './parse.ts';
import { commitPath, needs, runsPath, workflowPath } from './paths.ts';
import { runLine } from './run-report.ts';

/** Reads until the new run is listed. */
const maxReads = 10;
const pauseMs = 2000;

const zInput = z.union([z.string(), z.number(), z.boolean()]);

const declared = declareOperation({
  name: 'dispatch',
  danger: 'disruptive',
  params: z.strictObject({
    workflow: z
      .string()
      .min(1)
      .meta({
        description: 'start the workflow with this file name, such as deploy.yml',
        examples: ['deploy.yml'],
      }),
    ref: z
      .string()
      .min(1)
      .meta({
        description:
          'the workflow runs on this branch or tag. By default, the workflow runs on the default branch',
      })
      .exactOptional(),
    inputs: z
      .record(z.string(), zInput)
      .meta({ description: 'inputs of the workflow, as a map of name to value' })
      .exactOptional(),
  }),
  actions: [
    {
      id: 'dispatch-workflow',
      verb: 'dispatch',
      title: 'Run workflow',
      step: 'Run ${param.workflow} on ${param.ref}',
      on: 'ci',
      where: 'kind = run',
      params: [
        { name: 'workflow', type: 'choice', from: 'ci.file', title: 'Workflow' },
        { name: 'ref', type: 'choice', from: 'ci.branch', title: 'Branch or tag' },
      ],
      with: { workflow: '${param.workflow}', ref: '${param.ref}' },
      verify: [
        {
          id: 'v1',
          title: 'GitHub has started a new run of the workflow',
          that: 'any(ci[source = "$source" and kind = run and file = "${param.workflow}" and branch = "${param.ref}" and event = workflow_dispatch] | new)',
          withinMs: 180_000,
          forMs: 0,
        },
      ],
      isListed: true,
    },
  ],
});

/** Runs of the workflow that an operator started, newest first. */
const dispatchedPath = (client: GithubClient, workflow: string, ref: string): string =>
  runsPath(client, workflow, { event: 'workflow_dispatch', branch: ref, per_page: 20 });

/** State that a plan keeps: the runs that existed before the change. */
interface Before {
  readonly ref: string;
  readonly sha: string;
  readonly runs: readonly string[];
}

const isBefore = (value: unknown): value is Before =>
  typeof value === 'object' && value !== null && 'runs' in value && 'sha' in value && 'ref' in value;

/** Reads the runs until one of the commit appears that did not exist before; undefined when none does. */
const findNewRun = async (
  client: GithubClient,
  change: ChangeIo,
  workflow: string,
  { ref, sha, runs }: Before,
  signal: AbortSignal,
): Promise<WorkflowRun | 'several' | undefined> => {
  for (let reads = 0; reads < maxReads && !signal.aborted; reads += 1) {
    const body = await readAfter(client, change, dispatchedPath(client, workflow, ref), signal);
    const found = listIn(body, 'workflow_runs')
      .map(parseRun)
      .filter((run) => !runs.includes(run.id) && run.sha === sha);
    if (found.length > 1) return 'several';
    if (found[0] !== undefined) return found[0];
    await change.clock.sleep(pauseMs, signal);
  }
  return undefined;
};

/** Names the new run: by the response, otherwise as the only one that did not exist before. */
async function* identifyRun(
  client: GithubClient,
  change: ChangeIo,
  workflow: string,
  before: Before,
  responded: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const line = client.endpoint.line('GET', dispatchedPath(client, workflow, before.ref));
  try {
    const run =
      responded === undefined ? await findNewRun(client, change, workflow, before, signal) : responded;
    if (run === 'several')
      return yield {
        is: 'output',
        text: 'GitHub started several new runs of this commit, so undo cannot tell which run to cancel',
      };
    if (run === undefined)
      return yield {
        is: 'answered',
        line,
        status:
          'GitHub accepted the dispatch, but no new run has appeared. Check the Actions page of the repository',
        ok: false,
      };
    yield { is: 'made', key: 'run', value: typeof run === 'string' ? run : run.id };
    if (typeof run !== 'string') yield { is: 'output', text: `new run: ${runLine(run)}` };
  } catch (error) {
    yield {
      is: 'output',
      text: `GitHub accepted the dispatch, but the new run could not be read: ${client.fault('', error).message}`,
    };
  }
}

/**
 * `dispatch`: starts a workflow. Source: GitHub REST API, Create a workflow dispatch event. The response names the run;
 * an Enterprise Server that does not know this responds without one.
 */
export const dispatchOperation = defineOperation(declared, (client: GithubClient) => ({
  plan: async ({ workflow, ref: wantedRef, inputs }, signal) => {
    const path = workflowPath(client, workflow);
    const how = { isUrgent: true };
    const found = await readForPlan(client, path, () =>
      client.json(path, signal, { ...how, needs: needs.runs }),
    );
    const state = text(field(found, 'state')) ?? 'unknown';
    if (state !== 'active') throw notApplicable(`${workflow} is ${state}: enable the workflow at GitHub`);
    const ref =
      wantedRef ??
      (await readForPlan(client, client.repoPath, async () =>
        text(field(await client.json(client.repoPath, signal, how), 'default_branch')),
      )) ??
      '';
    const commit = await readForPlan(client, commitPath(client, ref), () =>
      client.json(commitPath(client, ref), signal, { ...how, needs: needs.contents }),
    );
    const sha = text(field(commit, 'sha')) ?? '';
    const message = (text(field(field(commit, 'commit'), 'message')) ?? '').split('\n')[0] ?? '';
    const known = await readForPlan(client, dispatchedPath(client, workflow, ref), async () =>
      listIn(await client.json(dispatchedPath(client, workflow, ref), signal, how), 'workflow_runs').map(
        parseRun,
      ),
    );
    const active = known.filter(({ isCompleted }) => !isCompleted);
    const body = { ref, ...defined({ inputs }), return_run_details: true };
    const before: Before = { ref, sha, runs: known.map(({ id }) => id) };
    return {
      targets: [
        {
          name: workflow,
          uid: `${client.endpoint.url(path)} ${ref}`,
          saw: `${ref} at ${sha.slice(0, 12)}`,
          where: client.config.repo,
        },
      ],
      calls: [
        { line: client.endpoint.line('POST', `${path}/dispatches`), body: JSON.stringify(body), target: 0 },
      ],
      objects: [
        `${ref} at ${sha.slice(0, 7)}: ${message}`,
        ...(known[0] === undefined
          ? ['there is no earlier dispatched run of the workflow on this branch']
          : [`latest: ${runLine(known[0])}`]),
        ...active.map((run) => `a run has not completed: ${runLine(run)}`),
      ],
      lost: 'canceling the run does not revert what the jobs have done, such as a deployment',
      earlier: before,
    };
  },
  permits: (_, signal) => writePermit(client, needs.dispatch, signal),
  recheck: async (plan, signal) => {
    const [target] = plan.targets;
    if (target === undefined || !isBefore(plan.earlier)) return undefined;
    const { ref } = plan.earlier;
    const commit = await client.json(commitPath(client, ref), signal, { isUrgent: true });
    const found = `${ref} at ${(text(field(commit, 'sha')) ?? '').slice(0, 12)}`;
    return found === target.saw ? undefined : { target: target.name, planned: target.saw, found };
  },
  act: async function* (plan, change, signal) {
    const { workflow } = plan.params;
    const body = plan.calls[0]?.body;
    if (body === undefined || !isBefore(plan.earlier))
      throw new Error('internal error: a dispatch without a plan');
    const path = `${workflowPath(client, workflow)}/dispatches`;
    const answer = yield* sendChange(
      client,
      change,
      { method: 'POST', path, body, needs: needs.dispatch },
      signal,
    );
    if (answer === undefined) return;
    const id = number(field(bodyOf(answer), 'workflow_run_id'));
    yield* identifyRun(
      client,
      change,
      workflow,
      plan.earlier,
      id === undefined ? undefined : String(id),
      signal,
    );
  },
  undo: (plan) => ({
    use: `${client.source}.cancel`,
    with: { run: '${made.run}' },
    title: `Cancel the run of ${plan.params.workflow}`,
    pins: 'nothing',
  }),
}));
