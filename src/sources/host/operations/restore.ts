import { z } from 'zod';
import { bytes as bytesText } from '../../../domain/format.ts';
import type { ActEvent, OperationCall, Plan, Target } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { declareOperation, defineOperation } from '../../define-operation.ts';
import { field, text } from '../../wire-value.ts';
import { freeBytesIn, type Listing, listingIn, strayName } from '../parse/archives.ts';
import type { HostParts } from '../parts.ts';
import { machineAt, machineFor, zHost } from '../parts.ts';
import { ask, outOf } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';
import { runInOrder } from './run-announced.ts';
import {
  asPlanError,
  callsOf,
  fileWords,
  move,
  seenAt,
  stampOf,
  treeDrift,
  treeTarget,
  treeTimeoutMs,
  zPath,
} from './trees.ts';

const restoreParams = z.strictObject({
  archive: zPath.meta({ description: 'the tar.gz that is unpacked' }),
  dir: zPath.meta({ description: 'the directory that it takes the place of' }),
  holds: z
    .array(z.string().min(1))
    .meta({ description: 'files that the archive must hold, below the directory: [bin/api]' })
    .default([]),
  host: zHost,
});

type RestoreParams = z.infer<typeof restoreParams>;

/** The directories of one restore. */
interface Names {
  readonly fresh: string;
  readonly before: string;
}

/** Unpacked beside, compared file by file with the archive, and only then put in place. */
const preparing = ({ archive, holds }: RestoreParams, { fresh }: Names): readonly (readonly string[])[] => [
  ['mkdir', '--', fresh],
  ['tar', '-xzf', archive, '-C', fresh],
  ['tar', '-dzf', archive, '-C', fresh],
  ...(holds.length === 0 ? [] : [['sha256sum', '--', ...holds.map((file) => `${fresh}/${file}`)]]),
];
const setAside = ({ dir }: RestoreParams, { before }: Names): readonly string[] => move(dir, before);
const putInPlace = ({ dir }: RestoreParams, { fresh }: Names): readonly string[] => move(fresh, dir);

/** Why an archive is not unpacked; undefined when nothing is wrong with it. */
const unfit = (listing: Listing, { archive, holds }: RestoreParams, free: number): string | undefined => {
  const stray = strayName(listing);
  if (stray !== undefined) return `${archive} holds ${stray}, which lies outside of it`;
  const missing = holds.find((file) => !listing.names.includes(file));
  if (missing !== undefined) return `${archive} does not hold ${missing}`;
  return listing.bytes > free
    ? `${archive} unpacked takes ${bytesText(listing.bytes)}, and there is room for ${bytesText(free)}`
    : undefined;
};

const declared = declareOperation({ name: 'restore', danger: 'destructive', params: restoreParams });

/**
 * `restore`: an archive takes the place of a directory, which is kept under another name. It is never unpacked over a tree:
 * what is newer there would stay.
 */
export const restore = defineOperation(declared, (parts: HostParts) => {
  const targetOf = async (
    machine: Machine,
    { archive, dir }: RestoreParams,
    signal: AbortSignal,
  ): Promise<Target> => {
    const [tree, packed] = await seenAt(parts, machine, [dir, archive], signal);
    const saw = packed === undefined ? '' : `${archive}: ${fileWords(packed)}`;
    return treeTarget(machine, dir, `${tree?.inode}/${packed?.inode}/${saw}`, saw);
  };
  return {
    plan: async (params, signal) => {
      const { archive, dir, host } = params;
      const machine = machineFor(parts, host);
      const stamp = stampOf(parts);
      const names: Names = { fresh: `${dir}.new-${stamp}`, before: `${dir}.before-${stamp}` };
      try {
        const target = await targetOf(machine, params, signal);
        const asked = [
          ['tar', '-tvzf', archive],
          ['df', '-P', '-k', '--', dir],
        ];
        const [packed, disk] = (await ask(parts, machine, asked, signal)).all;
        const [listing, free] = [listingIn(outOf(packed)), freeBytesIn(outOf(disk))];
        const why = unfit(listing, params, free);
        if (why !== undefined) throw new PlanError('not-applicable', `on ${machine.name}: ${why}`);
        const sizes = `${listing.names.length} entries, ${bytesText(listing.bytes)} unpacked; room for ${bytesText(free)}`;
        return {
          targets: [target],
          calls: callsOf(machine, [
            ...preparing(params, names),
            setAside(params, names),
            putInPlace(params, names),
          ]),
          objects: [`${dir} on ${machine.name}, kept as ${names.before}`, `${target.saw}; ${sizes}`],
          lost: `what was written into ${dir} since is not in use any more: it stays in ${names.before}`,
          reach: { share: { part: 1, whole: parts.machines.length, of: `hosts of ${parts.source}` } },
          earlier: names,
        };
      } catch (error) {
        throw asPlanError(parts, machine, `looking at ${archive}`, error);
      }
    },

    recheck: (plan, signal) => {
      const params = plan.params;
      return treeDrift(parts, plan, (machine) => targetOf(machine, params, signal));
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const params = plan.params;
      const machine = machineAt(parts, plan.targets[0]);
      const names = namesOf(plan);
      const run = (all: readonly (readonly string[])[]) =>
        runInOrder(machine, all, treeTimeoutMs, change, signal);
      if (!(yield* run([...preparing(params, names), setAside(params, names)]))) return;
      if (yield* run([putInPlace(params, names)])) return;
      // A directory that is nowhere is worse than the old one.
      yield* run([move(names.before, params.dir)]);
    },

    undo: (plan): OperationCall => {
      const { dir, host } = plan.params;
      const { before } = namesOf(plan);
      return {
        use: `${parts.source}.swap`,
        with: { dir, from: before, ...(host === undefined ? {} : { host }) },
        title: `Put ${before} back as ${dir}`,
      };
    },
  };
});

const namesOf = ({ earlier }: Plan): Names => ({
  fresh: text(field(earlier, 'fresh')) ?? '',
  before: text(field(earlier, 'before')) ?? '',
});
