import { z } from 'zod';
import { bytes as bytesText } from '../../../domain/format.ts';
import type { Drift, Plan, Target } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { loginBehind } from '../../../platform/fault.ts';
import { filesIn, type SeenFile, statFormat } from '../parse/archives.ts';
import { type HostParts, lineOf, machineAt, whereWords } from '../parts.ts';
import { ask, isAbsent, outOf } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';
import { announced } from './run-announced.ts';

/** A directory or a file: no part of it is '..', and it is not the root. */
export const zPath = z.string().regex(/^(?:\/(?!\.\.?(?:\/|$))[^/\p{Cc}]+)+$/u, {
  error: 'an absolute path on the host, without .. and a slash at its end',
});

/** How long one of these programs may take: the step's own limit is shorter. */
export const treeTimeoutMs = 2 * 3_600_000;

/** Behind a name that must be new: 20260304T101507Z. */
export const stampOf = (parts: HostParts): string =>
  new Date(parts.now() + parts.io.clock.wallOffset())
    .toISOString()
    .slice(0, 19)
    .replaceAll(/[-:]/g, '')
    .concat('Z');

const stat = (path: string): readonly string[] => ['stat', '-L', '-c', statFormat, '--', path];
export const move = (from: string, to: string): readonly string[] => ['mv', '-T', '--', from, to];

/** A file in words: 'written 2026-03-04T10:15:07Z, 9.4 MiB'. */
export const fileWords = ({ writtenAt, bytes }: SeenFile): string =>
  `written ${new Date(writtenAt).toISOString().slice(0, 19)}Z, ${bytesText(bytes)}`;

/** A tree on a machine as a plan pins it: which directory it is, whatever is in it. */
export const treeTarget = (machine: Machine, path: string, uid: string, saw: string): Target => ({
  name: path,
  uid: `${machine.name}:${uid}`,
  saw,
  where: whereWords(machine),
});

/** Programs as a preview shows them. */
export const callsOf = (machine: Machine, all: readonly (readonly string[])[]): Plan['calls'] =>
  all.map((argv) => ({
    line: lineOf(machine.program(announced(argv)).argv),
    command: lineOf(machine.typed(argv)),
    target: 0,
  }));

/** What is at these paths, in their order. Throws PlanError: something is not there; WireError: nobody could be asked. */
export const seenAt = async (
  parts: HostParts,
  machine: Machine,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly SeenFile[]> => {
  const { all } = await ask(parts, machine, paths.map(stat), signal);
  return paths.map((path, index) => {
    const answer = all[index];
    if (answer !== undefined && isAbsent(answer))
      throw new PlanError('not-applicable', `there is no ${path} on ${machine.name}`);
    const [file] = filesIn(outOf(answer));
    if (file === undefined) throw new PlanError('failed', `stat told nothing of ${path} on ${machine.name}`);
    return file;
  });
};

/** The error of a read as one of a plan. */
export const asPlanError = (parts: HostParts, machine: Machine, what: string, error: unknown): PlanError =>
  error instanceof PlanError
    ? error
    : new PlanError('failed', parts.fault(machine, what, error).message, { cause: error });

/** Compares what is there now with what a plan pinned; `now` tells the uid and its words. */
export const treeDrift = async (
  parts: HostParts,
  plan: Plan,
  now: (machine: Machine) => Promise<Target>,
): Promise<Drift | undefined> => {
  const [target] = plan.targets;
  const machine = machineAt(parts, target);
  const drift = (found: string): Drift => ({
    target: `${target?.name} on ${machine.name}`,
    planned: target?.saw ?? '',
    found,
  });
  try {
    const found = await now(machine);
    return found.uid === target?.uid ? undefined : drift(found.saw);
  } catch (error) {
    if (error instanceof PlanError) return drift(error.message);
    if (loginBehind(error) !== undefined) throw error;
    return drift(parts.fault(machine, 'stat', error).message);
  }
};
