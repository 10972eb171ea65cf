import { hostname } from 'node:os';
import { z } from 'zod';
import type { ActEvent, Plan, TargetDrift } from '../../domain/runbooks/operation.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import { formatDuration, parseDuration } from '../../domain/text/duration.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import type { FileStat } from '../../platform/files/file-interfaces.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import type { ProgramEnd } from '../../platform/processes/program.ts';
import { leftoversText } from '../../platform/remote-exec/remote-kill.ts';
import { ProgramError, WireError } from '../../platform/runtime/wire-error.ts';
import { declareOperation, defineOperation, exitStatusEvents } from '../kit/operations/define-operation.ts';
import { zArgv } from './config.ts';
import type { ProgramContext } from './program-context.ts';
import { fileIdentity, programFileText, resolveProgramFile } from './program-context.ts';

const defaultTimeout = '1m';

const maxTimeoutMs = 2 * 3_600_000;
const zTimeout = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'the value is not a duration: use 30s or 5m' })
  .refine((text) => (parseDuration(text) ?? 0) <= maxTimeoutMs, { error: 'at most 2h' });

const execParams = z.strictObject({
  argv: zArgv,
  timeout: zTimeout
    .meta({ description: `how long the program may run (default: ${defaultTimeout}, at most 2h)` })
    .exactOptional(),
  lasts: zTimeout
    .meta({
      description:
        'run time of a program that does not exit by itself. opsdeck then stops the program, which counts as success',
    })
    .exactOptional(),
  cwd: z
    .string()
    .min(1)
    .meta({
      description: 'the program starts in this directory. The default is the working directory of the source',
    })
    .exactOptional(),
});

type ExecParams = z.infer<typeof execParams>;

const declaration = declareOperation({
  name: 'exec',
  danger: 'as-step',
  params: execParams,
  resultKinds: ['status'],
  bindingRules: { argv: 'argv' },
});

/** `exec`: runs a program. Its target is the source, pinned by the program's file; a changed file is rejected. */
export const execOperation = defineOperation(declaration, (parts: ProgramContext) => {
  const { source, files, end } = parts;
  const where = (cwd: string | undefined): string => (end === '' ? `${hostname()}:${cwd ?? ''}` : end);
  /** The endpoint comes first, where the plan is pinned to it. */
  const uidOf = (file: FileStat): string =>
    end === '' ? fileIdentity(file) : `${end}: ${fileIdentity(file)}`;
  const programOf = ({ argv, cwd }: ExecParams) => parts.program(argv, cwd === undefined ? {} : { cwd });

  return {
    plan: async (params, signal) => {
      const program = programOf(params);
      try {
        const file = await resolveProgramFile(files, program, signal);
        if (file.kind !== 'file') throw new WireError('missing', `${file.path} is not a file`);
        const line = parts.commandLine(params.argv);
        return {
          targets: [
            {
              name: source,
              uid: uidOf(file),
              saw: programFileText(file),
              where: where(program.cwd),
            },
          ],
          calls: [{ line, target: 0 }],
          objects: [`${file.path}, started ${end === '' ? `in ${program.cwd}` : `at ${end}`}`],
          lost: 'opsdeck does not know what this program changes, and cannot undo the changes',
        };
      } catch (error) {
        const { kind, message } = parts.fault(params.argv, error);
        throw new PlanError(kind === 'missing' ? 'not-applicable' : 'failed', message);
      }
    },

    recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
      const params = plan.params;
      const planned = plan.targets[0]?.uid ?? '';
      const drift = (found: string): TargetDrift => ({ target: source, planned, found });
      try {
        const found = uidOf(await resolveProgramFile(files, programOf(params), signal));
        return found === planned ? undefined : drift(found);
      } catch (error) {
        if (error instanceof WireError && error.kind === 'missing')
          return drift('the program file no longer exists');
        throw error;
      }
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const params = plan.params;
      const line = parts.commandLine(params.argv);
      const timeoutMs = parseDuration(params.lasts ?? params.timeout ?? defaultTimeout) ?? 0;
      const deadline = change.clock.deadline(timeoutMs);
      yield { is: 'call', line };
      try {
        const stop = AbortSignal.any([signal, deadline.signal]);
        const program = programOf(params);
        // The planned endpoint, whichever one is first by now.
        const endpoint = program.at === undefined ? {} : { at: plannedEnd(plan) };
        for await (const event of change.run({ ...program, ...endpoint }, stop))
          if (event.is === 'line') yield { is: 'output', text: secretMasker.mask(event.text) };
          else {
            yield* exitStatusEvents(event.end);
            yield { is: 'answered', line, status: exitText(event.end), ok: event.end.status === 0 };
          }
      } catch (error) {
        yield { is: 'answered', line, ...interruptedStatus(error, parts, params, timeoutMs) };
      } finally {
        deadline.clear();
      }
    },
  };
});

const plannedEnd = ({ targets: [target] }: Plan): string => target?.uid.split(': ')[0] ?? '';

const exitText = ({ status, signal }: ProgramEnd): string =>
  status === undefined ? `killed by ${signal ?? 'a signal'}` : `exited with status ${status}`;

/** Its process group has ended. Effects until then remain. A program that was ended intentionally has not failed. */
const interruptedStatus = (
  error: unknown,
  parts: ProgramContext,
  { argv, lasts }: ExecParams,
  timeoutMs: number,
): { readonly status: string; readonly ok: boolean } => {
  const { kind, message } = parts.fault(argv, error);
  const remoteFate = error instanceof ProgramError ? error.fate : undefined;
  const ended =
    parts.end === '' ? leftoversText(error) : (remoteFate ?? `the program may still run at ${parts.end}`);
  const aftermath = `. ${sentenceCase(ended)}. The effects so far remain`;
  const time = formatDuration(timeoutMs);
  if (kind === 'timeout')
    return lasts === undefined
      ? {
          status: `not finished after ${time}${aftermath}. If the program needs longer, raise timeout`,
          ok: false,
        }
      : { status: `stopped after ${time} as requested. ${sentenceCase(ended)}`, ok: true };
  const status =
    kind === 'cancelled' ? `canceled${aftermath}` : message.replace(`${parts.commandLine(argv)}: `, '');
  return { status, ok: false };
};
