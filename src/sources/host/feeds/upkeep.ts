import type { Reading } from '../../../domain/facts/reading.ts';
import { formatBytes } from '../../../domain/text/format.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import type { Feed, SignalRequest } from '../../kit/contract/source.ts';
import type { RemoteCommandResult } from '../machine/command-batch.ts';
import { isFileMissing, runBatch, stdoutOf } from '../machine/command-batch.ts';
import { hostSignalsOfForm } from '../machine/config.ts';
import type { HostContext } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { findFormat, parseFileLines, type RemoteFile } from '../parse/file-listings.ts';
import { parseUnitEnvironment, showEnvironmentCommand } from '../parse/units.ts';
import { type HostSignalValue, machineFeed, SampleCollector } from './machine-feed.ts';

const hourMs = 3_600_000;

/** Command that lists the files of a glob, within the one directory that it names. */
const findFiles = (glob: string): readonly string[] => {
  const index = glob.lastIndexOf('/');
  const where = ['find', glob.slice(0, index) || '/', '-maxdepth', '1', '-type', 'f'];
  return [...where, '-name', glob.slice(index + 1), '-printf', findFormat];
};

/** Parses the files of a listing. A missing directory has no matches, which must not hide the machine's other rows. */
const parseFoundFiles = (answer: RemoteCommandResult | undefined): readonly RemoteFile[] =>
  answer?.status === 1 && answer.out === '' && isFileMissing(answer) ? [] : parseFileLines(stdoutOf(answer));

/** Newest first: the most likely choice is at the top. */
const newestFirst = (files: readonly RemoteFile[]): readonly RemoteFile[] =>
  [...files].sort((a, b) => b.writtenAt - a.writtenAt);

/** Backups and recovery state of a machine: a row per archive, their signals, and the variables that its units lack. */
export const upkeepFeeds = (
  parts: HostContext,
  machine: Machine,
  signals: readonly SignalRequest[],
): readonly Feed[] => {
  const { config, source } = parts;
  const newest = hostSignalsOfForm(signals, 'newest');
  const lacks = hostSignalsOfForm(signals, 'environment');
  const globs = [...new Set([...config.archives, ...newest.map(({ read }) => read.newest)])];
  const units = [...new Set(lacks.map(({ read }) => read.environment))];
  if (globs.length === 0 && units.length === 0) return [];

  const rowOf = ({ path, bytes: memoryBytes, writtenAt }: RemoteFile): Workload => ({
    source,
    at: parts.now(),
    kind: 'file',
    namespace: '',
    owner: '',
    node: machine.name,
    name: path,
    status: 'there',
    ready: 1,
    wanted: 1,
    startedAt: parts.fromWallTime(writtenAt),
    detail: formatBytes(memoryBytes),
  });

  const answerNewest = (glob: string, files: readonly RemoteFile[], samples: SampleCollector): void => {
    const [first] = files;
    for (const { id, read } of newest.filter((signalRead) => signalRead.read.newest === glob))
      samples.add([id], 'find', (): HostSignalValue => {
        if (read.read === 'count') return { value: files.length };
        if (first === undefined) return { why: `no file on the host matches ${glob}` };
        const ageMs = parts.now() - parts.fromWallTime(first.writtenAt);
        return { value: read.read === 'bytes' ? first.bytes : Math.max(0, ageMs / hourMs) };
      });
  };

  const answerLacks = (unit: string, out: () => string, samples: SampleCollector): void => {
    for (const { id, read } of lacks.filter((lack) => lack.read.environment === unit))
      samples.add([id], 'systemctl show', (): HostSignalValue => {
        const { variables, files } = parseUnitEnvironment(out());
        const missing = read.lacks.filter((name) => variables.every((variable) => variable.name !== name));
        // Environment files are not read: they may set the missing variable.
        if (missing.length > 0 && files.length > 0)
          return {
            why: `${missing.join(', ')} may be set in ${files.join(', ')}, a file that opsdeck does not read`,
          };
        return { value: missing.length };
      });
  };

  const read = async (signal: AbortSignal): Promise<Reading<Workload>> => {
    const samples = new SampleCollector(parts, machine);
    const items: Workload[] = [];
    try {
      const commands = [...globs.map(findFiles), ...units.map(showEnvironmentCommand)];
      const { results: all } = await runBatch(parts, machine, commands, signal);
      for (const [index, glob] of globs.entries()) {
        try {
          const files = newestFirst(parseFoundFiles(all[index]));
          if (config.archives.includes(glob)) items.push(...files.map(rowOf));
          answerNewest(glob, files, samples);
        } catch (error) {
          samples.fault(`find ${glob}`, error);
        }
      }
      for (const [index, unit] of units.entries())
        answerLacks(unit, () => stdoutOf(all[globs.length + index]), samples);
    } catch (error) {
      samples.fault('find', error);
    }
    return { items, samples: samples.samples, faults: samples.faults };
  };

  const ids = [...newest, ...lacks].map(({ id }) => id);
  return [machineFeed(parts, machine, { name: 'upkeep', kind: 'workloads', signals: ids }, read)];
};
