import type { Fault } from '../../domain/base/fault.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { endpointsByName, staleAfter } from '../kit/contract/connection.ts';
import type { Feed, SignalRequest, SourceModule } from '../kit/contract/source.ts';
import { declarationsOf, mayRestartProcesses } from '../kit/operations/define-operation.ts';
import { scriptCheckFeed } from './check-feed.ts';
import type { ExecRead } from './config.ts';
import {
  expectedCheckRows,
  parseExecRead,
  type ScriptConfig,
  scriptConfig,
  scriptReadProblem,
  scriptReadSchema,
} from './config.ts';
import { startOperation, stopOperation } from './detached-operations.ts';
import { diagnoseScript } from './doctor.ts';
import { execOperation } from './exec-operation.ts';
import type { ProgramContext } from './program-context.ts';
import { createProgramContext } from './program-context.ts';
import { exitFailure, outputValue } from './program-output.ts';

const operations = mayRestartProcesses([execOperation, startOperation, stopOperation]);

interface ExecSignal {
  readonly id: string;
  readonly read: ExecRead;
}

/** One feed per program named in signals: it runs once, however many signals read its output. */
const execFeeds = (parts: ProgramContext, signals: readonly SignalRequest[]): readonly Feed[] => {
  const groups = new Map<string, ExecSignal[]>();
  for (const { id, read } of signals) {
    const exec = parseExecRead(read);
    if (exec === undefined) continue;
    const key = JSON.stringify(exec.exec);
    groups.set(key, [...(groups.get(key) ?? []), { id, read: exec }]);
  }
  return [...groups.values()].map((group) => execFeed(parts, group));
};

const execFeed = (parts: ProgramContext, signals: readonly ExecSignal[]): Feed => {
  const { source, config, end } = parts;
  const argv = signals[0]?.read.exec ?? [];
  const timeouts = signals.map(({ read }) =>
    read.timeout === undefined ? undefined : parseDuration(read.timeout),
  );

  const read = async (signal: AbortSignal): Promise<Reading<Sample>> => {
    const items: Sample[] = [];
    const faults: Fault[] = [];
    const failed = (error: unknown): void => {
      const fault = parts.fault(argv, error);
      if (faults.every((other) => other.message !== fault.message)) faults.push(fault);
    };
    try {
      const end = await parts.io.run(parts.program(argv), signal);
      for (const execSignal of signals)
        try {
          const failure = exitFailure(execSignal.read.parse, end);
          if (failure !== undefined) throw failure;
          const stamp = { source, at: parts.now(), signal: execSignal.id, labels: parts.labels };
          items.push({ ...stamp, ...outputValue(execSignal.read.parse, end, execSignal.read) });
        } catch (error) {
          failed(error);
        }
    } catch (error) {
      failed(error);
    }
    return { items, faults };
  };

  return {
    // Named after its first signal: an argv may contain secrets, which must not appear in a list of feeds.
    id: `${source}/values:${signals[0]?.id ?? ''}${end === '' ? '' : `@${end}`}`,
    source,
    name: 'values',
    ...(end === '' ? {} : { instance: end }),
    kind: 'samples',
    signals: signals.map(({ id }) => id),
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: Math.max(...timeouts.map((timeout) => timeout ?? config.timeout)),
    read,
  };
};

/**
 * Programs on this machine, or on the endpoints of a `via:`: one probe per check, printed values as signals, and
 * programs run by runbooks.
 */
export const script: SourceModule<ScriptConfig> = {
  type: 'script',
  title: 'Programs and monitoring plugins',
  config: scriptConfig,
  reads: scriptReadSchema,
  checkRead: scriptReadProblem,
  feedNames: ['health', 'values'],
  viaTransport: 'programs',
  routeConfig: (config, ends) => ({ ...config, ends: endpointsByName(ends).map(({ name }) => name) }),
  operations: declarationsOf(operations),
  gives: (config) => {
    const expects = expectedCheckRows(config);
    if (expects === undefined) return { kinds: ['health'] };
    return { kinds: expects.length === 0 ? [] : ['health'], expects };
  },
  open: async (opening, io) => {
    const { id, config, signals } = opening;
    const all = (config.ends ?? ['']).map((end) => createProgramContext(opening, io, end));
    return {
      id,
      feeds: all.flatMap((parts) => [
        ...config.checks.map((check) => scriptCheckFeed(parts, check, signals)),
        ...execFeeds(parts, signals),
      ]),
      // A runbook's program runs once: on the first endpoint, to which its plan is pinned.
      operations: all.slice(0, 1).flatMap((parts) => operations.map((operation) => operation.open(parts))),
      doctor: async (signal) =>
        (await Promise.all(all.map((parts) => diagnoseScript(parts, signals, signal)))).flat(),
      close: () => io.close(),
    };
  },
};
