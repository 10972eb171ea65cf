import { stripControls } from '../domain/controls.ts';
import { readLedger } from '../engine/ledger/read-ledger.ts';
import { timeline } from '../engine/ledger/timeline.ts';
import { verifyLedger } from '../engine/ledger/verify-ledger.ts';
import { LedgerError } from '../io/ledger-error.ts';
import { type Context, createContext } from './context.ts';
import { UsageError } from './exit-code.ts';
import type { Invocation, SubCommand } from './invocation.ts';
import { learnLedger } from './ledger-sharing.ts';
import { runEventLines } from './run-lines.ts';

interface AuditFlags {
  readonly run?: string;
  readonly since?: number;
  readonly json?: boolean;
}
type AuditCall = Invocation<AuditFlags>;

const brokenExit = 2;

const recordsOf = async ({ options, global, output, sharing }: AuditCall, context: Context) => {
  const [env, system] = (global.env ?? '').split('/').reverse();
  const records = await readLedger(context.stateDir, {
    ...(options.run === undefined ? {} : { run: options.run }),
    ...(options.since === undefined
      ? {}
      : { since: context.clock.now() + context.clock.wallOffset() - options.since }),
    ...(env === undefined || env === '' ? {} : { env }),
    ...(system === undefined ? {} : { system }),
  });
  const missing = sharing === undefined ? [] : await learnLedger(context, records, sharing);
  for (const name of missing)
    output.error(`opsdeck: there is no profile of ${name} here: what only it names is not masked`);
  return records;
};

/** The ledger as text is stripped: other programs can write to its file too. */
const show = async (call: AuditCall, context: Context): Promise<number> => {
  const { output, options } = call;
  const records = await recordsOf(call, context);
  if (options.json === true) for (const record of records) output.json(record);
  else if (records.length === 0) output.line(`no runs in ${context.stateDir}`);
  else
    for (const record of records) {
      const head = `${record.at}  ${record.system}/${record.env}  ${record.entry.run}  ${record.who}@${record.host}`;
      const [first = '', ...more] = runEventLines(record.entry);
      output.line(stripControls([`${head}  ${first}`, ...more.map((line) => `    ${line}`)].join('\n')));
    }
  return 0;
};

const verify = async ({ output, options }: AuditCall, context: Context): Promise<number> => {
  const found = await verifyLedger(context.stateDir);
  if (options.json === true) output.json(found);
  else {
    for (const { line, bytes } of found.torn)
      output.line(`line ${line}: half a record of ${bytes} bytes, left by a process that died; not a break`);
    if (found.behind > 0) output.line(`audit.head is ${found.behind} records behind; the next run mends it`);
    if (found.firstBroken !== undefined)
      output.line(`BROKEN at line ${found.firstBroken.line}: ${found.firstBroken.what}`);
    if (found.empty) output.line(`no runs in ${context.stateDir}`);
    else output.line(`${found.count} records hold; the last has hash ${found.hash}`);
  }
  return found.ok ? 0 : brokenExit;
};

const exportTimeline = async (call: AuditCall, context: Context): Promise<number> => {
  call.output.line(stripControls(timeline(await recordsOf(call, context)).trimEnd()));
  return 0;
};

/** `opsdeck audit show|verify|export`: the ledger of the state dir; needs no profile. */
export const audit: SubCommand<AuditFlags> = async (call) => {
  const context = createContext(call.global);
  const [what = ''] = call.args;
  try {
    if (what === 'verify') return await verify(call, context);
    return what === 'export' ? await exportTimeline(call, context) : await show(call, context);
  } catch (error) {
    if (error instanceof LedgerError) throw new UsageError(error.message);
    throw error;
  }
};
