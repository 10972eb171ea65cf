import { z } from 'zod';
import { metadataListType } from '../../../../clients/kubernetes/reading.ts';
import { rfc3339Text } from '../../delivery/delivery-summary.ts';
import type { ReleaseRevision } from '../../delivery/helm.ts';
import { resolveNamespace } from '../write/find-object.ts';
import { defineObjectRead } from '../write/read-operation.ts';
import { zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import { readRevisions, releaseHistoryPath, revisionsIn } from './release-records.ts';

const historyParams = z.strictObject({ release: zObjectName('Helm release'), namespace: zNamespaceParam });

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
      const path = releaseHistoryPath(namespace, release);
      const { newest, where } = await readRevisions(parts, namespace, release, signal);
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
