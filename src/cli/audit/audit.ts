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

/** What a check of the ledger found, in sentences; the verdict is the last. */
const verifyLines = (found: LedgerCheck, stateDir: string): readonly string[] => [
  ...found.torn.map(
    ({ line, bytes }) =>
      `line ${line}: half a record of ${bytes} bytes, left by a process that died or a disk that was full; not a break`,
  ),
  ...more(found.tornCount, found.torn.length, 'of these'),
  ...found.setBack.map(
    ({ line, byMs }) =>
      `line ${line}: its time is ${formatDuration(byMs)} before that of the line above it: a clock was set back; not a break, the order is that of the numbers`,
  ),
  ...more(found.setBackCount, found.setBack.length, 'of these'),
  ...(found.behind > 0
    ? [
        `audit.head is ${found.behind} ${found.behind === 1 ? 'record' : 'records'} behind; the next run mends it`,
      ]
    : []),
  ...(found.firstBroken === undefined
    ? []
    : [`BROKEN at line ${found.firstBroken.line}: ${found.firstBroken.what}`]),
  found.empty
    ? `no runs in ${stateDir}`
    : `${found.count} ${found.count === 1 ? 'record holds' : 'records hold'}; the last has hash ${found.hash}`,
];

const brokenExit = 2;

/** The ledger as text is stripped: other programs can write to its file too. Nothing is read ahead of a slow reader. */
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
    await output.write('', output.gone);
    if (output.gone.aborted) break;
  }
  if (none && options.json !== true) output.line(`no such runs in ${context.stateDir}`);
  return 0;
};

const verify = async ({ output, options }: AuditCall, context: CommandContext): Promise<number> => {
  const found = await verifyLedger(context.stateDir);
  if (options.json === true) output.json(found);
  else for (const line of verifyLines(found, context.stateDir)) output.line(line);
  return found.ok ? 0 : brokenExit;
};

/** A section for each run, so all that was asked for is held at once. */
const exportTimeline = async (call: AuditCall, context: CommandContext): Promise<number> => {
  const records: LedgerRecord[] = [];
  for await (const record of recordsOf(call, context)) records.push(record);
  call.output.lines(renderTimeline(records).trimEnd().split('\n'));
  return 0;
};

/** `opsdeck audit show|verify|export`: the ledger of the state dir; needs no profile. */
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
