import type { RunEvent } from '../../domain/run.ts';
import type { LedgerRecord } from './entry.ts';

/** Text from outside as Markdown code: on one line, fenced with more backticks than it holds. */
const code = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return line === '' ? '–' : `${fence}${pad}${line}${pad}${fence}`;
};

const words = (ending: string): string => ending.replaceAll('-', ' ').toUpperCase();

const listed = (texts: readonly string[]): string => texts.map(code).join(', ');

/** One event in a line of Markdown; undefined for those that only a screen needs. */
const told = (event: RunEvent): string | undefined => {
  switch (event.event) {
    case 'planned': {
      const calls = event.proposal.steps.flatMap((step) => step.plan?.calls.map(({ line }) => line) ?? []);
      return `planned, ${event.proposal.danger}${calls.length === 0 ? '' : `: ${listed(calls)}`}`;
    }
    case 'diagnosed':
      return `looked at ${code(event.found.title)}: ${code(event.found.lines.join(' · '))}`;
    case 'gated':
      return event.passed ? undefined : `refused: ${code(event.why)}`;
    case 'confirmed': {
      const names = event.names.length === 0 ? 'no confirmation asked' : `confirmed ${listed(event.names)}`;
      return event.armed === undefined ? names : `${names}, armed: ${code(event.armed)}`;
    }
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
      return `waits for ${code(event.title)}`;
    case 'ticked':
      return event.done ? 'ticked' : 'not ticked';
    case 'login':
      return `a login has expired: ${code(event.why)}`;
    case 'renewed':
      return event.ok ? `logged in again to ${code(event.source)}` : `not logged in: ${code(event.why)}`;
    case 'noted':
      return `note: ${code(event.text)}`;
    case 'relapsed':
      return `**RELAPSED**: ${code(event.why)}`;
    case 'watched':
      return event.held ? `held: ${code(event.why)}` : `no longer watched: ${code(event.why)}`;
    case 'verifying':
      return event.proofs.length === 0
        ? undefined
        : event.proofs.map((p) => `${code(p.title)} ${p.value}: ${code(p.why)}`).join('; ');
    case 'ended': {
      const sent = event.sent.length === 0 ? '' : `; sent: ${listed(event.sent)}`;
      return `**${words(event.ending)}**: ${code(event.why)}${sent}`;
    }
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

const section = (records: readonly LedgerRecord[]): readonly string[] => {
  const [first] = records;
  if (first === undefined) return [];
  const planned = records.map(({ entry }) => entry).find((entry) => entry.event === 'planned');
  const proposal = planned?.event === 'planned' ? planned.proposal : undefined;
  const params = Object.entries(proposal?.params ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return [
    `## ${first.at.slice(0, 10)} ${timeOf(first.at)} UTC · ${code(proposal?.title ?? 'a run')} in ${code(`${first.system}/${first.env}`)}`,
    '',
    `By ${code(first.who)} on ${code(first.host)}, run ${code(first.entry.run)}${proposal === undefined ? '' : `, runbook ${code(proposal.runbook)}, tier ${proposal.tier}`}${params.length === 0 ? '' : `, with ${listed(params)}`}${proposal?.undoes === undefined ? '' : `, undoing ${code(proposal.undoes)}`}.`,
    '',
    ...turned(records.map(({ entry }) => entry)).flatMap((entry, index) => {
      const line = told(entry);
      return line === undefined ? [] : [`- ${timeOf(records[index]?.at ?? '')} ${line}`];
    }),
    '',
  ];
};

/** What was done, as Markdown: a section for each run, in the order in which the runs began; times are UTC. */
export const timeline = (records: readonly LedgerRecord[]): string => {
  const runs = Map.groupBy(records, ({ entry }) => entry.run);
  const sections = [...runs.values()].flatMap(section);
  return ['# Timeline', '', ...(sections.length === 0 ? ['Nothing was run.', ''] : sections)].join('\n');
};
