import { z } from 'zod';
import { parseListChunk } from '../../api/list-watch.ts';
import type { KubeParts } from '../../api/parts.ts';
import { rfc3339Text } from '../../delivery/delivery-summary.ts';
import { parseReleaseRevision, type ReleaseRevision } from '../../delivery/helm.ts';
import { parseReleaseContent, type ReleaseContent } from '../../delivery/release-content.ts';
import { resolveNamespace } from '../write/find-object.ts';
import { defineObjectRead } from '../write/read-operation.ts';
import { zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import { contentDiff, readRevisions, releaseHistoryPath, rollbackProblem } from './release-records.ts';

/** A revision as a row; `restorable` is false where a rollback to it is refused. */
type RevisionRow = Readonly<
  Record<'revision' | 'status' | 'chart' | 'appVersion' | 'created' | 'state' | 'changes', string>
> & { readonly restorable: boolean };

/** Revisions whose content is unpacked, newest first: a release of many may have hundreds of MiB. */
const mostRevisions = 20;

const rowsOf = async (
  { client }: Pick<KubeParts, 'client'>,
  body: unknown,
): Promise<readonly RevisionRow[]> => {
  const known = parseListChunk(body)
    .items.map((raw) => ({ raw, revision: parseReleaseRevision(raw, client.toClock) }))
    .toSorted((a, b) => b.revision.version - a.revision.version)
    .slice(0, mostRevisions);
  let newest: { readonly revision: ReleaseRevision; readonly content: ReleaseContent } | undefined;
  const rows: RevisionRow[] = [];
  // One after another, so that only two are in memory.
  for (const { raw, revision } of known) {
    const content = await parseReleaseContent(raw);
    newest ??= { revision, content };
    const problem = rollbackProblem(newest, { revision, content });
    const { chart, appVersion } = content;
    rows.push({
      revision: String(revision.version),
      status: revision.status,
      chart,
      appVersion,
      created: rfc3339Text(revision.created) ?? '',
      state: problem ?? '',
      changes:
        revision === newest.revision ? '' : contentDiff(newest.content, content).slice(0, 3).join(', '),
      restorable: problem === undefined,
    });
  }
  return rows;
};

const rowLine = ({ revision, status, chart, appVersion, created, state, changes }: RevisionRow): string =>
  [`revision ${revision}`, status, chart, appVersion, created, state, changes]
    .filter((part) => part !== '')
    .join(' · ');

/**
 * `releaseRevisions`: lists the revisions of a Helm release with their charts and what a rollback would change. As rows for a
 * choice; the newest one, those that were never deployed and those that deliver the same are not `restorable`.
 */
export const releaseRevisionsOperation = defineObjectRead(
  {
    name: 'releaseRevisions',
    says: 'lists the revisions of a Helm release with charts and differences',
    params: z.strictObject({ release: zObjectName('Helm release'), namespace: zNamespaceParam }),
    resultKinds: ['rows'],
  },
  (parts) => ({
    requests: async ({ release, namespace: requested }, signal) => {
      const namespace = await resolveNamespace(parts, requested, signal);
      const { newest, where } = await readRevisions(parts, namespace, release, signal);
      const uid = `${namespace}/${release}`;
      const target = { name: release, uid, saw: `revision ${newest.version}`, where };
      return [{ path: releaseHistoryPath(namespace, release), target }];
    },
    lines: async (answer) => (await rowsOf(parts, answer.json())).map(rowLine),
    rows: (answer) => rowsOf(parts, answer.json()),
  }),
);
