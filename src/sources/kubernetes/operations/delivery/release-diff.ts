import { z } from 'zod';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import type { HttpAnswer } from '../../../../platform/network/http-messages.ts';
import { parseReleaseContent, type ReleaseContent } from '../../delivery/release-content.ts';
import { resolveNamespace } from '../write/find-object.ts';
import { defineObjectRead } from '../write/read-operation.ts';
import { zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import { contentDiff, readRevisions, revisionPath, revisionSecret } from './release-records.ts';

const zRevision = (what: string) =>
  z.coerce.number().int().min(1).meta({ description: what }).exactOptional();

const diffParams = z.strictObject({
  release: zObjectName('Helm release'),
  from: zRevision('older revision to compare (default: the one before `to`)'),
  to: zRevision('opsdeck compares this newer revision with `from`. The default is the newest'),
  namespace: zNamespaceParam,
});

const contentOf = async (answer: HttpAnswer | undefined): Promise<ReleaseContent | undefined> =>
  answer === undefined ? undefined : parseReleaseContent(answer.json());

/**
 * `releaseDiff`: compares the chart and the given values of two revisions of a Helm release, one line per value:
 * 'values.image.tag: "1.4" → "1.5"'. Values with the name of a secret are not shown.
 */
export const releaseDiff = defineObjectRead(
  {
    name: 'releaseDiff',
    says: 'shows the differences between two revisions of a Helm release',
    params: diffParams,
  },
  (parts) => ({
    requests: async ({ release, from, to, namespace: requested }, signal) => {
      const namespace = await resolveNamespace(parts, requested, signal);
      const { newest, all: known, where } = await readRevisions(parts, namespace, release, signal);
      const later = to ?? newest.version;
      const earlier = from ?? known.find(({ version }) => version < later)?.version;
      const list = known.map(({ version }) => version).join(', ');
      if (earlier === undefined)
        throw new PlanError(
          'not-applicable',
          `Helm release ${release} has no revision before ${later}: there are ${list}`,
        );
      const absent = [earlier, later].find((revision) => !known.some(({ version }) => version === revision));
      if (absent !== undefined)
        throw new PlanError(
          'not-applicable',
          `Helm release ${release} has no revision ${absent}: there are ${list}`,
        );
      return [earlier, later].map((version) => {
        const path = revisionPath(namespace, release, version);
        const uid = `${namespace}/${revisionSecret(release, version)}`;
        return { path, target: { name: release, uid, saw: `revision ${version}`, where } };
      });
    },
    lines: async (answer, _, __, ___, earlier) => {
      const before = await contentOf(earlier[0]);
      const after = await contentOf(answer);
      if (before === undefined || after === undefined) return [];
      const lines = contentDiff(before, after);
      return lines.length === 0 ? ['both revisions have the same chart and the same given values'] : lines;
    },
  }),
);
