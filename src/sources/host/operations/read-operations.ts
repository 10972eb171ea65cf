import { z } from 'zod';
import { matchesOr } from '../../../domain/regex/matcher.ts';
import { compilePattern, matchedChars } from '../../../domain/regex/pattern.ts';
import type { ActEvent } from '../../../domain/runbooks/operation.ts';
import { clipped } from '../../../platform/masking/sanitize.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import type { OperationDefinition, OperationSpec, PlanOf } from '../../kit/operations/define-operation.ts';
import { defineReadOperation } from '../../kit/operations/read-operation.ts';
import { hasProcessNames, listProcessesCommand, withSudo } from '../feeds/machine-inspection.ts';
import { describeProcess } from '../feeds/workloads.ts';
import type { RemoteCommandResult } from '../machine/command-batch.ts';
import { runBatch, stdoutOf } from '../machine/command-batch.ts';
import { zPort } from '../machine/config.ts';
import {
  describeMachine,
  type HostContext,
  maskedCommandLine,
  selectMachines,
  zHost,
} from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { parseJournalEntry } from '../parse/journal.ts';
import {
  matchesName,
  type Process,
  parseListeners,
  parseProcesses,
  ssListening,
} from '../parse/processes.ts';
import { zUnitName } from './systemctl.ts';

/** Maximum number of characters shown per line. */
const longestLine = 500;

/** Formats commands as one line for a shell. */
const previewLine = (machine: Machine, commands: readonly (readonly string[])[]): string =>
  commands.map((argv) => maskedCommandLine(machine.commandLine(argv))).join('; ');

/** A read-only operation of a host: its commands, and the formatting of their output. */
interface HostReadSpec<P> {
  commands(params: P, machine: Machine, parts: HostContext): readonly (readonly string[])[];
  /** Throws WireError. */
  lines(answers: readonly RemoteCommandResult[], params: P, machine: Machine): readonly string[];
}

type HostReadParams = Readonly<Record<string, unknown>> & { readonly host?: string };

/** Defines a read-only operation: runs its commands on the named host, or on every one, and shows the output. */
export const defineHostRead = <P extends HostReadParams>(
  declared: Omit<OperationSpec<P>, 'danger'>,
  readSpec: HostReadSpec<P>,
): OperationDefinition<HostContext> =>
  defineReadOperation(declared, (parts: HostContext) => {
    async function* shown(
      machine: Machine,
      { params, targets }: PlanOf<P>,
      signal: AbortSignal,
    ): AsyncIterable<ActEvent> {
      const commands = readSpec.commands(params, machine, parts);
      const line = previewLine(machine, commands);
      yield { is: 'call', line };
      try {
        const { results: all } = await runBatch(parts, machine, commands, signal);
        const who = targets.length > 1 ? `${machine.name}  ` : '';
        for (const text of readSpec.lines(all, params, machine))
          yield { is: 'output', text: secretMasker.mask(`${who}${clipped(text, longestLine)}`) };
        yield { is: 'answered', line, status: 'read', ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: parts.fault(machine, declared.name, error).message, ok: false };
      }
    }

    return {
      plan: async (params) => {
        const machines = selectMachines(parts, params.host);
        return {
          targets: machines.map((machine) => ({
            name: machine.name,
            uid: machine.address,
            saw: 'not read yet',
            where: describeMachine(machine),
          })),
          calls: machines.map((machine, target) => ({
            line: previewLine(machine, readSpec.commands(params, machine, parts)),
            target,
          })),
          objects: [],
          params,
        };
      },
      /** Uses the reading io: nothing is changed. */
      act: async function* (plan, _change, signal): AsyncIterable<ActEvent> {
        for (const target of plan.targets) {
          const machine = parts.machines.find(({ name }) => name === target.name);
          if (machine === undefined)
            throw new Error(`${target.name} is not a host of this source: name one of local or ssh`);
          yield* shown(machine, plan, signal);
        }
      },
    };
  });

const zLines = z.number().int().min(1).max(5000).default(100);
const zInclude = z
  .string()
  .refine((source) => typeof compilePattern(source) !== 'string', {
    error: 'not a valid regular expression: check brackets and backslashes',
  })
  .meta({ description: 'regular expression that a line must match to be shown' })
  .exactOptional();

const lineFilter = (include: unknown): ((line: string) => boolean) => {
  const pattern = typeof include === 'string' ? compilePattern(include) : undefined;
  return (line) =>
    pattern === undefined ||
    typeof pattern === 'string' ||
    matchesOr(pattern, line.slice(0, matchedChars), true);
};

const linesOr = (lines: readonly string[], none: string): readonly string[] =>
  lines.length === 0 ? [none] : lines;

const portsParams = z.strictObject({ port: zPort.exactOptional(), host: zHost });
const journalParams = z.strictObject({ unit: zUnitName, lines: zLines, include: zInclude, host: zHost });
const tailParams = z.strictObject({
  file: z.string().regex(/^\/[^\p{Cc}]*$/u, { error: 'not an absolute path on the host: begin with /' }),
  lines: zLines,
  include: zInclude,
  host: zHost,
});
const processesParams = z.strictObject({ match: z.string().min(1), host: zHost });
const topParams = z.strictObject({ count: z.number().int().min(1).max(50).default(10), host: zHost });

const allProcesses = (answer: RemoteCommandResult | undefined, machine: Machine): readonly Process[] =>
  parseProcesses(stdoutOf(answer), hasProcessNames(machine));

const usage = (process: Process): string =>
  `${process.cpuPercent.toFixed(1).padStart(5)} %  ${(process.rssBytes / 2 ** 20).toFixed(0).padStart(5)} MiB  ${describeProcess(process)}`;

export const hostReadOperations = [
  defineHostRead(
    { name: 'ports', params: portsParams },
    {
      commands: (_, machine, parts) => [
        withSudo(parts, machine, ssListening),
        ssListening,
        listProcessesCommand(machine),
      ],
      lines: ([asRoot, plain, processes], params, machine) => {
        const { port } = portsParams.parse(params);
        const all = allProcesses(processes, machine);
        const allListeners = parseListeners(stdoutOf(asRoot?.status === 0 ? asRoot : plain));
        const listeners = allListeners.filter(
          (allListener) => port === undefined || allListener.port === port,
        );
        const holders = (listener: (typeof allListeners)[number]): string =>
          listener.holders.length === 0
            ? 'only root can see the owner: allow sudo -n ss in sudoers'
            : listener.holders
                .map(({ pid, name }) => {
                  const process = all.find((proc) => proc.pid === pid);
                  return process === undefined ? `pid ${pid}, ${name}` : describeProcess(process);
                })
                .join('; ');
        return linesOr(
          listeners.map((listener) => `${listener.address}:${listener.port}  ${holders(listener)}`),
          port === undefined
            ? 'no process listens on a TCP port of the host'
            : `no process listens on port ${port}`,
        );
      },
    },
  ),
  defineHostRead(
    { name: 'journal', params: journalParams },
    {
      commands: ({ unit, lines }) => {
        return [['journalctl', '-u', unit, '-o', 'json', '-n', String(lines), '--no-pager']];
      },
      lines: ([answer], { include }) => {
        const matchingLines = stdoutOf(answer)
          .split('\n')
          .flatMap((line) => parseJournalEntry(line) ?? [])
          .flatMap(({ at, lines }) =>
            lines.map((text) => `${at === undefined ? '' : `${new Date(at).toISOString()}  `}${text}`),
          );
        return linesOr(matchingLines.filter(lineFilter(include)), 'no line matches the regular expression');
      },
    },
  ),
  defineHostRead(
    { name: 'tail', params: tailParams },
    {
      commands: ({ file, lines }) => {
        return [['tail', '-n', String(lines), '--', file]];
      },
      lines: ([answer], { include }) => {
        const lines = stdoutOf(answer)
          .split('\n')
          .filter((line) => line !== '');
        return linesOr(lines.filter(lineFilter(include)), 'no line matches the regular expression');
      },
    },
  ),
  defineHostRead(
    { name: 'processes', params: processesParams },
    {
      commands: (_, machine) => [listProcessesCommand(machine)],
      lines: ([answer], { match }, machine) => {
        const processes = allProcesses(answer, machine).filter(
          (process) => matchesName(process, match) || process.args.includes(match),
        );
        return linesOr(processes.map(describeProcess), `no process matches: ${match}`);
      },
    },
  ),
  defineHostRead(
    { name: 'top', params: topParams },
    {
      commands: (_, machine) => [listProcessesCommand(machine)],
      lines: ([answer], { count }, machine) => {
        const all = [...allProcesses(answer, machine)].sort((a, b) => b.cpuPercent - a.cpuPercent);
        return all.slice(0, count).map(usage);
      },
    },
  ),
];
