import type { KubeCall } from '../../../clients/kubernetes/reading.ts';
import type { PermissionResult } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import type { HttpAnswer } from '../../../platform/network/http-messages.ts';
import { oneLine } from '../../../platform/terminal/sanitize.ts';
import { RemediedError } from '../../../platform/to-fault.ts';
import { WireError } from '../../../platform/wire-error.ts';
import { field, list, text } from '../../wire-value.ts';
import { formatRbacRule, parseApiStatus } from '../api-errors.ts';
import type { KubeClient } from '../client.ts';

/** Something that one may or may not do. `subresource`: 'log', 'exec', 'scale'. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** '*' : in all of them. */
  readonly namespace?: string;
  readonly name?: string;
}

interface AccessReview {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Whether I may do it, as the API's own authorizer says. Throws WireError. Source: SelfSubjectAccessReview. */
export const reviewAccess = async (
  client: KubeClient,
  right: Right,
  signal: AbortSignal,
): Promise<AccessReview> => {
  const { namespace, ...rest } = right;
  const resourceAttributes = {
    ...rest,
    ...(namespace === undefined || namespace === '*' ? {} : { namespace }),
  };
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const status = field(await client.review(review, signal), 'status');
  const allowed = field(status, 'allowed');
  if (typeof allowed !== 'boolean') throw new WireError('malformed', 'the access review has no result');
  return { allowed, reason: text(field(status, 'reason')) ?? '' };
};

const rightResource = ({ resource, subresource }: Right): string =>
  subresource === undefined ? resource : `${resource}/${subresource}`;

/** What the API's own authorizer says of one right. `why`: 'patch deployments/scale in prod' when it is there. */
const evaluateRight = async (
  client: KubeClient,
  right: Right,
  signal: AbortSignal,
): Promise<PermissionResult> => {
  const { verb, group, namespace } = right;
  const resource = rightResource(right);
  const what = `${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}`;
  const { allowed, reason } = await reviewAccess(client, right, signal);
  if (allowed) return { allowed, why: what };
  const { context, user } = await client.access(signal);
  const rule = formatRbacRule({
    verbs: [verb],
    resource,
    group,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const why = reason === '' ? '' : ` (${oneLine(reason)})`;
  return { allowed, why: `${user} of context ${context} may not ${what}${why}`, remedy: `request ${rule}` };
};

/** 'patch deployments/scale in prod', once it is allowed. Throws PlanError `forbidden` with the rule to ask for. */
export const requireAccess = async (
  client: KubeClient,
  right: Right,
  signal: AbortSignal,
): Promise<string> => {
  const { allowed, why, remedy } = await evaluateRight(client, right, signal);
  if (allowed === true) return why;
  throw new PlanError('forbidden', `${why}: ${remedy ?? ''}`);
};

/** Whether all of some rights are there: the first that lacks, or all in words. Throws WireError. */
export const checkPermit = async (
  client: KubeClient,
  rights: readonly Right[],
  signal: AbortSignal,
): Promise<PermissionResult> => {
  const permits = await Promise.all(rights.map((right) => evaluateRight(client, right, signal)));
  const denied = permits.find(({ allowed }) => allowed !== true);
  return denied ?? { allowed: true, why: `RBAC: ${[...new Set(permits.map(({ why }) => why))].join(', ')}` };
};

/**
 * The same call with nothing of it kept. An API server reads the options of a DELETE from its body when there is one,
 * and then not from the address: it has to say it in both. Source: Kubernetes apiserver, DeleteOptions.
 */
export const toDryRunCall = (call: KubeCall): KubeCall => {
  const path = `${call.path}${call.path.includes('?') ? '&' : '?'}dryRun=All`;
  if (call.method !== 'DELETE' || call.body === undefined) return { ...call, path };
  const options: unknown = JSON.parse(call.body);
  return { ...call, path, body: JSON.stringify({ ...Object(options), dryRun: ['All'] }) };
};

/** What the API answers to the dry run of a call: the object as it would be. Throws PlanError with what admission says. */
export const dryRunOrRefuse = async (
  client: KubeClient,
  call: KubeCall,
  object: string,
  signal: AbortSignal,
): Promise<HttpAnswer> => {
  const answer = await client.dryRun(toDryRunCall(call), signal);
  const problem = client.responseError(answer);
  if (problem === undefined) return answer;
  const conflicts = fieldConflicts(answer);
  if (conflicts.length > 0)
    throw new PlanError(
      'failed',
      `${object} has fields managed by others: ${conflicts.join('; ')}. Set force: true to take them over`,
    );
  const ending = problem.kind === 'missing' ? 'not-applicable' : 'failed';
  throw new PlanError(ending, `${object}: dry run rejected: ${problemText(problem)}`);
};

/** '.spec.replicas is managed by "kubectl"', for each field that another manager owns. Source: server-side apply, conflicts. */
export const fieldConflicts = (answer: HttpAnswer): readonly string[] =>
  list(field(field(parseApiStatus(answer), 'details'), 'causes')).flatMap((cause) => {
    if (text(field(cause, 'reason')) !== 'FieldManagerConflict') return [];
    const manager = /conflict with ("[^"]*"( with subresource "[^"]*")?)/.exec(
      text(field(cause, 'message')) ?? '',
    );
    return [
      oneLine(
        `${text(field(cause, 'field')) ?? 'a field'} is managed by ${manager?.[1] ?? 'another manager'}`,
      ),
    ];
  });

/** What an API says in its `Warning` headers. Source: RFC 7234 §5.5, as Kubernetes uses it. */
export const responseWarnings = ({ headers }: HttpAnswer): readonly string[] =>
  [...(headers.warning ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(
    ([, said = '']) => `API warning: ${oneLine(said.replaceAll('\\"', '"'))}`,
  );

/** A failed call with what can be done about it, in one text. */
const problemText = (problem: WireError): string =>
  problem instanceof RemediedError ? `${problem.message}; ${problem.remedy}` : problem.message;

/** What kept a plan from being made, as the executor knows it. */
export const toPlanError = (error: unknown, object: string): unknown => {
  if (!(error instanceof WireError) || error.kind === 'cancelled' || error.kind === 'bug') return error;
  const ending = error.kind === 'missing' ? 'not-applicable' : 'failed';
  return new PlanError(ending, `${object}: ${problemText(error)}`, { cause: error });
};
