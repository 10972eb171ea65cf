import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import type { ActEvent, PermissionResult } from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { statusText } from '../../platform/network/status.ts';
import { type CallFailures, refusedError, reportCall } from '../kit/operations/report-call.ts';
import { field, text } from '../kit/values/wire-value.ts';
import { apiHeaders, type GithubClient } from './client.ts';
import { parseRun, type WorkflowRun } from './parse.ts';
import { needs, runPath } from './paths.ts';

/** The id of a run, as rows give it. */
export const zRunId = z
  .union([
    z.int().min(1).transform(String),
    z.string().regex(/^[1-9]\d{0,18}$/, {
      error: 'a run id is a number: copy the id from the end of the address of the run',
    }),
  ])
  .meta({ description: 'id of the workflow run', examples: ['9000000001'] });

/** Reads one run. Throws WireError. */
export const readRun = async (client: GithubClient, id: string, signal: AbortSignal): Promise<WorkflowRun> =>
  parseRun(await client.json(runPath(client, id), signal, { needs: needs.runs, isUrgent: true }));

/** 'attempt 1, failure': the pinned state of a run. */
export const runState = ({ attempt, status }: Pick<WorkflowRun, 'attempt' | 'status'>): string =>
  `attempt ${attempt}, ${status}`;

/** The target of an operation on a run. */
export const runTarget = (client: GithubClient, run: WorkflowRun) => ({
  name: run.file,
  uid: client.endpoint.url(runPath(client, run.id)),
  rowUid: `${run.id}/${run.attempt}`,
  saw: runState(run),
  where: `${client.config.repo} run ${run.id}`,
});

/** Returns the drift of the run of a plan; undefined when it is as planned. */
export const runDrift = async (
  client: GithubClient,
  id: string,
  planned: { readonly name: string; readonly saw: string } | undefined,
  signal: AbortSignal,
) => {
  if (planned === undefined) return undefined;
  const found = runState(await readRun(client, id, signal));
  return found === planned.saw ? undefined : { target: planned.name, planned: planned.saw, found };
};

/**
 * Whether the user of the token may write to the repository. A fine-grained token may still lack the permission: GitHub
 * reports that only when it is used.
 */
export const writePermit = async (
  client: GithubClient,
  permission: string,
  signal: AbortSignal,
): Promise<PermissionResult> => {
  const { repoPath, config } = client;
  const body = await client.json(repoPath, signal, { isUrgent: true });
  const push = field(field(body, 'permissions'), 'push');
  if (push === false)
    return {
      allowed: false,
      why: `the user of the token has read access to ${config.repo} only`,
      remedy: `use a token of a user with write access, with ${permission}`,
    };
  return {
    allowed: 'unknown',
    why: `whether the token has ${permission} is known only when the change is sent to GitHub`,
  };
};

interface ChangeCall {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: string;
  readonly needs: string;
}

/** Sends one change and reports its result; returns the response on success. */
export async function* sendChange(
  client: GithubClient,
  change: ChangeIo,
  { method, path, body, needs: permission }: ChangeCall,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, HttpAnswer | undefined> {
  const { endpoint } = client;
  const line = endpoint.line(method, path);
  const failures: CallFailures = {
    fault: (error) => endpoint.fault(path, error, method),
    prefix: `${line}: `,
  };
  const headers = { ...apiHeaders, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const call = { method, path, headers, ...defined({ body }) };
  const sent = yield* reportCall(line, failures, async () => {
    const answer = await endpoint.send(change, call, signal);
    const error = client.errorOf(answer, permission);
    if (error !== undefined) throw refusedError(answer.status, error);
    return { status: statusText(answer.status), value: answer };
  });
  return sent?.value;
}

/** The JSON of a response; undefined when it has none. */
export const bodyOf = (answer: HttpAnswer): unknown => {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
};

/** Reads with the lease of a change, after it. Throws WireError. */
export const readAfter = async (
  client: GithubClient,
  change: ChangeIo,
  path: string,
  signal: AbortSignal,
): Promise<unknown> => {
  const answer = await client.endpoint.send(change, { method: 'GET', path, headers: apiHeaders }, signal);
  const error = client.errorOf(answer);
  if (error !== undefined) throw error;
  return answer.json();
};

/** The address of a page in a response. */
export const pageUrl = (body: unknown): string => text(field(body, 'html_url')) ?? '';
