import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import type { PermissionResult } from '../../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { sentenceCase } from '../../../../domain/text/sentence-case.ts';
import { oneLine } from '../../../../platform/masking/sanitize.ts';
import type { HttpAnswer } from '../../../../platform/network/http-messages.ts';
import { RemediedError } from '../../../../platform/network/to-fault.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import {
  accessReviewOf,
  parseAccessReview,
  type Right,
  rightRule,
  rightText,
} from '../../../kit/contract/access-review.ts';
import { parseApiStatus } from '../../../kit/contract/kube-api-errors.ts';
import { field, list, text } from '../../../kit/values/wire-value.ts';
import type { KubeClient } from '../../api/client.ts';

/** Asks the API's authorizer whether the login has a permission. Throws WireError. Source: SelfSubjectAccessReview. */
export const reviewAccess = async (
  client: KubeClient,
  right: Right,
  signal: AbortSignal,
): Promise<ReturnType<typeof parseAccessReview>> =>
  parseAccessReview(await client.review(accessReviewOf(right), signal));

/** Evaluates one permission. `why`: 'patch deployments/scale in prod' when it is granted. */
const evaluateRight = async (
  client: KubeClient,
  right: Right,
  signal: AbortSignal,
): Promise<PermissionResult> => {
  const what = rightText(right);
  const { allowed, reason } = await reviewAccess(client, right, signal);
  if (allowed) return { allowed, why: what };
  const { context, user } = await client.access(signal);
  const why = reason === '' ? '' : ` (${oneLine(reason)})`;
  return {
    allowed,
    why: `${user} of context ${context} may not ${what}${why}`,
    remedy: `request ${rightRule(right)}`,
  };
};

/**
 * Returns 'patch deployments/scale in prod' when it is allowed. Throws PlanError `forbidden` with the rule to request.
 */
export const requireAccess = async (
  client: KubeClient,
  right: Right,
  signal: AbortSignal,
): Promise<string> => {
  const { allowed, why, remedy } = await evaluateRight(client, right, signal);
  if (allowed === true) return why;
  throw new PlanError('forbidden', `${why}: ${remedy ?? ''}`);
};

/** Checks several permissions: returns the first missing one, or a text that lists all of them. Throws WireError. */
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
 * Converts a call to a dry run. An API server reads DELETE options from the body if there is one and then ignores the
 * query, so `dryRun` goes into both. Source: Kubernetes apiserver, DeleteOptions.
 */
export const toDryRunCall = (call: KubeCall): KubeCall => {
  const path = `${call.path}${call.path.includes('?') ? '&' : '?'}dryRun=All`;
  if (call.method !== 'DELETE' || call.body === undefined) return { ...call, path };
  const options: unknown = JSON.parse(call.body);
  return { ...call, path, body: JSON.stringify({ ...Object(options), dryRun: ['All'] }) };
};

/**
 * Returns the object that a dry run of a call would produce. Throws PlanError with the message of the admission
 * controller.
 */
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
      `${object} has fields that other managers own: ${conflicts.join(', ')}. Set force: true to take them over`,
    );
  const ending = problem.kind === 'missing' ? 'not-applicable' : 'failed';
  throw new PlanError(ending, `${object}: the API server rejected the dry run: ${problemText(problem)}`);
};

/**
 * '.spec.replicas is managed by "kubectl"', for each field owned by another manager. Source: server-side apply,
 * conflicts.
 */
export const fieldConflicts = (answer: HttpAnswer): readonly string[] =>
  list(field(field(parseApiStatus(answer), 'details'), 'causes')).flatMap((cause) => {
    if (text(field(cause, 'reason')) !== 'FieldManagerConflict') return [];
    const manager = /conflict with ("[^"]*"( with subresource "[^"]*")?)/.exec(
      text(field(cause, 'message')) ?? '',
    );
    return [
      oneLine(
        `${text(field(cause, 'field')) ?? 'a field'} belongs to the field manager ${manager?.[1] ?? 'of another program'}`,
      ),
    ];
  });

/** Texts of the `Warning` headers. Source: RFC 7234 §5.5, as used by Kubernetes. */
export const responseWarnings = ({ headers }: HttpAnswer): readonly string[] =>
  [...(headers.warning ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(
    ([, warning = '']) => `API warning: ${oneLine(warning.replaceAll('\\"', '"'))}`,
  );

/** The failure of a call and its remedy, in one text. */
const problemText = (problem: WireError): string =>
  problem instanceof RemediedError && problem.remedy !== undefined
    ? `${problem.message}. ${sentenceCase(problem.remedy)}`
    : problem.message;

/** Converts the failure of a plan to the executor's PlanError. */
export const toPlanError = (error: unknown, object: string): unknown => {
  if (!(error instanceof WireError) || error.kind === 'cancelled' || error.kind === 'bug') return error;
  const ending = error.kind === 'missing' ? 'not-applicable' : 'failed';
  return new PlanError(ending, `${object}: ${problemText(error)}`, { cause: error });
};
