import { z } from 'zod';
import type { ActEvent } from '../../../../domain/runbooks/operation.ts';
import { oneLine } from '../../../../platform/masking/sanitize.ts';
import { defineReadOperation } from '../../../kit/operations/read-operation.ts';
import { findApiResource, objectPath } from '../../api/api-resources.ts';
import { parseMeta } from '../../api/object-meta.ts';
import type { KubeParts } from '../../api/parts.ts';
import { nestedText } from '../../delivery/delivery-summary.ts';
import type { ReleaseContent } from '../../delivery/release-content.ts';
import { resolveNamespace } from '../write/find-object.ts';
import { rolloutProgress } from '../write/rollout-wait.ts';
import { zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import { parseReleaseManifest, releaseObjectText, workloadsAmong } from './release-manifest.ts';
import { readRevisionContent, readRevisions, releaseHistoryPath, restoreProblem } from './release-records.ts';

const stateParams = z.strictObject({
  release: zObjectName('Helm release'),
  restored: z.coerce
    .number()
    .int()
    .min(1)
    .meta({ description: 'earlier revision that the newest one must restore (default: none)' })
    .exactOptional(),
  namespace: zNamespaceParam,
});

type StateParams = z.infer<typeof stateParams>;

/** The paths of the workloads that a revision delivers. Throws WireError. */
const workloadPaths = (content: ReleaseContent, namespace: string): readonly string[] =>
  workloadsAmong(parseReleaseManifest(content.manifest, namespace)).flatMap((workload) => {
    const resource = findApiResource(workload.kind);
    return resource === undefined ? [] : [objectPath(resource, workload.namespace, workload.name)];
  });

/** Progress of one workload, in words: 'deployment/bus: 2 of 3 pods updated, 2 available'. */
const progressOf = (raw: unknown) => {
  const object = releaseObjectText({ kind: nestedText(raw, 'kind'), name: parseMeta(raw).name });
  const progress = rolloutProgress(object, raw);
  return { isDone: progress?.is === 'done', words: `${object}: ${progress?.words ?? 'no rollout'}` };
};

/**
 * Reads a release as a JSON document for verifications. `done`: the newest revision is deployed, restores the requested one,
 * and its workloads are rolled out. Throws WireError, PlanError.
 */
const readState = async (parts: KubeParts, params: StateParams, signal: AbortSignal) => {
  const { release, restored, namespace: requested } = params;
  const namespace = await resolveNamespace(parts, requested, signal);
  const { newest: revision } = await readRevisions(parts, namespace, release, signal);
  const content = await readRevisionContent(parts, revision, signal);
  const problem =
    restored === undefined
      ? undefined
      : restoreProblem(
          { revision, content },
          {
            version: restored,
            content: await readRevisionContent(parts, { ...revision, version: restored }, signal),
          },
        );
  const paths = workloadPaths(content, namespace);
  const workloads = (await Promise.all(paths.map((path) => parts.client.get(path, signal)))).map(progressOf);
  const isRolledOut = workloads.every(({ isDone }) => isDone);
  const { chart, appVersion, description } = content;
  const { version, status } = revision;
  const words = [status, chart, appVersion, oneLine(description, 200)].filter((part) => part !== '');
  return {
    lines: [
      `revision ${version}: ${words.join(' · ')}`,
      ...(problem === undefined ? [] : [problem]),
      ...workloads.map((workload) => workload.words),
    ],
    json: {
      ...{ revision: version, status, chart, appVersion },
      problem: problem ?? '',
      workloads: workloads.length,
      rolledOut: workloads.filter(({ isDone }) => isDone).length,
      done: status === 'deployed' && problem === undefined && isRolledOut,
    },
  };
};

/** `releaseState`: shows the newest revision of a Helm release and the rollouts of its workloads; as JSON for verifications. */
export const releaseState = defineReadOperation(
  {
    name: 'releaseState',
    says: 'shows the state of a Helm release and the rollouts of its workloads',
    params: stateParams,
    resultKinds: ['json'],
  },
  (parts: KubeParts) => {
    const { client } = parts;
    return {
      plan: async ({ release, namespace: requested }, signal) => {
        const namespace = await resolveNamespace(parts, requested, signal);
        const { newest, where } = await readRevisions(parts, namespace, release, signal);
        const uid = `${namespace}/${release}`;
        return {
          targets: [{ name: release, uid, saw: `revision ${newest.version}`, where }],
          calls: [{ line: client.describeCall('GET', releaseHistoryPath(namespace, release)), target: 0 }],
          objects: [`Helm release ${release} and its workloads in ${where}`],
        };
      },

      // One answer, since a verification expects the same of each.
      act: async function* (plan, _, signal): AsyncIterable<ActEvent> {
        const line = plan.calls[0]?.line ?? '';
        yield { is: 'call', line };
        try {
          const { lines, json } = await readState(parts, plan.params, signal);
          for (const text of lines) yield { is: 'output', text };
          yield { is: 'found', found: { json } };
          yield { is: 'answered', line, status: 'read', ok: true };
        } catch (error) {
          yield { is: 'answered', line, status: client.fault('', error).message, ok: false };
        }
      },
    };
  },
);
