import type { GateCheck, Proposal } from '../../domain/proposal.ts';
import type { DiagnosisResult, RunEvent } from '../../domain/run.ts';
import type { LedgerRecord } from './ledger-record.ts';

/** Text from outside as Markdown code: on one line, fenced with more backticks than it holds. */
const code = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return line === '' ? '–' : `${fence}${pad}${line}${pad}${fence}`;
};

const joinList = (texts: readonly string[]): string => texts.map(code).join(', ');

const words = (ending: string): string => ending.replaceAll('-', ' ').toUpperCase();

const planned = ({ danger, steps, override }: Proposal): string => {
  const calls = steps.flatMap((step) => step.plan?.calls.map(({ line, command }) => command ?? line) ?? []);
  const broken = override === undefined ? '' : `; breaks a freeze: ${code(override)}`;
  return `planned, ${danger}${calls.length === 0 ? '' : `: ${joinList(calls)}`}${broken}`;
};

const diagnosed = ({ title, lines, faults, done }: DiagnosisResult): string => {
  const blind =
    faults.length === 0 ? '' : `; could not be seen: ${joinList(faults.map(({ message }) => message))}`;
  return `looked at ${code(title)}${done ? '' : ' (not to its end)'}: ${code(lines.join(' · '))}${blind}`;
};

const checked = ({ what, ok, why }: GateCheck): string =>
  `${what} ${ok === 'unknown' ? 'unknown' : ok ? 'ok' : 'no'}: ${code(why)}`;

const gated = (event: Extract<RunEvent, { event: 'gated' }>): string | undefined => {
  const checks = event.checks ?? [];
  const looked = checks.map(checked).join('; ');
  if (!event.passed) return `refused: ${code(event.why)}${looked === '' ? '' : `; ${looked}`}`;
  return looked === '' ? undefined : `gates passed; ${looked}`;
};

const confirmed = ({ names, armed }: Extract<RunEvent, { event: 'confirmed' }>): string => {
  const said = names.length === 0 ? 'no confirmation asked' : `confirmed ${joinList(names)}`;
  return armed === undefined ? said : `${said}, armed: ${code(armed)}`;
};

const proved = ({ proofs }: Extract<RunEvent, { event: 'before' | 'verifying' }>): string | undefined =>
  proofs.length === 0
    ? undefined
    : proofs.map(({ title, value, why }) => `${code(title)} ${value}: ${code(why)}`).join('; ');

const login = ({ source, why, argv }: Extract<RunEvent, { event: 'login' }>): string =>
  `a login to ${code(source)} has expired: ${code(why)}${argv === undefined ? '' : `; renewed by ${code(argv.join(' '))}`}`;

const ended = ({ ending, why, sent }: Extract<RunEvent, { event: 'ended' }>): string =>
  `**${words(ending)}**: ${code(why)}${sent.length === 0 ? '' : `; sent: ${joinList(sent)}`}`;

/** One event in a line of Markdown; undefined for those that only a screen needs. */
const renderEvent = (event: RunEvent): string | undefined => {
  switch (event.event) {
    case 'planned':
      return planned(event.proposal);
    case 'diagnosed':
      return diagnosed(event.found);
    case 'gated':
      return gated(event);
    case 'confirmed':
      return confirmed(event);
    case 'window':
    case 'paused':
      return undefined;
    case 'watching':
      return event.blind && `watched, and cannot be seen: ${code(event.blind)}`;
    case 'acting':
      return `sends ${code(event.title)}`;
    case 'output':
      return `output ${code(event.text)}`;
    case 'acted':
      return `${event.ok ? 'acted' : '**did not succeed**'}: ${code(event.result)}`;
    case 'ticking':
      return `${event.ask === true ? 'asks whether to go on with' : 'waits for'} ${code(event.title)}`;
    case 'ticked':
      if (event.ask === true) return event.done ? 'goes on' : 'stops here';
      return event.done ? 'ticked' : 'not ticked';
    case 'before': {
      const stood = proved(event);
      return stood && `before the act: ${stood}`;
    }
    case 'verifying':
      return proved(event);
    case 'login':
      return login(event);
    case 'renewed':
      return event.ok ? `logged in again to ${code(event.source)}` : `not logged in: ${code(event.why)}`;
    case 'noted':
      return `note: ${code(event.text)}`;
    case 'relapsed':
      return `**RELAPSED**: ${code(event.why)}`;
    case 'watched':
      return event.held ? `held: ${code(event.why)}` : `no longer watched: ${code(event.why)}`;
    case 'ended':
      return ended(event);
  }
};

/** 2026-03-04T10:15:07.123Z → 10:15:07 */
const timeOf = (at: string): string => at.slice(11, 19);

/** The proofs of a reading that turned since the one before: a value that only moved is not news in a timeline. */
const turned = (entries: readonly RunEvent[]): readonly RunEvent[] => {
  let before: ReadonlyMap<string, string> = new Map();
  return entries.map((entry) => {
    if (entry.event !== 'verifying') return entry;
    const proofs = entry.proofs.filter(({ id, value }) => before.get(id) !== value);
    before = new Map(entry.proofs.map(({ id, value }) => [id, value]));
    return { ...entry, proofs };
  });
};

/** A run that the given records do not end. */
const unended = (records: readonly LedgerRecord[]): readonly string[] =>
  records.some(({ entry }) => entry.event === 'ended')
    ? []
    : ['- **NO ENDING** stands in these records: it goes on, or its process died'];

const section = (records: readonly LedgerRecord[]): readonly string[] => {
  const [first] = records;
  if (first === undefined) return [];
  const planned = records.map(({ entry }) => entry).find((entry) => entry.event === 'planned');
  const proposal = planned?.event === 'planned' ? planned.proposal : undefined;
  const params = Object.entries(proposal?.params ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return [
    `## ${first.at.slice(0, 10)} ${timeOf(first.at)} UTC · ${code(proposal?.title ?? 'a run')} in ${code(`${first.system}/${first.env}`)}`,
    '',
    `By ${code(first.who)} on ${code(first.host)}, run ${code(first.entry.run)}${proposal === undefined ? '' : `, runbook ${code(proposal.runbook)}, tier ${proposal.tier}`}${params.length === 0 ? '' : `, with ${joinList(params)}`}${proposal?.undoes === undefined ? '' : `, undoing ${code(proposal.undoes)}`}.`,
    '',
    ...turned(records.map(({ entry }) => entry)).flatMap((entry, index) => {
      const line = renderEvent(entry);
      return line === undefined ? [] : [`- ${timeOf(records[index]?.at ?? '')} ${line}`];
    }),
    ...unended(records),
    '',
  ];
};

/** What was done, as Markdown: a section for each run, in the order in which the runs began; times are UTC. */
export const renderTimeline = (records: readonly LedgerRecord[]): string => {
  const runs = Map.groupBy(records, ({ entry }) => entry.run);
  const sections = [...runs.values()].flatMap(section);
  return ['# Timeline', '', ...(sections.length === 0 ? ['Nothing was run.', ''] : sections)].join('\n');
};
