import { dirname } from 'node:path';
import { pluralize } from '../../domain/text/count-text.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { LedgerError } from '../../persistence/ledger/ledger-error.ts';
import type { LedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import { renderTimeline } from '../../persistence/ledger/timeline.ts';
import type { LedgerCheck } from '../../persistence/ledger/verify-ledger.ts';
import { verifyLedger } from '../../persistence/ledger/verify-ledger.ts';
import { localFiles } from '../../platform/files/local-files.ts';
import { UsageError } from '../command/exit-code.ts';
import { stateFailureText } from '../command/state-failure.ts';
import type { SubCommand } from '../opening/command-invocation.ts';
import { runEventLines } from '../run/run-lines.ts';
import { elsewhereNotice, withRecordPlace } from '../state/shared-environments.ts';
import type { AuditFlags } from './flags.ts';
import { type AuditCall, recordsOf } from './records.ts';

const more = (count: number, listed: number, what: string): readonly string[] =>
  count > listed ? [`… and ${count - listed} more ${what}`] : [];

/** The result of a verification as lines; the verdict is the last. */
const verifyLines = (ledgerCheck: LedgerCheck, stateDir: string): readonly string[] => [
  ...ledgerCheck.torn.map(
    ({ line, bytes }) =>
      `line ${line}: the record is incomplete (${bytes} bytes), because of an interrupted write or a full disk. The hash chain is intact`,
  ),
  ...more(ledgerCheck.tornCount, ledgerCheck.torn.length, 'incomplete records'),
  ...ledgerCheck.setBack.map(
    ({ line, byMs }) =>
      `line ${line}: the timestamp is ${formatDuration(byMs)} before the previous line (clock was set back). The chain is intact`,
  ),
  ...more(ledgerCheck.setBackCount, ledgerCheck.setBack.length, 'timestamps that were set back'),
  ...(ledgerCheck.behind > 0
    ? [
        `audit.head is ${pluralize(ledgerCheck.behind, 'record')} behind the ledger. The next run repairs audit.head`,
      ]
    : []),
  ...(ledgerCheck.firstBroken === undefined
    ? []
    : [`BROKEN at line ${ledgerCheck.firstBroken.line}: ${ledgerCheck.firstBroken.what}`]),
  ledgerCheck.empty
    ? `no runs in ${stateDir}`
    : `${pluralize(ledgerCheck.count, 'record')} verified. Last hash ${ledgerCheck.hash}`,
];

/** True for a path with nothing there, below a directory: a file in its place, or above it, is another fault. */
const isAbsent = async (path: string): Promise<boolean> => {
  if (await localFiles.isDirectory?.(path)) return false;
  for (let place = path; ; place = dirname(place)) {
    if (place === dirname(place) || (await localFiles.isDirectory?.(place))) return true;
    if ((await localFiles.read(place).catch(() => '')) !== undefined) return false;
  }
};

const brokenExit = 2;
const notComparedExit = 3;

/** Prints records one by one, at the pace of the reader. */
const show = async (call: AuditCall, stateDir: string): Promise<number> => {
  const { output, options } = call;
  let none = true;
  for await (const record of recordsOf(call, stateDir)) {
    none = false;
    if (options.json === true) output.json(record);
    else {
      const head = `${record.at}  ${record.system}/${record.env}  ${record.entry.run}  ${record.who}@${record.host}`;
      const [first = '', ...more] = runEventLines(record.entry);
      output.lines([`${head}  ${first}`, ...more.map((line) => `    ${line}`)]);
    }
    await output.write('', output.closed);
    if (output.closed.aborted) break;
  }
  if (none && options.json !== true) output.line(`no matching runs in ${stateDir}`);
  return 0;
};

/** `isCurrent`: false for a copy that could not be compared with its state database. */
const verify = async (
  { output, options }: AuditCall,
  stateDir: string,
  isCurrent: boolean,
): Promise<number> => {
  const ledgerCheck = await verifyLedger(stateDir);
  if (options.json === true) output.json(ledgerCheck);
  else for (const line of verifyLines(ledgerCheck, stateDir)) output.line(line);
  if (!ledgerCheck.ok) return brokenExit;
  return isCurrent ? 0 : notComparedExit;
};

/**
 * Prints a Markdown timeline with one section per run; holds all matching records in memory. Masks the records, not the
 * Markdown: a mask would take the end of a code span for a part of a secret.
 */
const exportTimeline = async (call: AuditCall, stateDir: string): Promise<number> => {
  const { output } = call;
  const records: LedgerRecord[] = [];
  for await (const record of recordsOf(call, stateDir)) records.push(output.sink.tree(record));
  await output.write(`${renderTimeline(records).trimEnd()}\n`, output.closed);
  return 0;
};

const perform = (call: AuditCall, stateDir: string, isCurrent: boolean): Promise<number> => {
  const [what = ''] = call.args;
  if (what === 'verify') return verify(call, stateDir, isCurrent);
  return what === 'export' ? exportTimeline(call, stateDir) : show(call, stateDir);
};

/**
 * `opsdeck audit show|verify|export`: the ledger in the state directory. Needs no profile. With `--env`, an environment with
 * a state database has its ledger there: the copy on this machine is updated, and read.
 */
export const audit: SubCommand<AuditFlags> = async (call) => {
  const { context, global, output } = call;
  // A mistyped directory has no broken chain, and no verified one either.
  if (global.stateDir !== undefined && global.env === undefined && (await isAbsent(context.stateDir)))
    throw new UsageError(
      `state directory ${context.stateDir} does not exist, so there is no ledger to read. Correct --state-dir`,
    );
  try {
    if (global.env === undefined) return await perform(call, context.stateDir, true);
    return await withRecordPlace(call, global.env, (place) => {
      const notice = elsewhereNotice('runs', place);
      if (notice !== undefined) output.error(`opsdeck: warning: ${notice}`);
      const { opened } = place;
      if (opened === undefined) return perform(call, context.stateDir, true);
      return perform(call, opened.state.dir, opened.state.trouble() === undefined);
    });
  } catch (error) {
    if (error instanceof LedgerError)
      throw new UsageError(stateFailureText(error, context.stateDir) ?? error.message);
    throw error;
  }
};
