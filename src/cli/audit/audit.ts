import { formatDuration } from '../../domain/duration.ts';
import { LedgerError } from '../../persistence/ledger/ledger-error.ts';
import type { LedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import { renderTimeline } from '../../persistence/ledger/timeline.ts';
import type { LedgerCheck } from '../../persistence/ledger/verify-ledger.ts';
import { verifyLedger } from '../../persistence/ledger/verify-ledger.ts';
import type { SubCommand } from '../command-invocation.ts';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../exit-code.ts';
import { runEventLines } from '../run/run-lines.ts';
import type { AuditFlags } from './flags.ts';
import { type AuditCall, recordsOf } from './records.ts';

const more = (count: number, listed: number, what: string): readonly string[] =>
  count > listed ? [`… and ${count - listed} more ${what}`] : [];

/** The result of a verification as lines; the verdict is the last. */
const verifyLines = (ledgerCheck: LedgerCheck, stateDir: string): readonly string[] => [
  ...ledgerCheck.torn.map(
    ({ line, bytes }) =>
      `line ${line}: incomplete record of ${bytes} bytes (interrupted write or full disk); the chain is intact`,
  ),
  ...more(ledgerCheck.tornCount, ledgerCheck.torn.length, 'of this kind'),
  ...ledgerCheck.setBack.map(
    ({ line, byMs }) =>
      `line ${line}: timestamp is ${formatDuration(byMs)} before the previous line (clock was set back); the chain is intact`,
  ),
  ...more(ledgerCheck.setBackCount, ledgerCheck.setBack.length, 'of this kind'),
  ...(ledgerCheck.behind > 0
    ? [
        `audit.head is ${ledgerCheck.behind} ${ledgerCheck.behind === 1 ? 'record' : 'records'} behind; the next run repairs it`,
      ]
    : []),
  ...(ledgerCheck.firstBroken === undefined
    ? []
    : [`BROKEN at line ${ledgerCheck.firstBroken.line}: ${ledgerCheck.firstBroken.what}`]),
  ledgerCheck.empty
    ? `no runs in ${stateDir}`
    : `${ledgerCheck.count} ${ledgerCheck.count === 1 ? 'record' : 'records'} verified; last hash ${ledgerCheck.hash}`,
];

const brokenExit = 2;

/** Prints records one by one, at the pace of the reader. */
const show = async (call: AuditCall, context: CommandContext): Promise<number> => {
  const { output, options } = call;
  let none = true;
  for await (const record of recordsOf(call, context)) {
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
  if (none && options.json !== true) output.line(`no matching runs in ${context.stateDir}`);
  return 0;
};

const verify = async ({ output, options }: AuditCall, context: CommandContext): Promise<number> => {
  const ledgerCheck = await verifyLedger(context.stateDir);
  if (options.json === true) output.json(ledgerCheck);
  else for (const line of verifyLines(ledgerCheck, context.stateDir)) output.line(line);
  return ledgerCheck.ok ? 0 : brokenExit;
};

/** Prints a Markdown timeline with one section per run; holds all matching records in memory. */
const exportTimeline = async (call: AuditCall, context: CommandContext): Promise<number> => {
  const records: LedgerRecord[] = [];
  for await (const record of recordsOf(call, context)) records.push(record);
  call.output.lines(renderTimeline(records).trimEnd().split('\n'));
  return 0;
};

/** `opsdeck audit show|verify|export`: the ledger in the state directory. Needs no profile. */
export const audit: SubCommand<AuditFlags> = async (call) => {
  const { context } = call;
  const [what = ''] = call.args;
  try {
    if (what === 'verify') return await verify(call, context);
    return what === 'export' ? await exportTimeline(call, context) : await show(call, context);
  } catch (error) {
    if (error instanceof LedgerError) throw new UsageError(error.message);
    throw error;
  }
};
