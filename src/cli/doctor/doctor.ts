import type { Level } from '../../domain/facts/level.ts';
import { worstLevel } from '../../domain/facts/level.ts';
import type { Profile, SourceEntry } from '../../domain/profile/profile.ts';
import type { PluginStatus } from '../../domain/profile/settings.ts';
import type { AuditCopy } from '../../domain/runbooks/guard.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { ReadIo } from '../../doors/io.ts';
import { checkExitCode } from '../../engine/check.ts';
import type { Engine } from '../../engine/engine.ts';
import { defaultFollowed } from '../../logs/following/log-session.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import {
  type CheckResult,
  type DoctorCheck,
  failedFinding,
  runChecks,
  withCheckLimit,
} from '../../sources/kit/contract/doctor-checks.ts';
import type { Finding, Source } from '../../sources/kit/contract/source.ts';
import type { CommandContext } from '../command/context.ts';
import type { SubCommand } from '../opening/command-invocation.ts';
import { copyAddress } from '../opening/open-acting.ts';
import { withEnvironment } from '../opening/open-environment.ts';
import { pluginsOf } from '../opening/plugins.ts';
import { stateFindings } from '../state/state.ts';
import { findingLines, withRemedy } from './finding-lines.ts';
import type { DoctorFlags } from './flags.ts';

const endOf = (copy: AuditCopy): { readonly host: string; readonly port: number } => {
  if (copy.is === 'syslog') return copy;
  const { hostname, port, protocol } = new URL(copy.url);
  return {
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
  };
};

/** Tests whether the destination of ledger copies accepts connections; sends nothing. */
const copyCheck = (copy: AuditCopy, io: ReadIo): DoctorCheck => ({
  call: copyAddress(copy),
  run: async (signal) => {
    const to = copyAddress(copy);
    if (copy.is === 'syslog' && copy.over === 'udp') return `${to}: opsdeck cannot verify delivery over UDP`;
    const { host, port } = endOf(copy);
    await io.tcp(host, port, signal);
    return `${to} accepts connections`;
  },
});

const copyFailure = (to: string, error: unknown) => ({
  message: `cannot copy records to ${to}: ${errorMessage(error)}`,
  remedy: 'The ledger has the missing records. See opsdeck audit show --json.',
});

const glyphs: Readonly<Record<Level, string>> = { ok: '●', unknown: '?', warn: '▲', crit: '✗' };

/** A level as glyph and word, padded. */
const levelGlyph = (level: Level): string => `${glyphs[level]} ${level.toUpperCase().padEnd(7)}`;

const doctorMs = 15_000;

/** One source as `--json` prints it. */
interface SourceReport {
  readonly source: string;
  readonly type: string;
  readonly level: Level;
  /** Request rate of an open cockpit. */
  readonly requestsPerSecond: number;
  /** Its log streams, and how many of them Logs follows at once: each is one open request. Absent: it has none, or cannot list them. */
  readonly logStreams?: { readonly count: number; readonly followed: number };
  readonly findings: readonly Finding[];
}

/** Reads the feeds of a source without a doctor: their faults are its findings. */
const feedResults = async (
  source: Source,
  engine: Engine,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> => {
  const ids = engine.feeds.filter((feed) => feed.source === source.id).map((feed) => feed.id);
  await engine.readNow(ids, signal);
  const faults = ids.flatMap((id) => engine.facts.getState().feeds[id]?.faults ?? []);
  return faults.length > 0 ? faults.map(failedFinding) : ['responds'];
};

const diagnoseSource = (
  source: Source,
  engine: Engine,
  { clock }: CommandContext,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const fault = (call: string, error: unknown) => toFault(source.id, call, error, clock.now());
  const timeoutMs = Math.max(
    0,
    ...engine.feeds.filter((feed) => feed.source === source.id).map((feed) => feed.timeoutMs),
  );
  const within = timeoutMs === 0 ? signal : withCheckLimit(signal, { clock, timeoutMs });
  const run = async () => (await source.doctor?.(within)) ?? feedResults(source, engine, signal);
  return runChecks({ source: source.id, fault }, [{ call: 'doctor', run }], signal);
};

/** `warn` when something is missing, `unknown` when nothing works. */
const levelOf = (findings: readonly Finding[]): Level => {
  if (findings.every((finding) => finding.ok)) return 'ok';
  return findings.some((finding) => finding.ok) ? 'warn' : 'unknown';
};

const ratePerSec = (engine: Engine, source: string): number => {
  const scheduled = engine.feeds.filter((feed) => feed.source === source && feed.everyMs > 0);
  const lookUps = engine.lookupsPerSecond(source);
  const rate = scheduled.reduce((sum, feed) => sum + ((feed.requests ?? 1) * 1000) / feed.everyMs, lookUps);
  return Math.round(rate * 1000) / 1000;
};

/** Lists the log streams of a source. Whatever prevents this is a finding of its doctor. */
const logStreamsOf = async (
  source: Source | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<Pick<SourceReport, 'logStreams'>> => {
  try {
    const tails = await source?.tails?.(undefined, signal);
    const count = tails?.length ?? 0;
    return count === 0 ? {} : { logStreams: { count, followed: Math.min(count, limit) } };
  } catch {
    return {};
  }
};

const reportOf = async (
  entry: SourceEntry,
  engine: Engine,
  context: CommandContext,
  followed: number,
  signal: AbortSignal,
): Promise<SourceReport> => {
  const source = engine.sources.get(entry.id);
  const problem = entry.problem ?? engine.snapshot().faults.find((fault) => fault.source === entry.id);
  const identity = source && (await engine.confirmIdentity(entry.id, signal));
  const findings =
    source === undefined || identity !== undefined
      ? [identity ?? problem].flatMap((fault) => (fault === undefined ? [] : [failedFinding(fault)]))
      : await diagnoseSource(source, engine, context, signal);
  return {
    source: entry.id,
    type: entry.type,
    level: source === undefined ? 'unknown' : levelOf(findings),
    requestsPerSecond: ratePerSec(engine, entry.id),
    ...(identity === undefined ? await logStreamsOf(source, followed, signal) : {}),
    findings: findings.map((finding) => withRemedy(finding, entry.type)),
  };
};

/** Reports the ledger copies like a source. An unreachable destination is a warning, never unknown. */
const copiesReport = async (
  copies: readonly AuditCopy[],
  { openIo }: CommandContext,
  signal: AbortSignal,
): Promise<SourceReport> => {
  const source = 'audit';
  const io = openIo();
  const checks = copies.map((copy) => copyCheck(copy, io));
  const findings = await runChecks({ source, fault: copyFailure }, checks, signal).finally(() => io.close());
  const level = findings.every(({ ok }) => ok) ? 'ok' : 'warn';
  return { source, type: 'copies', level, requestsPerSecond: 0, findings };
};

/** Reports the state database of a team like a source. */
const stateReport = async (
  spec: NonNullable<Profile['state']>,
  context: CommandContext,
  signal: AbortSignal,
): Promise<SourceReport> => {
  const { findings, isReachable } = await stateFindings(spec, context, signal);
  const level = isReachable ? levelOf(findings) : 'unknown';
  return { source: 'state', type: 'database', level, requestsPerSecond: 0, findings };
};

/** Reports a plugin of `config.yaml` like a source. One that failed to load is a warning: its sources report their own state. */
const pluginReport = ({ name, sourceTypes, problem }: PluginStatus): SourceReport => {
  const what = `the plugin is loaded. Source types: ${sourceTypes.join(', ') || 'none'}`;
  return {
    source: name,
    type: 'plugin',
    level: problem === undefined ? 'ok' : 'warn',
    requestsPerSecond: 0,
    findings: [problem === undefined ? { source: name, ok: true, what } : failedFinding(problem)],
  };
};

/** Polling exists only for sources. */
const rateText = ({ type, requestsPerSecond }: SourceReport): string =>
  ['plugin', 'copies', 'database'].includes(type)
    ? ''
    : `  ${requestsPerSecond} ${requestsPerSecond === 1 ? 'request' : 'requests'}/s from an open cockpit`;

const streamsText = ({ logStreams }: SourceReport): string => {
  if (logStreams === undefined) return '';
  const { count, followed } = logStreams;
  return `, ${pluralize(count, 'log stream')}${followed < count ? `: Logs follows ${followed}, with one open request each` : ''}`;
};

const linesOf = (report: SourceReport): readonly string[] => [
  `${levelGlyph(report.level)} ${report.source} (${report.type})${rateText(report)}${streamsText(report)}`,
  ...findingLines(report.findings),
];

/** `opsdeck doctor`: tests every source. Exits 1 when something is missing, 3 when a source is unreachable. */
export const doctor: SubCommand<DoctorFlags> = async ({ options, context, output, sharing }) => {
  return withEnvironment(context, { memory: false }, async ({ profile, engine }) => {
    sharing?.learn({ profile, engine });
    const deadline = context.clock.deadline(doctorMs);
    const examined = await Promise.all(
      profile.sources.map((entry) =>
        reportOf(entry, engine, context, profile.logs?.follow ?? defaultFollowed, deadline.signal),
      ),
    );
    const copies = profile.auditCopies ?? [];
    const sources = [
      ...examined,
      ...(copies.length === 0 ? [] : [await copiesReport(copies, context, deadline.signal)]),
      ...(profile.state === undefined ? [] : [await stateReport(profile.state, context, deadline.signal)]),
      ...(await pluginsOf(context)).map(pluginReport),
    ];
    deadline.clear();
    sharing?.learn({ profile, engine });
    const level = worstLevel(sources.map((source) => source.level));
    const { system, env } = profile;
    if (options.json === true) output.json({ opsdeck: 1, system, env, level, sources }, true);
    else {
      output.line(`${system}/${env}`);
      for (const line of sources.flatMap(linesOf)) output.line(line);
    }
    return checkExitCode(level);
  });
};
