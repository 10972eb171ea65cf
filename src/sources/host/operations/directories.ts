import { z } from 'zod';
import type { Plan, Target, TargetDrift } from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { formatBytes as bytesText } from '../../../domain/text/format.ts';
import { findLoginExpired } from '../../../platform/network/to-fault.ts';
import { isFileMissing, runBatch, stdoutOf } from '../machine/command-batch.ts';
import {
  describeMachine,
  type HostContext,
  maskedCommandLine,
  targetMachine,
} from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { parseFileLines, type RemoteFile, statFormat } from '../parse/file-listings.ts';
import { withPidAnnouncement } from './run-remote.ts';

/** Path of a directory or file: without '..', and not the root. */
export const zRemotePath = z.string().regex(/^(?:\/(?!\.\.?(?:\/|$))[^/\p{Cc}]+)+$/u, {
  error: 'not an absolute path on the host: begin with /, without .. and without a slash at the end',
});

/** Time limit of one of these programs; the limit of the step is lower. */
export const directoryTimeoutMs = 2 * 3_600_000;

/** Suffix for a new name: 20260304T101507Z. */
export const hostTimestamp = (parts: HostContext): string =>
  new Date(parts.io.clock.wallNow()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').concat('Z');

const statCommand = (path: string): readonly string[] => ['stat', '-L', '-c', statFormat, '--', path];
export const moveCommand = (from: string, to: string): readonly string[] => ['mv', '-T', '--', from, to];

/** Describes a file: 'written 2026-03-04T10:15:07Z, 9.4 MiB'. */
export const describeRemoteFile = ({ writtenAt, bytes }: RemoteFile): string =>
  `written ${new Date(writtenAt).toISOString().slice(0, 19)}Z, ${bytesText(bytes)}`;

/** Pins a directory tree by its identity, not its contents. */
export const directoryTarget = (machine: Machine, path: string, uid: string, seen: string): Target => ({
  name: path,
  uid: `${machine.name}:${uid}`,
  saw: seen,
  where: describeMachine(machine),
});

/** Formats programs for a preview. */
export const previewCalls = (machine: Machine, all: readonly (readonly string[])[]): Plan['calls'] =>
  all.map((argv) => ({
    line: maskedCommandLine(machine.program(withPidAnnouncement(argv)).argv),
    command: maskedCommandLine(machine.commandLine(argv)),
    target: 0,
  }));

/**
 * Reads the metadata of these paths, in their order. Throws PlanError for a missing path, WireError when the machine is
 * unreachable.
 */
export const statPaths = async (
  parts: HostContext,
  machine: Machine,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly RemoteFile[]> => {
  const { results: all } = await runBatch(parts, machine, paths.map(statCommand), signal);
  return paths.map((path, index) => {
    const answer = all[index];
    if (answer !== undefined && isFileMissing(answer))
      throw new PlanError('not-applicable', `${path} not found on ${machine.name}: check the path`);
    const [file] = parseFileLines(stdoutOf(answer));
    if (file === undefined)
      throw new PlanError(
        'failed',
        `stat reported nothing about ${path} on ${machine.name}: check the path and the permissions`,
      );
    return file;
  });
};

/** Converts the error of a read to a PlanError. */
export const remotePlanError = (
  parts: HostContext,
  machine: Machine,
  what: string,
  error: unknown,
): PlanError =>
  error instanceof PlanError
    ? error
    : new PlanError('failed', parts.fault(machine, what, error).message, { cause: error });

/** Compares the current state with the pinned targets; `now` returns the current uid and its description. */
export const findDirectoryDrift = async (
  parts: HostContext,
  plan: Plan,
  now: (machine: Machine) => Promise<Target>,
): Promise<TargetDrift | undefined> => {
  const [target] = plan.targets;
  const machine = targetMachine(parts, target);
  const drift = (found: string): TargetDrift => ({
    target: `${target?.name} on ${machine.name}`,
    planned: target?.saw ?? '',
    found,
  });
  try {
    const current = await now(machine);
    return current.uid === target?.uid ? undefined : drift(current.saw);
  } catch (error) {
    if (error instanceof PlanError) return drift(error.message);
    if (findLoginExpired(error) !== undefined) throw error;
    return drift(parts.fault(machine, 'stat', error).message);
  }
};
