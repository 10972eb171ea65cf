import { z } from 'zod';
import { metadataListType } from '../../../../clients/kubernetes/reading.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { apiResources, listPath } from '../../api/api-resources.ts';
import { parseListChunk } from '../../api/list-watch.ts';
import type { KubeParts } from '../../api/parts.ts';
import { rfc3339Text } from '../../delivery/delivery-summary.ts';
import { parseReleaseRevision, type ReleaseRevision, releaseQuery } from '../../delivery/helm.ts';
import { describeLocation, resolveNamespace, unreadablePlanError } from '../write/find-object.ts';
import { defineObjectRead } from '../write/read-operation.ts';
import { zNamespaceParam, zObjectName } from '../write/shared-params.ts';

const historyParams = z.strictObject({ release: zObjectName('Helm release'), namespace: zNamespaceParam });

/** Path of the Secrets of one release. */
const historyPath = (namespace: string, release: string): string => {
  const { labelSelector, fieldSelector } = releaseQuery;
  const query = { labelSelector: `${labelSelector},name=${release}`, fieldSelector };
  return `${listPath(apiResources.secret, namespace)}?${new URLSearchParams(query).toString()}`;
};

/** The revisions in a list of Secrets, newest first. Throws WireError. */
const revisionsIn = ({ client }: Pick<KubeParts, 'client'>, body: unknown): readonly ReleaseRevision[] =>
  parseListChunk(body)
    .items.map((raw) => parseReleaseRevision(raw, client.toClock))
    .toSorted((a, b) => b.version - a.version);

/** The revisions of a release, newest first, without their content. Throws WireError, PlanError. */
export const readRevisions = async (
  parts: KubeParts,
  namespace: string,
  release: string,
  signal: AbortSignal,
): Promise<readonly ReleaseRevision[]> => {
  const path = historyPath(namespace, release);
  const body = await parts.client.getMetadata(path, signal).catch((error: unknown) => {
    throw unreadablePlanError(parts, path, error);
  });
  return revisionsIn(parts, body);
};

const rowOf = ({ version, status, created }: ReleaseRevision) => ({
  revision: String(version),
  status,
  created: rfc3339Text(created) ?? '',
});

/** `releaseHistory`: lists the revisions of a Helm release with status and time, newest first, as `helm history` does. */
export const listReleaseHistory = defineObjectRead(
  {
    name: 'releaseHistory',
    says: 'lists the revisions of a Helm release',
    params: historyParams,
    resultKinds: ['rows'],
  },
  (parts) => ({
    accept: metadataListType,
    requests: async ({ release, namespace: requested }, signal) => {
      const namespace = await resolveNamespace(parts, requested, signal);
      const path = historyPath(namespace, release);
      const [newest] = await readRevisions(parts, namespace, release, signal);
      const where = await describeLocation(parts.client, namespace, signal);
      if (newest === undefined)
        throw new PlanError(
          'not-applicable',
          `Helm release ${release} not found in ${where}: check the name and the namespace`,
        );
      const uid = `${namespace}/${release}`;
      return [{ path, target: { name: release, uid, saw: `revision ${newest.version}`, where } }];
    },
    lines: (answer) =>
      revisionsIn(parts, answer.json())
        .map(rowOf)
        .map(({ revision, status, created }) => `revision ${revision} · ${status} · ${created}`),
    rows: (answer) => revisionsIn(parts, answer.json()).map(rowOf),
  }),
);
