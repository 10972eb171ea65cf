import { z } from 'zod';
import { formatBytes } from '../../../../domain/text/format.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { zContainerParam, zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import type { ProbeResult } from './exec-session.ts';
import { defineInspection, selectPods } from './pod-inspection.ts';

const heapRoomParams = z
  .strictObject({
    pod: zObjectName('check the JVM of the pod with this name').exactOptional(),
    deployment: zObjectName('check all pods of the deployment with this name').exactOptional(),
    container: zContainerParam,
    pid: z
      .string()
      .regex(/^\d+$/, { error: 'not a process id: use a number, such as 1' })
      .meta({ description: 'the JVM has this process ID in the container. The default is 1' })
      .exactOptional(),
    path: z
      .string()
      .startsWith('/')
      .meta({ description: 'directory in the container that would get the heap dump' }),
    times: z
      .number()
      .min(1)
      .max(100)
      .meta({ description: 'free space that is required, as a multiple of the used heap (default: 1.2)' })
      .exactOptional(),
    namespace: zNamespaceParam,
  })
  .refine(({ pod, deployment }) => (pod === undefined) !== (deployment === undefined), {
    error: 'the step needs one target: set either pod or deployment',
  });

const sizeUnits: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

const successfulOutput = ({ code, lines, words }: ProbeResult, what: string): string => {
  if (code !== 0) throw new WireError('malformed', `${what}: ${[words, ...lines].join(' ')}`);
  return lines.join('\n');
};

/**
 * Parses the bytes in use from `GC.heap_info`: '… used 123456K …' of G1 and Parallel, '… used 512M …' of ZGC; Metaspace
 * follows the heap.
 * Source: OpenJDK, CollectedHeap::print_on.
 */
export const parseUsedHeap = (info: string): number | undefined => {
  const [, amount, unit = ''] = /\bused (\d+)([KMG])/.exec(info) ?? [];
  return amount === undefined ? undefined : Number(amount) * (sizeUnits[unit] ?? 1);
};

/** Parses the available bytes from `df -Pk PATH`. Source: POSIX, df. */
export const parseAvailableBytes = (table: string): number | undefined => {
  const columns = table.trim().split('\n').at(-1)?.trim().split(/\s+/) ?? [];
  const kib = Number(columns[3]);
  return columns.length >= 6 && Number.isInteger(kib) ? kib * 1024 : undefined;
};

/**
 * `heapRoom`: checks whether a heap dump of a JVM fits on its target file system. A full disk would take the pod down.
 */
export const heapRoom = defineInspection(
  {
    name: 'heapRoom',
    says: 'checks that a container has enough free space for a heap dump',
    rights: ['get pods/exec'],
    params: heapRoomParams,
    resultKinds: ['json'],
  },
  (parts) => ({
    summary: ({ path, times = 1.2 }) => `space for ${times} × the used heap at ${path}`,
    pods: (params, signal) => selectPods(parts, params, signal),
    inspect: async ({ run }, { path, pid = '1', times = 1.2 }) => {
      const free = parseAvailableBytes(successfulOutput(await run(['df', '-Pk', path]), 'df'));
      const used = parseUsedHeap(successfulOutput(await run(['jcmd', pid, 'GC.heap_info']), 'jcmd'));
      if (free === undefined || used === undefined)
        throw new WireError(
          'malformed',
          'opsdeck cannot read the free space or the used heap: the image of the container needs df and jcmd',
        );
      const needed = Math.ceil(times * used);
      const words = `${formatBytes(free)} free at ${path}, ${formatBytes(needed)} needed`;
      return {
        lines: [words],
        json: { freeBytes: free, neededBytes: needed, fits: free >= needed },
        ...(free >= needed
          ? {}
          : {
              problem: `${words}, so there is not enough space for a heap dump. Name another directory with path`,
            }),
      };
    },
  }),
);
