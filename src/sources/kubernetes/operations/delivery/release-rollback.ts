import { z } from 'zod';
import { sourcePlaceholder } from '../../../../domain/runbooks/generic-action.ts';
import type { ActEvent, TargetDrift } from '../../../../domain/runbooks/operation.ts';
import { secretMasker } from '../../../../platform/masking/secrets.ts';
import { toFault } from '../../../../platform/network/to-fault.ts';
import type { ProgramEnd } from '../../../../platform/processes/program.ts';
import { leftoversText } from '../../../../platform/remote-exec/remote-kill.ts';
import { declareOperation, defineOperation } from '../../../kit/operations/define-operation.ts';
import type { KubeParts } from '../../api/parts.ts';
import { checkPermit, toPlanError } from '../write/admission.ts';
import { waitForRollouts } from '../write/rollout-wait.ts';
import { zNamespaceParam, zObjectName, zRolloutWait } from '../write/shared-params.ts';
import { helmProgram } from './helm-program.ts';
import { readRevisionContent, readRevisions, restoreProblem } from './release-records.ts';
import { parseRollbackRecord, planReleaseRollback, revisionPin } from './release-rollback-plan.ts';

const rollbackParams = z.strictObject({
  release: zObjectName('Helm release'),
  revision: z.coerce
    .number()
    .int()
    .min(1)
    .meta({ description: 'earlier revision whose chart, values and objects become a new revision' }),
  namespace: zNamespaceParam,
  wait: zRolloutWait,
});

/** Hooks of a chart may take this long, and after them the rollouts. */
const rollbackMs = 10 * 60_000;
const stableMs = 15_000;

const declared = declareOperation({
  name: 'releaseRollback',
  says: 'restores an earlier revision of a Helm release',
  danger: 'disruptive',
  params: rollbackParams,
  actions: [
    {
      id: 'rollback-release',
      verb: 'rollback',
      title: 'Roll back Helm release',
      step: 'Roll back release/${param.release} to revision ${param.revision}',
      on: 'workloads',
      where: 'kind = release',
      params: [
        { name: 'release', type: 'choice', from: 'workloads.name', title: 'Helm release' },
        { name: 'namespace', type: 'choice', from: 'workloads.namespace', title: 'Namespace' },
        {
          name: 'revision',
          type: 'choice',
          title: 'Revision to restore',
          read: {
            use: `${sourcePlaceholder}.releaseRevisions`,
            with: { release: '${param.release}', namespace: '${param.namespace}' },
            value: 'revision',
            only: { restorable: true },
            made: 'created',
            note: ['chart', 'status', 'state', 'changes'],
          },
        },
      ],
      with: {
        release: '${param.release}',
        namespace: '${param.namespace}',
        revision: '${param.revision}',
      },
      timeoutMs: rollbackMs,
      verify: [
        {
          id: 'v1',
          title: 'A new revision restores the earlier one, and its workloads are rolled out',
          use: 'releaseState',
          with: {
            release: '${param.release}',
            namespace: '${param.namespace}',
            restored: '${param.revision}',
          },
          expect: { json: { done: true }, path: 'revision', change: '> 0' },
          withinMs: rollbackMs,
          forMs: stableMs,
        },
      ],
      notes: 'The data of volumes and database migrations are not rolled back.',
    },
  ],
});

/** The end of the program, with the line that Helm prints last: the reason of a failure. */
const endText = ({ status, signal, err }: ProgramEnd): string => {
  const reason = secretMasker.mask(err).trim().split('\n').at(-1) ?? '';
  const end = status === undefined ? `killed by ${signal ?? 'a signal'}` : `exited with status ${status}`;
  return `helm ${end}${reason === '' ? '' : `: ${reason}`}`;
};

/**
 * `releaseRollback`: restores an earlier revision of a Helm release by `helm rollback`, since Helm merges the earlier objects
 * with the live ones by its own rules. That a new revision restores the earlier one is read from the cluster afterwards: the
 * exit status of the program proves nothing.
 */
export const releaseRollback = defineOperation(declared, (parts: KubeParts) => {
  const { client, source } = parts;

  /** Returns the reason why the newest revision is not the result of the rollback; undefined if it is. */
  const rollbackFailure = async (
    { release, revision }: { readonly release: string; readonly revision: number },
    { namespace, newest: before }: ReturnType<typeof parseRollbackRecord>,
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    const { newest, where } = await readRevisions(parts, namespace, release, signal);
    if (newest.version <= before)
      return `helm reports success, and revision ${before} is still the newest one in ${where}: check which cluster helm has reached`;
    const target = { namespace, name: release, version: revision };
    const [content, restored] = await Promise.all(
      [newest, target].map((record) => readRevisionContent(parts, record, signal)),
    );
    if (content === undefined || restored === undefined)
      throw new Error('internal error: both revisions are read');
    const problem = restoreProblem({ revision: newest, content }, { version: revision, content: restored });
    if (problem !== undefined || newest.version === before + 1) return problem;
    return `another Helm operation came first: revision ${newest.version} restores revision ${revision}, but replaces revision ${newest.version - 1}. Check what it changed: helm history`;
  };

  return {
    plan: async (params, signal) => {
      try {
        return await planReleaseRollback(parts, params, signal);
      } catch (error) {
        throw toPlanError(error, `release ${params.release}`);
      }
    },

    permits: (plan, signal) => checkPermit(client, parseRollbackRecord(plan.earlier).rights, signal),

    recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
      const { namespace } = parseRollbackRecord(plan.earlier);
      const { release } = plan.params;
      const planned = plan.targets[0]?.saw ?? '';
      const { newest } = await readRevisions(parts, namespace, release, signal);
      const found = revisionPin(newest);
      return found === planned ? undefined : { target: release, planned, found };
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const { params } = plan;
      const record = parseRollbackRecord(plan.earlier);
      const line = plan.calls[0]?.line ?? '';
      const answered = (status: string, ok = false): ActEvent => ({ is: 'answered', line, status, ok });
      yield { is: 'call', line };
      try {
        let end: ProgramEnd | undefined;
        for await (const event of change.run(helmProgram(record.argv, line), signal))
          if (event.is === 'line') yield { is: 'output', text: secretMasker.mask(event.text) };
          else end = event.end;
        if (end?.status !== 0)
          return yield answered(end === undefined ? 'helm has no exit status' : endText(end));
        const failure = await rollbackFailure(params, record, signal);
        if (failure !== undefined) return yield answered(failure);
        yield answered(`restored revision ${params.revision} as revision ${record.newest + 1}`, true);
      } catch (error) {
        const { message } = toFault(source, '', error, client.now());
        return yield answered(`${message}. ${leftoversText(error)}. The release may stay pending-rollback`);
      }
      const { wait } = params;
      if (wait !== undefined) yield* waitForRollouts(client, record.follow, wait, change.clock, signal);
    },

    undo: (plan) => parseRollbackRecord(plan.earlier).undo,
  };
});
