import { z } from 'zod';
import { compilePattern, matchedChars } from '../../../domain/pattern.ts';
import { matchesOr } from '../../../domain/regex/matcher.ts';
import { zPort } from '../config.ts';
import { hasNames, listProcesses, privileged } from '../feeds/look.ts';
import { processWords } from '../feeds/process-rows.ts';
import { journalEntry } from '../parse/journal.ts';
import { isCalled, type Process, processesIn } from '../parse/processes.ts';
import { listenersIn, ssListening } from '../parse/sockets.ts';
import { outOf } from '../parse/words.ts';
import type { Answered } from '../ssh/batch.ts';
import type { Machine } from '../ssh/machine.ts';
import { defineLook } from './look-operation.ts';
import { zHost } from './place.ts';
import { zOneUnit } from './systemctl.ts';

const zLines = z.number().int().min(1).max(5000).default(100);
const zInclude = z
  .string()
  .refine((source) => typeof compilePattern(source) !== 'string', { error: 'a regular expression' })
  .meta({ description: 'only lines that match' })
  .exactOptional();

const shows = (include: unknown): ((line: string) => boolean) => {
  const pattern = typeof include === 'string' ? compilePattern(include) : undefined;
  return (line) =>
    pattern === undefined ||
    typeof pattern === 'string' ||
    matchesOr(pattern, line.slice(0, matchedChars), true);
};

const orNone = (lines: readonly string[], none: string): readonly string[] =>
  lines.length === 0 ? [none] : lines;

const portsParams = z.strictObject({ port: zPort.exactOptional(), host: zHost });
const journalParams = z.strictObject({ unit: zOneUnit, lines: zLines, include: zInclude, host: zHost });
const tailParams = z.strictObject({
  file: z.string().regex(/^\/[^\p{Cc}]*$/u, { error: 'an absolute path on the host' }),
  lines: zLines,
  include: zInclude,
  host: zHost,
});
const processesParams = z.strictObject({ match: z.string().min(1), host: zHost });
const topParams = z.strictObject({ count: z.number().int().min(1).max(50).default(10), host: zHost });

const allProcesses = (answer: Answered | undefined, machine: Machine): readonly Process[] =>
  processesIn(outOf(answer), hasNames(machine));

const usage = (process: Process): string =>
  `${process.cpuPercent.toFixed(1).padStart(5)} %  ${(process.rssBytes / 2 ** 20).toFixed(0).padStart(5)} MiB  ${processWords(process)}`;

export const looks = [
  defineLook(
    { name: 'ports', params: portsParams },
    {
      commands: (_, machine, parts) => [
        privileged(parts, machine, ssListening),
        ssListening,
        listProcesses(machine),
      ],
      lines: ([asRoot, plain, processes], given, machine) => {
        const { port } = portsParams.parse(given);
        const all = allProcesses(processes, machine);
        const found = listenersIn(outOf(asRoot?.status === 0 ? asRoot : plain));
        const wanted = found.filter((one) => port === undefined || one.port === port);
        const holders = (listener: (typeof found)[number]): string =>
          listener.holders.length === 0
            ? 'who holds it is told to root only: allow sudo -n ss'
            : listener.holders
                .map(({ pid, name }) => {
                  const process = all.find((one) => one.pid === pid);
                  return process === undefined ? `pid ${pid}, ${name}` : processWords(process);
                })
                .join('; ');
        return orNone(
          wanted.map((one) => `${one.address}:${one.port}  ${holders(one)}`),
          port === undefined ? 'nothing listens' : `nobody listens to port ${port}`,
        );
      },
    },
  ),
  defineLook(
    { name: 'journal', params: journalParams },
    {
      commands: ({ unit, lines }) => {
        return [['journalctl', '-u', unit, '-o', 'json', '-n', String(lines), '--no-pager']];
      },
      lines: ([answer], { include }) => {
        const found = outOf(answer)
          .split('\n')
          .flatMap((line) => journalEntry(line) ?? [])
          .flatMap(({ at, lines }) =>
            lines.map((text) => `${at === undefined ? '' : `${new Date(at).toISOString()}  `}${text}`),
          );
        return orNone(found.filter(shows(include)), 'no such lines');
      },
    },
  ),
  defineLook(
    { name: 'tail', params: tailParams },
    {
      commands: ({ file, lines }) => {
        return [['tail', '-n', String(lines), '--', file]];
      },
      lines: ([answer], { include }) => {
        const lines = outOf(answer)
          .split('\n')
          .filter((line) => line !== '');
        return orNone(lines.filter(shows(include)), 'no such lines');
      },
    },
  ),
  defineLook(
    { name: 'processes', params: processesParams },
    {
      commands: (_, machine) => [listProcesses(machine)],
      lines: ([answer], { match }, machine) => {
        const found = allProcesses(answer, machine).filter(
          (process) => isCalled(process, match) || process.args.includes(match),
        );
        return orNone(found.map(processWords), `no process of that name: ${match}`);
      },
    },
  ),
  defineLook(
    { name: 'top', params: topParams },
    {
      commands: (_, machine) => [listProcesses(machine)],
      lines: ([answer], { count }, machine) => {
        const all = [...allProcesses(answer, machine)].sort((a, b) => b.cpuPercent - a.cpuPercent);
        return all.slice(0, count).map(usage);
      },
    },
  ),
];
